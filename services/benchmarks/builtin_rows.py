"""Puts what comes with the platform into the lists of this domain."""

from app.db.engine import Database
from services.benchmarks.personas.builtin_rows import ensure_builtin_personas
from services.benchmarks.traits.builtin_rows import ensure_builtin_traits


def ensure_builtin_benchmarks(database: Database) -> None:
    """Add the traits and personas of the platform that are missing; safe at every start."""
    ensure_builtin_personas(database)
    ensure_builtin_traits(database)
