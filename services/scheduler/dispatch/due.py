"""Finding what is due: one statement takes a batch, its executions are written in another.

A batch is one transaction. Two clocks take different rows (on PostgreSQL by SKIP LOCKED, on SQLite
one after the other), a row that was taken is not due any more, and a due time has one execution
at most by the database's own constraint: so none is lost and none doubled, wherever a clock dies.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.db.upsert import insert_into
from app.models.schedule import OPEN_STATES, Schedule, ScheduleEvent, ScheduleExecution
from services.scheduler.breaker.circuit import Circuit, CircuitState
from services.scheduler.breaker.ends import needs_person
from services.scheduler.breaker.ticks import DueTime, dispatch, is_due, probe
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.counters import add_counts
from services.scheduler.dispatch.batch import DueBatch
from services.scheduler.live import SchedulesDispatched
from services.scheduler.rows import circuit_of, jitter_of, missed_rule, timetable_of
from services.scheduler.times.catch_up import catch_up
from services.scheduler.times.errors import InvalidTimes

BATCH = 500


def dispatch_due(database: Database, at: datetime | None = None) -> int:
    """Make the executions of every schedule that is due; return how many schedules were."""
    total = 0
    while True:
        with database.write() as unit:
            taken = _take(unit.session, at or now())
            if taken:
                _dispatch(unit, taken, at or now())
        total += len(taken)
        if len(taken) < BATCH:
            return total


def _take(session: Session, at: datetime) -> Sequence[Schedule]:
    due = (
        select(Schedule.id)
        .where(Schedule.due_at <= at)
        .order_by(Schedule.due_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    take = update(Schedule).where(Schedule.id.in_(due), Schedule.due_at <= at)
    statement = take.values(dispatched_at=at).returning(Schedule)
    return session.scalars(statement.execution_options(synchronize_session=False)).all()


def _dispatch(unit: UnitOfWork, rows: Sequence[Schedule], at: datetime) -> None:
    batch = DueBatch(at=at)
    busy = _with_open_execution(unit.session, [row.id for row in rows])
    for row in rows:
        _step(batch, row, has_open=row.id in busy)
    _write(unit, batch)


def _with_open_execution(session: Session, schedule_ids: Sequence[int]) -> set[int]:
    query = select(ScheduleExecution.schedule_id).where(
        ScheduleExecution.schedule_id.in_(schedule_ids), ScheduleExecution.state.in_(OPEN_STATES)
    )
    return set(session.scalars(query))


def _step(batch: DueBatch, row: Schedule, *, has_open: bool) -> None:
    """Add what one look of the clock does to a schedule."""
    circuit = circuit_of(row)
    if not is_due(circuit, batch.at):
        batch.moved(row, circuit)
    elif circuit.state is CircuitState.COOLING_OFF:
        half_open, created = probe(circuit, has_open=has_open)
        batch.add(row, created)
        batch.moved(row, half_open)
    else:
        _by_cadence(batch, row, circuit, has_open=has_open)


def _by_cadence(batch: DueBatch, row: Schedule, circuit: Circuit, *, has_open: bool) -> None:
    nominal = row.next_run_at or batch.at
    try:
        due = catch_up(timetable_of(row), nominal, batch.at, missed_rule(row), jitter_of(row))
    except InvalidTimes:  # such as a zone that a later release of the time zones has not
        batch.moved(row, needs_person(circuit), error_code=ErrorCode.CONFIG.value)
        return
    if due.skipped:
        batch.add_missed(row, nominal, due.skipped)
    for one in due.run_for:
        step = DueTime(nominal=one, next_run_at=due.next_run_at)
        batch.add(row, dispatch(circuit, step, batch.at, has_open=has_open)[1])
    batch.moved(row, replace(circuit, next_run_at=due.next_run_at))


def _write(unit: UnitOfWork, batch: DueBatch) -> None:
    session = unit.session
    session.execute(update(Schedule), batch.schedules)
    if batch.executions:
        # a clock that was put back may come to a due time again
        session.execute(
            insert_into(session, ScheduleExecution).on_conflict_do_nothing(), batch.executions
        )
        session.execute(insert(ScheduleEvent), batch.events)
        add_counts(session, batch.counts)
    for topic, number in batch.topics.items():
        unit.publish(topic, SchedulesDispatched(executions=number))
