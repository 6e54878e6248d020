"""Deleting sets with their personas."""

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.models.persona import Persona, PersonaSet
from services.benchmarks.personas import repository
from services.benchmarks.personas.errors import PersonaSetInUse
from services.benchmarks.personas.update import refuse_builtin


def delete_set(database: Database, actor: Actor, set_id: str) -> None:
    """Delete a set that no run is about; sets that were built from it stay.

    Raises PersonaSetNotFound, Forbidden, PersonaSetReadOnly and PersonaSetInUse.
    """
    with database.write() as unit:
        row = repository.editable_set(unit.session, actor, set_id)
        refuse_builtin(row)
        number, name = row.id, row.name
        runs = repository.count_runs(unit.session, number)
        if runs:
            raise _in_use(name, runs)
        twins = select(Persona.id).where(
            Persona.set_id == number, Persona.source_persona_id.is_not(None)
        )
        try:
            unit.session.execute(delete(Persona).where(Persona.id.in_(twins)))
            unit.session.execute(delete(Persona).where(Persona.set_id == number))
            unit.session.execute(delete(PersonaSet).where(PersonaSet.id == number))
        except IntegrityError:  # a run began since we looked
            raise _in_use(name, 1) from None
        record(unit, actor, "persona_set_deleted", f"persona_set:{number}", {"name": name})


def _in_use(name: str, runs: int) -> PersonaSetInUse:
    which = "1 run is" if runs == 1 else f"{runs} runs are"
    return PersonaSetInUse(f"{which} about '{name}': delete what uses it first.")
