"""The actions on many runs at once: for each a check, and the handler that carries it out.

A check says why a run is left as it is; a handler may refuse a run that changed meanwhile.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.db.uow import UnitOfWork
from app.errors import Conflict
from app.jobs import states
from app.jobs.engine import JobEngine
from app.models.label import RunTag
from app.models.run import Run
from services.runs.delete import delete_rows, live_jobs, live_states
from services.runs.notifications import notify_lists_of_many
from services.runs.topics import list_topics, subject_of
from services.tracking.domain.tags import MAX_TAGS
from services.tracking.labels import write_tags_of_many

Action = Literal["archive", "unarchive", "delete", "stop", "tag", "visibility"]
ACTIONS: tuple[Action, ...] = ("archive", "unarchive", "delete", "stop", "tag", "visibility")
Reasons = dict[int, str]


@dataclass(frozen=True, kw_only=True)
class BulkChange:
    """What to do; ``tags`` and ``visibility`` belong to the actions of their names."""

    action: Action
    tags: Mapping[str, str | None] = field(default_factory=dict)
    visibility: str = "private"


def _check_archive(_: Session, __: BulkChange, runs: Iterable[Run]) -> Reasons:
    return {run.id: "already archived" for run in runs if run.archived_at is not None}


def _check_unarchive(_: Session, __: BulkChange, runs: Iterable[Run]) -> Reasons:
    return {run.id: "not archived" for run in runs if run.archived_at is None}


def _check_delete(session: Session, _: BulkChange, runs: Sequence[Run]) -> Reasons:
    live = live_states(session, runs)
    return {number: f"{state}: stop it first" for number, state in live.items()}


def _check_stop(session: Session, _: BulkChange, runs: Sequence[Run]) -> Reasons:
    states_of = live_jobs(session, runs)
    reasons = {run.id: "already finished" for run in runs if run.id not in states_of}
    stopping = [number for number, state in states_of.items() if state == states.STOPPING]
    return reasons | dict.fromkeys(stopping, "already stopping")


def _check_visibility(_: Session, change: BulkChange, runs: Iterable[Run]) -> Reasons:
    same = [run.id for run in runs if run.visibility == change.visibility]
    return dict.fromkeys(same, f"already {change.visibility}")


def _check_tag(session: Session, change: BulkChange, runs: Sequence[Run]) -> Reasons:
    """A run must not get more tags than a run may have."""
    added = sum(value is not None for value in change.tags.values())
    others = (
        select(RunTag.run_id, func.count().label("tags"))
        .where(RunTag.run_id.in_([run.id for run in runs]), RunTag.name.not_in(change.tags))
        .group_by(RunTag.run_id)
    )
    held = {row.run_id: row.tags for row in session.execute(others)}
    reason = f"it would have more than {MAX_TAGS} tags"
    return {run.id: reason for run in runs if held.get(run.id, 0) + added > MAX_TAGS}


def _archive(unit: UnitOfWork, _: JobEngine, change: BulkChange, runs: Sequence[Run]) -> Reasons:
    before = [list_topics(run) for run in runs]
    for run in runs:
        run.archived_at = now() if change.action == "archive" else None
    notify_lists_of_many(unit, change.action, runs, before)
    return {}


def _delete(unit: UnitOfWork, _: JobEngine, __: BulkChange, runs: Sequence[Run]) -> Reasons:
    notify_lists_of_many(unit, "delete", runs, [list_topics(run) for run in runs])
    delete_rows(unit.session, [run.id for run in runs])
    return {}


def _stop(unit: UnitOfWork, jobs: JobEngine, _: BulkChange, runs: Sequence[Run]) -> Reasons:
    reasons: Reasons = {}
    for run in runs:
        try:
            jobs.request_stop(unit, subject_of(run.id))
        except Conflict:
            reasons[run.id] = "already finished"
    return reasons


def _tag(unit: UnitOfWork, _: JobEngine, change: BulkChange, runs: Sequence[Run]) -> Reasons:
    write_tags_of_many(unit.session, [run.id for run in runs], change.tags)
    notify_lists_of_many(unit, change.action, runs, [list_topics(run) for run in runs])
    return {}


def _share(unit: UnitOfWork, _: JobEngine, change: BulkChange, runs: Sequence[Run]) -> Reasons:
    before = [list_topics(run) for run in runs]
    for run in runs:
        run.visibility = change.visibility
    notify_lists_of_many(unit, change.action, runs, before)
    return {}


Check = Callable[[Session, BulkChange, Sequence[Run]], Reasons]
Handler = Callable[[UnitOfWork, JobEngine, BulkChange, Sequence[Run]], Reasons]
CHECKS: dict[Action, Check] = {
    "archive": _check_archive,
    "unarchive": _check_unarchive,
    "delete": _check_delete,
    "stop": _check_stop,
    "tag": _check_tag,
    "visibility": _check_visibility,
}
HANDLERS: dict[Action, Handler] = {
    "archive": _archive,
    "unarchive": _archive,
    "delete": _delete,
    "stop": _stop,
    "tag": _tag,
    "visibility": _share,
}
