"""Taking points from an external program: each batch once."""

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from weakref import WeakKeyDictionary, ref

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from app.auth.access import can_edit, can_see
from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.db.upsert import insert_of
from app.errors import Conflict, NotFound, RoundhouseError
from app.ids import parse_id
from app.models.run import Run
from app.models.series import SeriesBatch
from services.runs.external.access import LOGGED, require_logged
from services.runs.external.announce import announcer_of
from services.runs.external.heartbeat import renew_lease
from services.runs.points import append_to_runs
from services.runs.results.best import update_best
from services.tracking.domain.columns import Columns
from services.tracking.metrics.append import SeriesKey
from services.tracking.metrics.batch import MAX_BATCH_SERIES, Batch
from services.tracking.metrics.cut import cut_from
from services.tracking.metrics.group_commit import GroupCommit

OVER = ("completed", "failed", "cancelled")


# built once: this happens hundreds of times a second
_RUNS = (
    select(Run.id, Run.owner_id, Run.visibility, Run.status, Run.origin)
    .where(Run.id.in_(bindparam("run_ids", expanding=True)))
    .order_by(Run.id)  # two writers never wait for each other
    .with_for_update(key_share=True)
)


@dataclass(frozen=True, kw_only=True)
class BatchResult:
    """What became of a batch; a duplicate changed nothing.

    ``replaced`` of its points are not kept, because a later one of the batch is of the same step.
    """

    batch_id: str
    points: int
    replaced: int
    duplicate: bool


@dataclass(frozen=True, kw_only=True)
class PendingBatch:
    """A batch, and who sends it to which run; ``called`` is the run's id as it was given."""

    actor: Actor
    called: str
    run_id: int
    batch: Batch


def take_batch(database: Database, actor: Actor, run_id: str, batch: Batch) -> BatchResult:
    """Store the points of ``batch``, unless they were stored before.

    Raises Conflict for a run that is over or not logged to, and for a batch id that came with
    other points before.
    """
    sent = PendingBatch(actor=actor, called=run_id, run_id=parse_id(run_id), batch=batch)
    taken = _writer_of(database).submit(sent)
    if not taken.duplicate:
        announcer_of(database).note(run_id, sent.run_id, batch)
    return taken


_writers: "WeakKeyDictionary[Database, GroupCommit[PendingBatch, BatchResult]]" = (
    WeakKeyDictionary()
)
_making = threading.Lock()


def _writer_of(database: Database) -> "GroupCommit[PendingBatch, BatchResult]":
    known = ref(database)  # a writer must not keep its database alive

    def write(group: Sequence[PendingBatch]) -> Sequence[BatchResult | RoundhouseError]:
        return _take(cast("Database", known()), group)

    with _making:
        return _writers.setdefault(database, GroupCommit(write))


def _take(database: Database, group: Sequence[PendingBatch]) -> list[BatchResult | RoundhouseError]:
    """Store what is new of a group, in one transaction; return what became of each."""
    announcer = announcer_of(database)
    with database.write() as unit:
        # the row of its job says so once a second anyway; jobs are locked before their runs
        silent = [sent for sent in group if announcer.is_silent(sent.called)]
        for sent in sorted(silent, key=lambda one: one.run_id):
            _hear(unit, sent)
        runs = _locked(unit.session, group)
        faults = [_fault(unit.session, runs.get(sent.run_id), sent) for sent in group]
        return _stored(unit.session, runs, group, faults)


def _hear(unit: UnitOfWork, sent: PendingBatch) -> None:
    try:
        renew_lease(unit, require_logged(unit.session, sent.called, sent.actor))
    except RoundhouseError:
        return  # ``_fault`` says what is wrong


def _locked(session: Session, group: Sequence[PendingBatch]) -> Mapping[int, Any]:
    """Return the facts of the runs, which nobody else writes to until the commit."""
    values = {"run_ids": sorted({sent.run_id for sent in group})}
    return {row.id: row for row in session.connection().execute(_RUNS, values)}


