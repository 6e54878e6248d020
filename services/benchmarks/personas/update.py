"""Renaming and sharing sets, and changing a persona that no run has asked about."""

from collections.abc import Mapping
from typing import Any

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.models.persona import Persona, PersonaSet
from services.benchmarks.domain.faults import RowFaults
from services.benchmarks.domain.persona_rules import ATTRIBUTES, check_changes
from services.benchmarks.personas import repository
from services.benchmarks.personas.errors import (
    PersonaSetInUse,
    PersonaSetReadOnly,
    PersonasRefused,
)
from services.benchmarks.personas.store import flush, refuse_name
from services.datasets.names import checked_name


def change_set(
    database: Database, actor: Actor, set_id: str, changes: Mapping[str, Any]
) -> PersonaSet:
    """Rename a set, or change who sees it.

    Raises PersonaSetNotFound, Forbidden, PersonaSetReadOnly, Invalid and PersonaSetExists.
    """
    with database.write() as unit:
        row = repository.editable_set(unit.session, actor, set_id)
        refuse_builtin(row)
        before = {name: getattr(row, name) for name in changes}
        if "name" in changes:
            name = checked_name(changes["name"])
            refuse_name(unit.session, row.owner_id, name, but=row.id)
            row.name = name
        row.visibility = changes.get("visibility", row.visibility)
        after = {name: getattr(row, name) for name in changes}
        if after != before:
            row.updated_at = now()
            flush(unit.session, row.name)
            detail = {"before": before, "after": after}
            record(unit, actor, "persona_set_changed", f"persona_set:{row.id}", detail)
    return row


def change_persona(
    database: Database, actor: Actor, persona_id: str, changes: Mapping[str, Any]
) -> Persona:
    """Change the attributes that ``changes`` names.

    Raises PersonaNotFound, Forbidden, PersonasRefused, PersonaSetInUse once a run used the set,
    and PersonaSetReadOnly for one of a pair.
    """
    with database.write() as unit:
        persona = repository.visible_persona(unit.session, actor, persona_id)
        owner = repository.editable_set(unit.session, actor, persona.set_id)
        refuse_builtin(owner)
        _refuse_used(owner, persona, repository.count_runs(unit.session, owner.id))
        values = _checked(persona, changes)
        before = {name: getattr(persona, name) for name in values}
        changed = sorted(name for name, value in values.items() if before[name] != value)
        for name in changed:
            setattr(persona, name, values[name])
        if changed:
            owner.updated_at = now()
            detail = {"persona": persona.id, "fields": changed}
            record(unit, actor, "persona_changed", f"persona_set:{owner.id}", detail)
    return persona


def refuse_builtin(row: PersonaSet) -> None:
    """Raise PersonaSetReadOnly for a set that came with the platform."""
    if row.slug is not None:
        raise PersonaSetReadOnly(f"'{row.name}' comes with the product and does not change.")


def _refuse_used(owner: PersonaSet, persona: Persona, num_runs: int) -> None:
    if num_runs:
        raise PersonaSetInUse(
            f"Runs asked about the personas of '{owner.name}': build a new set to change one."
        )
    if persona.role is not None:
        raise PersonaSetReadOnly(
            "The persona is one of a pair that differs in one attribute: build the pairs again."
        )


def _with_place(persona: Persona, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes with what is checked together: a country lies where it lies."""
    if "origin" in changes:
        return {"origin_region": None, "origin_subregion": None} | dict(changes)
    place = ("origin", "origin_region", "origin_subregion")
    return {name: getattr(persona, name) for name in place} | dict(changes)


def _checked(persona: Persona, changes: Mapping[str, Any]) -> dict[str, Any]:
    faults = RowFaults("persona")
    values = check_changes(_with_place(persona, changes), faults)
    stays = {name: getattr(persona, name) for name in ATTRIBUTES} | values
    if all(value is None for value in stays.values()):
        faults.add("gender", 1, "Nothing would be said of the person: leave one attribute.")
    if faults:
        errors = {
            name: [one.partition(": ")[2] for one in sentences]
            for name, sentences in faults.by_column().items()
        }
        raise PersonasRefused(f"The persona is not valid: see {', '.join(errors)}.", errors=errors)
    return values
