"""Puts the traits of the platform into the list of traits."""

from app.clock import now
from app.db.engine import Database
from app.db.upsert import insert_into
from app.models.persona import Trait
from services.benchmarks.domain.trait_rules import adjective_key
from services.benchmarks.domain.traits import DEFAULT_TRAITS


def ensure_builtin_traits(database: Database) -> None:
    """Add those that are missing; safe at every start, and what an admin changed stays."""
    at = now()
    rows = [
        {
            "code": f"g{number}",
            "adjective": one.en,
            "adjective_key": adjective_key(one.en),
            "adjective_de": one.de,
            "category": one.category,
            "valence": one.valence,
            "is_active": True,
            "visibility": "team",
            "created_at": at,
            "updated_at": at,
        }
        for number, one in enumerate(DEFAULT_TRAITS, 1)
    ]
    with database.write() as unit:
        unit.session.execute(insert_into(unit.session, Trait).values(rows).on_conflict_do_nothing())
