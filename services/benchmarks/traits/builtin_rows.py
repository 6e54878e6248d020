"""Puts the traits of the platform into the list of traits."""

from app.clock import now
from app.db.engine import Database
from app.db.upsert import insert_into
from app.models.persona import Trait
from services.benchmarks.domain.trait_rules import adjective_key
from services.benchmarks.traits.builtin import BUILTIN_TRAITS


def ensure_builtin_traits(database: Database) -> None:
    """Add those that are missing; safe at every start, and what an admin changed stays."""
    at = now()
    rows = [
        {
            "code": one.code,
            "adjective": one.adjective,
            "adjective_key": adjective_key(one.adjective),
            "adjective_de": one.adjective_de,
            "category": one.category,
            "valence": one.valence,
            "is_active": True,
            "visibility": "team",
            "created_at": at,
            "updated_at": at,
        }
        for one in BUILTIN_TRAITS
    ]
    with database.write() as unit:
        unit.session.execute(insert_into(unit.session, Trait).values(rows).on_conflict_do_nothing())
