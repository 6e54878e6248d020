"""Deleting traits."""

from sqlalchemy.exc import IntegrityError

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from services.benchmarks.traits.errors import TraitInUse, TraitReadOnly
from services.benchmarks.traits.repository import is_used
from services.benchmarks.traits.update import editable_trait


def delete_trait(database: Database, actor: Actor, reference: str) -> None:
    """Delete a trait that no answer is about.

    Raises TraitNotFound, Forbidden, TraitReadOnly for one that came with the platform, and
    TraitInUse.
    """
    with database.write() as unit:
        trait = editable_trait(unit.session, actor, reference)
        if trait.owner_id is None:
            raise TraitReadOnly(
                f"'{trait.adjective}' comes with the product: switch it off instead."
            )
        in_use = TraitInUse(
            f"Answers of a run are about '{trait.adjective}': switch it off instead."
        )
        if is_used(unit.session, trait.id):
            raise in_use
        detail = {"code": trait.code, "adjective": trait.adjective}
        unit.session.delete(trait)
        try:
            unit.session.flush()
        except IntegrityError:  # an answer came since we looked
            raise in_use from None
        record(unit, actor, "trait_deleted", f"trait:{trait.id}", detail)
