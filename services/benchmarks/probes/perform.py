"""A probe as a worker performs it: the questions of a run's start, on a few of its prompts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.db.engine import Database
from app.jobs import states
from app.models.benchmark import BenchmarkModel
from app.models.persona import Persona
from services.benchmarks.errors import CannotScore
from services.benchmarks.probes import record
from services.benchmarks.runs.expected import sampled_items
from services.benchmarks.runs.ports import Asking, Item, KeyReader
from services.benchmarks.runs.types import EndpointSettings
from services.runs.training.ports import FencedAttempt

PROBED = 500  # items of which the longest prompt is probed
TRAITS = 5
Look = Callable[[Asking, Iterator[Item]], Mapping[str, Any]]  # raises CannotScore


@dataclass(frozen=True, kw_only=True)
class ProbeTask:
    """Where one probe asks, and what."""

    asking: Asking
    items: list[Item]


def perform_probe(
    model_id: int, attempt: FencedAttempt, database: Database, look: Look, read_key: KeyReader
) -> None:
    """Look what the server of a model does and keep it in the model's record.

    What keeps a run from beginning is a result; what keeps the probe from being answered (a
    wrong key, nothing that listens) is an error in the record, and the job is done all the same.
    """
    with database.read() as session:
        task = _task(session, model_id, read_key)
    result, why = _looked(task, look) if task else (None, None)
    with attempt.write() as unit:
        model = unit.session.get(BenchmarkModel, model_id)
        if model is not None and model.probe is not None and result is not None:
            model.probe = record.finished(model.probe, now(), result)
        elif model is not None and model.probe is not None and why:
            model.probe = record.failed(model.probe, now(), why)
        attempt.finish(unit, states.SUCCEEDED if task else states.CANCELLED)


def _looked(task: ProbeTask, look: Look) -> tuple[Mapping[str, Any] | None, str | None]:
    try:
        return look(task.asking, iter(task.items)), None
    except CannotScore as refused:
        return None, refused.detail


def _task(session: Session, model_id: int, read_key: KeyReader) -> ProbeTask | None:
    """Return what is asked; None where the model or its people were deleted meanwhile."""
    model = session.get(BenchmarkModel, model_id)
    if model is None or model.probe is None:
        return None
    kept = model.probe
    people = select(Persona).where(Persona.set_id == kept["set_id"]).order_by(Persona.id)
    personas = session.scalars(people.limit(PROBED)).all()
    items = list(islice(sampled_items(kept["manifest"], personas, TRAITS), PROBED))
    if not items:
        return None
    asking = Asking(
        base_url=model.base_url,
        key=read_key(model),
        manifest=kept["manifest"],
        endpoint=EndpointSettings(**kept["endpoint"]),
        probe={},
    )
    return ProbeTask(asking=asking, items=items)