def _fault(session: Session, run: Any, sent: PendingBatch) -> RoundhouseError | None:
    actor = sent.actor
    if run is not None and can_see(actor, run) and can_edit(actor, run) and run.origin == LOGGED:
        return None
    try:
        require_logged(session, sent.called, actor)  # says which of these it is
    except RoundhouseError as fault:
        return fault
    return NotFound(f"Run {sent.called} not found")


def _stored(
    session: Session,
    runs: Mapping[int, Any],
    group: Sequence[PendingBatch],
    faults: Sequence[RoundhouseError | None],
) -> list[BatchResult | RoundhouseError]:
    welcome = [
        sent
        for sent, fault in zip(group, faults, strict=True)
        if fault is None and runs[sent.run_id].status not in OVER
    ]
    fresh = _remembered(session, welcome)
    new: dict[int, dict[SeriesKey, list[Columns]]] = defaultdict(lambda: defaultdict(list))
    answers: list[BatchResult | RoundhouseError] = []
    for sent, fault in zip(group, faults, strict=True):
        key = (sent.run_id, sent.batch.batch_id)
        if fault is not None:
            answers.append(fault)
        elif key in fresh:
            fresh.remove(key)  # the same batch may come twice at the same moment
            if sent.batch.rewind_to is not None:
                _rewind(session, sent.run_id, sent.batch.rewind_to, new)
            for name, columns in sent.batch.columns.items():
                new[sent.run_id][name].append(columns)
            answers.append(_taken(sent, duplicate=False))
        else:
            answers.append(_sent_again(session, runs[sent.run_id], sent))
    _append(session, new)
    return answers


def _rewind(
    session: Session, run_id: int, step: int, new: dict[int, dict[SeriesKey, list[Columns]]]
) -> None:
    """Store what came before in the group, then remove the run's points from ``step`` on."""
    if waiting := new.pop(run_id, None):
        _append(session, {run_id: waiting})
    cut_from(session, run_id, step)
    update_best(session, [run_id])


def _taken(sent: PendingBatch, *, duplicate: bool) -> BatchResult:
    batch = sent.batch
    return BatchResult(
        batch_id=batch.batch_id,
        points=batch.points,
        replaced=batch.replaced,
        duplicate=duplicate,
    )


@cache
def _remember(dialect: str) -> ReturningInsert[int, str]:
    """Return the statement that remembers batches and returns those that are new."""
    insert = insert_of(dialect, SeriesBatch).on_conflict_do_nothing()
    return insert.returning(SeriesBatch.run_id, SeriesBatch.batch_id)


def _remembered(session: Session, group: Sequence[PendingBatch]) -> set[tuple[int, str]]:
    """Remember the batches and return which are new."""
    if not group:
        return set()
    at = now()
    rows = [
        {
            "run_id": sent.run_id,
            "batch_id": sent.batch.batch_id,
            "digest": sent.batch.digest,
            "points": sent.batch.points,
            "at": at,
        }
        for sent in group
    ]
    connection = session.connection()
    made = connection.execute(_remember(connection.dialect.name), rows)
    return {(row.run_id, row.batch_id) for row in made}


def _sent_again(session: Session, run: Any, sent: PendingBatch) -> BatchResult | RoundhouseError:
    """Return the answer to a batch that is not new, or that comes after the run's end."""
    batch = sent.batch
    key = (SeriesBatch.run_id == run.id, SeriesBatch.batch_id == batch.batch_id)
    digest = session.scalar(select(SeriesBatch.digest).where(*key))
    if digest is None:
        return Conflict(
            f"Run {run.id} is {run.status} and takes no more points: "
            'open it again with PATCH {"status": "in_progress"}.'
        )
    if digest != batch.digest:
        return Conflict(
            f"The batch id {batch.batch_id!r} was used for other points of run {run.id}: "
            "give every batch an id of its own."
        )
    return _taken(sent, duplicate=True)


def _append(session: Session, new: Mapping[int, Mapping[SeriesKey, list[Columns]]]) -> None:
    joined = {
        run_id: {key: Columns.joined(parts) for key, parts in several.items()}
        for run_id, several in new.items()
    }
    if sum(map(len, joined.values())) <= MAX_BATCH_SERIES:
        append_to_runs(session, joined)
        return
    for run_id, columns in joined.items():  # a statement can name only so many series
        append_to_runs(session, {run_id: columns})
