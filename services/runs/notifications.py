"""Notifying the lists of all who may see a run that it changed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.db.uow import UnitOfWork
from app.events import Event
from app.models.run import Run
from services.runs.job_sync import RunChanged
from services.runs.statements import newest_jobs
from services.runs.topics import list_topics


@dataclass(frozen=True, kw_only=True)
class RunDeleted(Event):
    """A run is gone for good: lists and pages that show it drop it."""

    type: ClassVar[str] = "run_deleted"
    run_id: int


@dataclass(frozen=True, kw_only=True)
class RunsChanged(Event):
    """Many runs were changed in one go; ``action`` says what was done to them."""

    type: ClassVar[str] = "runs_changed"
    action: str
    run_ids: Sequence[int]


def notify_lists(unit: UnitOfWork, run: Run, topics: Iterable[str] = ()) -> None:
    """Publish that the run changed, on its own list and on each of ``topics``."""
    job = newest_jobs(unit.session, [run.id]).get(run.id)
    state = job.state if job else ""
    changed = RunChanged(run_id=run.id, status=run.status, job_state=state)
    for topic in {*list_topics(run), *topics}:
        unit.publish(topic, changed)


def notify_deleted(unit: UnitOfWork, run: Run) -> None:
    """Publish that the run is deleted."""
    for topic in list_topics(run):
        unit.publish(topic, RunDeleted(run_id=run.id))


def notify_lists_of_many(
    unit: UnitOfWork, action: str, runs: Iterable[Run], before: Iterable[Iterable[str]]
) -> None:
    """Publish once per list that ``runs`` changed; ``before`` are the lists that showed them."""
    by_topic: dict[str, list[int]] = defaultdict(list)
    for run, earlier in zip(runs, before, strict=True):
        for topic in {*list_topics(run), *earlier}:
            by_topic[topic].append(run.id)
    for topic, ids in by_topic.items():
        unit.publish(topic, RunsChanged(action=action, run_ids=ids))
