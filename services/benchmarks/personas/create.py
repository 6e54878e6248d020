"""Making sets of a list of personas or of a CSV file."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.persona import PersonaSet
from services.benchmarks.csv_files import CsvShape, read_csv
from services.benchmarks.domain.faults import RowFaults
from services.benchmarks.domain.persona_rules import COLUMNS, CheckedPersona, check_personas
from services.benchmarks.personas.errors import PersonasRefused
from services.benchmarks.personas.store import add_set
from services.benchmarks.personas.types import MAX_PERSONAS, NewPersonaSet, PersonaUpload
from services.datasets.names import checked_name, name_of_upload

SHAPE = CsvShape(
    columns=COLUMNS,
    also_called={
        "id": "uuid",
        "sex": "gender",
        "country": "origin",
        "region": "origin_region",
        "subregion": "origin_subregion",
        "marital_status": "marriage_status",
        "job": "occupation",
    },
    max_rows=MAX_PERSONAS,
)
Rows = Iterable[tuple[int, Mapping[str, Any]]]


def create_set(database: Database, actor: Actor, new: NewPersonaSet) -> PersonaSet:
    """Make a set of a list. Raises Invalid, PersonasRefused and PersonaSetExists."""
    require_member(actor)
    personas = _checked(enumerate(new.personas, 1), new.kind, RowFaults("persona"))
    row = new_row(actor, new.name, new.kind, new.visibility)
    return store_set(database, actor, row, personas)


def upload_set(database: Database, actor: Actor, upload: PersonaUpload) -> PersonaSet:
    """Make a set of a CSV file. Raises UnreadableTable, PersonasRefused and PersonaSetExists."""
    require_member(actor)
    personas = _checked(read_csv(upload.path, SHAPE), upload.kind, RowFaults())
    name = name_of_upload(upload.name, upload.filename, "personas")
    row = new_row(actor, name, upload.kind, upload.visibility)
    return store_set(database, actor, row, personas)


def new_row(actor: Actor, name: str, kind: str, visibility: str, **built: Any) -> PersonaSet:
    """Return a set that is not stored yet. Raises Invalid for a name that is none."""
    at = now()
    return PersonaSet(
        name=checked_name(name),
        kind=kind,
        owner_id=actor.user_id,
        visibility=visibility,
        created_at=at,
        updated_at=at,
        **({"config": {}} | built),
    )


def store_set(
    database: Database, actor: Actor, row: PersonaSet, personas: Sequence[CheckedPersona]
) -> PersonaSet:
    """Write a set with its personas. Raises PersonaSetExists."""
    with database.write() as unit:
        keep_set(unit, actor, row, personas)
    return row


def keep_set(
    unit: UnitOfWork, actor: Actor, row: PersonaSet, personas: Sequence[CheckedPersona]
) -> None:
    """Write a set with its personas in the caller's transaction. Raises PersonaSetExists."""
    add_set(unit.session, row, personas)
    detail = {"name": row.name, "kind": row.kind, "personas": row.num_personas}
    record(unit, actor, "persona_set_created", f"persona_set:{row.id}", detail)


def _checked(rows: Rows, kind: str, faults: RowFaults) -> list[CheckedPersona]:
    personas = check_personas(rows, faults)
    if faults:
        errors = faults.by_column()
        raise PersonasRefused(
            f"The personas have faults, and nothing was stored: see {', '.join(errors)}.",
            errors=errors,
        )
    has_twins = any(one.role == "counterfactual" for one in personas)
    if has_twins != (kind == "counterfactual"):
        detail = (
            "A set with counterfactual personas has the kind counterfactual."
            if has_twins
            else "A set of the kind counterfactual needs personas with the role counterfactual."
        )
        raise PersonasRefused(detail, errors={"kind": [detail]})
    return personas
