"""Finding what is due: one statement takes a batch, its executions are written in another.

A batch is one transaction. Two clocks take different rows (on PostgreSQL by SKIP LOCKED, on SQLite
one after the other, as its transaction writes from the start), a row that was taken is not due any
more, and a due time has one execution at most by the database's own constraint: so none is lost and
none doubled, wherever a clock dies.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.auth.flags import off_of
from app.clock import now
from app.db.engine import Database
from app.db.id_sets import has_id
from app.db.uow import UnitOfWork
from app.models.schedule import IS_OPEN, Schedule, ScheduleExecution
from services.scheduler.breaker.circuit import Circuit, CircuitState
from services.scheduler.breaker.ends import needs_person
from services.scheduler.breaker.ticks import DueTime, dispatch, is_due, probe
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.dispatch.batch import MISSED, OFF, SWITCHED_OFF, DueBatch
from services.scheduler.dispatch.written import SCHEDULES, write_batch
from services.scheduler.kinds.flags import flag_name, kind_named
from services.scheduler.live import SchedulesDispatched
from services.scheduler.rows import circuit_of, jitter_of, missed_rule, timetable_of
from services.scheduler.times.catch_up import catch_up
from services.scheduler.times.errors import InvalidTimes

BATCH = 500
LOOK_WHEN_OFF = timedelta(hours=1)  # a circuit that would be probed, of a kind that is off
UNREAD = {  # here: most are for attempts, and not reading them is a fifth of the time
    "params", "max_attempts", "backoff", "timeout_s", "must_end_by", "longest", "concurrency_key",
    "depends_on", "pause_reason", "pause_until", "tzdata", "updated_at", "dispatched_at",
}  # fmt: skip
COLUMNS = [one for name, one in SCHEDULES.c.items() if name not in UNREAD]
# what decides the step of an active schedule, besides its excluded days and what is open or off
DECIDES = attrgetter(
    "cron", "interval_s", "run_at", "timezone", "starts_at", "ends_at", "catch_up", "catch_up_most",
    "next_run_at",
)  # fmt: skip
DueSchedule = Any  # a row of COLUMNS, which is read like a Schedule and costs a third


def dispatch_due(database: Database, at: datetime | None = None) -> int:
    """Make the executions of every schedule that is due; return how many schedules were."""
    total, topics = 0, Counter[str]()
    while total or _is_anything_due(database, at or now()):
        with database.write() as unit:
            taken = _take(unit.session, at or now())
            if taken:
                topics += _dispatch(unit, taken, at or now())
            if len(taken) < BATCH:
                _publish(unit, topics)
        total += len(taken)
        if len(taken) < BATCH:
            break
    return total


def _is_anything_due(database: Database, at: datetime) -> bool:
    """Return whether to write at all: most looks of the clock have nothing to do."""
    with database.read() as session:
        return bool(session.scalar(select(exists().where(Schedule.due_at <= at))))


def _publish(unit: UnitOfWork, topics: Counter[str]) -> None:
    """Let lists look again, once for all batches."""
    for topic, number in topics.items():
        unit.publish(topic, SchedulesDispatched(executions=number))


def _take(session: Session, at: datetime) -> Sequence[DueSchedule]:
    """Lock a batch; what becomes of a row moves its ``due_at``, so no later look takes it again."""
    due = (
        select(*COLUMNS)
        .where(SCHEDULES.c.due_at <= at)
        .order_by(SCHEDULES.c.due_at, SCHEDULES.c.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = session.connection().execute(due).all()
    return sorted(rows, key=attrgetter("id"))


def _dispatch(unit: UnitOfWork, rows: Sequence[DueSchedule], at: datetime) -> Counter[str]:
    batch = DueBatch(at=at, off=_switched_off(unit.session, rows))
    busy = _with_open_execution(unit.session, [row.id for row in rows])
    for some in _alike(batch, rows, busy):
        _step(batch, some, has_open=some[0].id in busy)
    write_batch(unit.session, batch)
    return batch.topics


def _alike(
    batch: DueBatch, rows: Sequence[DueSchedule], busy: set[int]
) -> Iterable[list[DueSchedule]]:
    """Return the rows in groups that take the same step: it is computed once for each.

    Many schedules have one cadence. A row whose circuit is not closed, whose starts are spread or
    whose interval counts from its own beginning is alone.
    """
    groups: dict[Any, list[DueSchedule]] = defaultdict(list)
    for row in rows:
        alone = row.jitter_s or row.interval_s or row.state != CircuitState.ACTIVE.value
        flags = (row.kind, row.owner_id) in batch.off, row.id in busy
        groups[alone and row.id, flags, DECIDES(row), tuple(row.exclude)].append(row)
    return groups.values()


def _switched_off(session: Session, rows: Sequence[DueSchedule]) -> set[tuple[str, int]]:
    """Return the kinds that are off, each with an owner for whom it is."""
    flags = {(flag_name(row.kind), row.owner_id) for row in rows}
    return {(kind_named(name), owner_id) for name, owner_id in off_of(session, flags)}


def _with_open_execution(session: Session, schedule_ids: Sequence[int]) -> set[int]:
    """Return which have one; what of a backfill still waits lets the cadence pass."""
    waits = (ScheduleExecution.source == "backfill") & (ScheduleExecution.attempt == 0)
    query = select(ScheduleExecution.schedule_id).where(
        has_id(session, ScheduleExecution.schedule_id, schedule_ids),
        IS_OPEN,
        ~waits,
    )
    return set(session.scalars(query))


def _step(batch: DueBatch, rows: Sequence[DueSchedule], *, has_open: bool) -> None:
    """Add what one look of the clock does to schedules that are alike."""
    row = rows[0]
    circuit = circuit_of(row)
    if not is_due(circuit, batch.at):
        batch.moved(rows, circuit)
    elif circuit.state is CircuitState.COOLING_OFF and batch.is_off(row):
        later = batch.at + LOOK_WHEN_OFF
        batch.moved(rows, replace(circuit, next_run_at=later, cool_off_until=later))
    elif circuit.state is CircuitState.COOLING_OFF:
        half_open, created = probe(circuit, has_open=has_open)
        batch.add(rows, created)
        batch.moved(rows, half_open)
    else:
        _by_cadence(batch, rows, circuit, has_open=has_open)


def _by_cadence(
    batch: DueBatch, rows: Sequence[DueSchedule], circuit: Circuit, *, has_open: bool
) -> None:
    row = rows[0]
    nominal = row.next_run_at or batch.at
    try:
        due = catch_up(timetable_of(row), nominal, batch.at, missed_rule(row), jitter_of(row))
    except InvalidTimes:  # such as a zone that a later release of the time zones has not
        for one in rows:
            batch.moved([one], needs_person(circuit_of(one)), code=ErrorCode.CONFIG)
        return
    if batch.is_off(row):
        number = due.skipped + len(due.run_for)
        batch.add_skipped(rows, nominal, number, SWITCHED_OFF, OFF)
        batch.moved(rows, replace(circuit, next_run_at=due.next_run_at))
        return
    if due.skipped:
        batch.add_skipped(rows, nominal, due.skipped, MISSED)
    for one in due.run_for or (None,):
        step = DueTime(nominal=one, next_run_at=due.next_run_at)
        moved, created = dispatch(circuit, step, batch.at, has_open=has_open)
        batch.add(rows, created)
    batch.moved(rows, moved)
