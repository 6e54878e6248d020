"""Finding what is due: one statement takes a batch, its executions are written in another.

A batch is one transaction. Two clocks take different rows (on PostgreSQL by SKIP LOCKED, on SQLite
one after the other), a row that was taken is not due any more, and a due time has one execution
at most by the database's own constraint: so none is lost and none doubled, wherever a clock dies.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from app.auth.flags import off_of
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.schedule import OPEN_STATES, Schedule, ScheduleExecution
from services.scheduler.breaker.circuit import Circuit, CircuitState
from services.scheduler.breaker.ends import needs_person
from services.scheduler.breaker.ticks import DueTime, dispatch, is_due, probe
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.dispatch.batch import MISSED, OFF, SWITCHED_OFF, DueBatch
from services.scheduler.dispatch.written import SCHEDULES, write_batch
from services.scheduler.kinds.flags import flag_name, kind_named
from services.scheduler.live import SchedulesDispatched
from services.scheduler.rows import circuit_of, jitter_of, missed_rule, timetable_of
from services.scheduler.times.catch_up import DueTimes, catch_up
from services.scheduler.times.errors import InvalidTimes

BATCH = 500
LOOK_WHEN_OFF = timedelta(hours=1)  # a circuit that would be probed, of a kind that is off
UNREAD = ("params", "pause_reason", "updated_at", "dispatched_at")  # by the clock
COLUMNS = [one for name, one in SCHEDULES.c.items() if name not in UNREAD]
# what decides the due times besides jitter and excluded days; created_at anchors intervals alone
CADENCE = (
    attrgetter(
        "cron", "interval_s", "run_at", "timezone", "starts_at", "ends_at", "catch_up",
        "catch_up_most",
    ),
    lambda row: row.interval_s and row.created_at,
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
    due = (
        select(Schedule.id)
        .where(Schedule.due_at <= at)
        .order_by(Schedule.due_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    take = update(SCHEDULES).where(SCHEDULES.c.id.in_(due), SCHEDULES.c.due_at <= at)
    taken = take.values(dispatched_at=at).returning(*COLUMNS)
    rows = session.connection().execute(taken).all()
    return sorted(rows, key=attrgetter("id"))  # databases return them in any order


def _dispatch(unit: UnitOfWork, rows: Sequence[DueSchedule], at: datetime) -> Counter[str]:
    batch = DueBatch(at=at, off=_switched_off(unit.session, rows))
    busy = _with_open_execution(unit.session, [row.id for row in rows])
    for row in rows:
        _step(batch, row, has_open=row.id in busy)
    write_batch(unit.session, batch)
    return batch.topics


def _switched_off(session: Session, rows: Sequence[DueSchedule]) -> set[tuple[str, int]]:
    """Return the kinds that are off, each with an owner for whom it is."""
    flags = {(flag_name(row.kind), row.owner_id) for row in rows}
    return {(kind_named(name), owner_id) for name, owner_id in off_of(session, flags)}


def _with_open_execution(session: Session, schedule_ids: Sequence[int]) -> set[int]:
    """Return which have one; what of a backfill still waits lets the cadence pass."""
    waits = (ScheduleExecution.source == "backfill") & (ScheduleExecution.attempt == 0)
    query = select(ScheduleExecution.schedule_id).where(
        ScheduleExecution.schedule_id.in_(schedule_ids),
        ScheduleExecution.state.in_(OPEN_STATES),
        ~waits,
    )
    return set(session.scalars(query))


def _step(batch: DueBatch, row: DueSchedule, *, has_open: bool) -> None:
    """Add what one look of the clock does to a schedule."""
    circuit = circuit_of(row)
    if not is_due(circuit, batch.at):
        batch.moved(row, circuit)
    elif circuit.state is CircuitState.COOLING_OFF and (row.kind, row.owner_id) in batch.off:
        later = batch.at + LOOK_WHEN_OFF
        batch.moved(row, replace(circuit, next_run_at=later, cool_off_until=later))
    elif circuit.state is CircuitState.COOLING_OFF:
        half_open, created = probe(circuit, has_open=has_open)
        batch.add(row, created)
        batch.moved(row, half_open)
    else:
        _by_cadence(batch, row, circuit, has_open=has_open)


def _by_cadence(batch: DueBatch, row: DueSchedule, circuit: Circuit, *, has_open: bool) -> None:
    nominal = row.next_run_at or batch.at
    try:
        due = _due_times(batch, row, nominal)
    except InvalidTimes:  # such as a zone that a later release of the time zones has not
        batch.moved(row, needs_person(circuit), code=ErrorCode.CONFIG)
        return
    if (row.kind, row.owner_id) in batch.off:
        number = due.skipped + len(due.run_for)
        batch.add_skipped(row, nominal, number, SWITCHED_OFF, OFF)
        batch.moved(row, replace(circuit, next_run_at=due.next_run_at))
        return
    if due.skipped:
        batch.add_skipped(row, nominal, due.skipped, MISSED)
    for one in due.run_for or (None,):
        step = DueTime(nominal=one, next_run_at=due.next_run_at)
        moved, created = dispatch(circuit, step, batch.at, has_open=has_open)
        batch.add(row, created)
    batch.moved(row, moved)


def _due_times(batch: DueBatch, row: DueSchedule, nominal: datetime) -> DueTimes:
    """Return what of a schedule is due; many have one cadence, and it is computed once for all."""
    key = None if row.jitter_s else (nominal, *(one(row) for one in CADENCE), tuple(row.exclude))
    known = batch.due_times.get(key)
    if known is None or key is None:
        rule, jitter = missed_rule(row), jitter_of(row)
        known = catch_up(timetable_of(row), nominal, batch.at, rule, jitter)
        batch.due_times[key] = known
    return known
