"""Personas of a set as a CSV file."""

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.persona import Persona
from services.benchmarks.csv_files import written_csv
from services.benchmarks.domain.persona_rules import COLUMNS
from services.benchmarks.personas import repository
from services.benchmarks.personas.resolve import visible_set


def export_set(database: Database, actor: Actor, set_id: str) -> bytes:
    """Return all personas of a set; the file can be uploaded again. Raises PersonaSetNotFound."""
    with database.read() as session:
        row = visible_set(session, actor, set_id)
        people = session.scalars(repository.personas_of(row.id).order_by(Persona.id)).all()
    uuids = {person.id: person.uuid for person in people}
    return written_csv(COLUMNS, (_cells(person, uuids) for person in people))


def _cells(person: Persona, uuids: dict[int, str]) -> dict[str, object]:
    cells = {name: getattr(person, name, None) for name in COLUMNS}
    source = person.source_persona_id
    return cells | {"source_uuid": uuids.get(source) if source is not None else None}
