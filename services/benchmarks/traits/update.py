"""Changing traits."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.auth.access import can_edit
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.errors import Forbidden
from app.models.persona import Trait
from services.benchmarks.traits import checks
from services.benchmarks.traits.repository import visible_trait

Changes = Mapping[str, Any]  # new values by the name of the field


def change_trait(database: Database, actor: Actor, reference: str, changes: Changes) -> Trait:
    """Change the fields that ``changes`` has; runs of before keep the trait as they asked it.

    Raises TraitNotFound, Forbidden, Invalid, and TraitExists for an adjective that is taken.
    """
    with database.write() as unit:
        trait = editable_trait(unit.session, actor, reference)
        before = apply_changes(unit.session, actor, trait, changes)
        if before:
            checks.flush(unit.session)
            after = {name: getattr(trait, name) for name in before}
            detail = {"before": before, "after": after}
            record(unit, actor, "trait_changed", f"trait:{trait.id}", detail)
    return trait


def editable_trait(session: Session, actor: Actor, reference: str) -> Trait:
    """Return a trait that the actor may change; raises TraitNotFound and Forbidden."""
    trait = visible_trait(session, actor, reference)
    if not can_edit(actor, trait):
        raise Forbidden("This trait is shared with you to use: its owner or an admin changes it.")
    return trait


def apply_changes(session: Session, actor: Actor, trait: Trait, changes: Changes) -> dict[str, Any]:
    """Change the row and return what the changed fields were."""
    values = dict(changes)
    if "adjective" in values:
        values["adjective"] = checks.checked_adjective(values["adjective"])
    if "adjective_de" in values:
        values["adjective_de"] = checks.optional_adjective(values["adjective_de"], "adjective_de")
    if "category" in values:
        values["category"] = checks.optional_line(values["category"])
    before = {name: getattr(trait, name) for name in values}
    changed = {name for name, value in values.items() if before[name] != value}
    if "adjective" in changed:
        trait.adjective_key = checks.require_free_adjective(
            session, actor, values["adjective"], but=trait.id
        )
    for name in changed:
        setattr(trait, name, values[name])
    if changed:
        trait.updated_at = now()
    return {name: before[name] for name in sorted(changed)}
