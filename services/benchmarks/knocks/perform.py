"""A knock as a worker performs it: whether there is a server, and whether it lets us in."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.db.engine import Database
from app.jobs import states
from app.jobs.short import is_late
from app.models.benchmark import BenchmarkModel
from services.benchmarks.runs.ports import KeyReader
from services.runs.training.ports import FencedAttempt


@dataclass(frozen=True, kw_only=True)
class ModelDoor:
    """The server of a model, with its key in plain text."""

    base_url: str
    model: str
    key: str | None


Knock = Callable[[ModelDoor], None]  # raises ServerUnreachable, KeyRefused, ModelUnknown


def perform_knock(
    model_id: int,
    job_id: int,
    attempt: FencedAttempt,
    database: Database,
    knock: Knock,
    read_key: KeyReader,
    waited_seconds: float,
) -> None:
    """Knock, unless the ``waited_seconds`` are over in which somebody waits for the answer.

    Raises what ``knock`` raises and KeyUnreadable: the failed job's error is the answer.
    """
    with database.read() as session:
        late = is_late(session, job_id, waited_seconds)
        door = None if late else _door(session, model_id, read_key)
    if door is not None:
        knock(door)
    with attempt.write() as unit:
        attempt.finish(unit, states.SUCCEEDED if door else states.CANCELLED)


def _door(session: Session, model_id: int, read_key: KeyReader) -> ModelDoor | None:
    """Return where to knock, None where the model was deleted meanwhile."""
    model = session.get(BenchmarkModel, model_id)
    if model is None:
        return None
    return ModelDoor(base_url=model.base_url, model=model.name, key=read_key(model))
