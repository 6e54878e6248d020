"""Finding what is due: one statement takes a batch, its executions are written in another.

A batch is one transaction. Two clocks take different rows (on PostgreSQL by SKIP LOCKED, on SQLite
one after the other, as its transaction writes from the start), a row that was taken is not due any
more, and a due time has one execution at most by the database's own constraint: so none is lost and
none doubled, wherever a clock dies.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.flags import off_of
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.schedule import Schedule
from services.scheduler.breaker.circuit import Circuit, CircuitState
from services.scheduler.breaker.ends import needs_person
from services.scheduler.breaker.ticks import DueTime, dispatch, is_due, probe
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.dispatch.batch import MISSED, OFF, SWITCHED_OFF, DueBatch
from services.scheduler.dispatch.taken import DueSchedules, step_of, take
from services.scheduler.dispatch.written import write_batch
from services.scheduler.kinds.flags import flag_name, kind_named
from services.scheduler.live import SchedulesDispatched
from services.scheduler.rows import circuit_of, jitter_of, missed_rule, timetable_of
from services.scheduler.times.catch_up import catch_up
from services.scheduler.times.errors import InvalidTimes

BATCH = 1000
LOOPS = 2  # on PostgreSQL, which works on a batch of each at the same time, as for two clocks
LOOK_WHEN_OFF = timedelta(hours=1)  # a circuit that would be probed, of a kind that is off


def dispatch_due(database: Database, at: datetime | None = None) -> int:
    """Make the executions of every schedule that is due; return how many schedules were."""
    number = _number_due(database, at or now())
    if number == 0:
        return 0  # nothing is written: most looks of the clock have nothing to do
    if number <= BATCH or database.is_sqlite:
        return _dispatch_all(database, at)
    with ThreadPoolExecutor(LOOPS, thread_name_prefix="dispatch") as threads:
        return sum(threads.map(_dispatch_all, [database] * LOOPS, [at] * LOOPS))


def _number_due(database: Database, at: datetime) -> int:
    """Return how many schedules are due, counted as far as a batch and one more."""
    due = select(Schedule.id).where(Schedule.due_at <= at).limit(BATCH + 1).subquery()
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(due)) or 0


def next_due(database: Database, at: datetime | None = None) -> datetime | None:
    """Return when the next schedule comes due after ``at`` (now if None), None without any."""
    query = select(func.min(Schedule.due_at)).where(Schedule.due_at > (at or now()))
    with database.read() as session:
        return session.scalar(query)


def _dispatch_all(database: Database, at: datetime | None) -> int:
    """Dispatch batch after batch until one is not full."""
    total, topics = 0, Counter[str]()
    while True:
        with database.write() as unit:
            taken = take(unit.session, at or now(), BATCH)
            number = sum(len(row.members) for row in taken)
            if taken:
                topics += _dispatch(unit, taken, at or now())
            if number < BATCH:
                _publish(unit, topics)
        total += number
        if number < BATCH:
            return total


def _publish(unit: UnitOfWork, topics: Counter[str]) -> None:
    """Let lists look again, once for all batches."""
    for topic, number in topics.items():
        unit.publish(topic, SchedulesDispatched(executions=number))


def _dispatch(unit: UnitOfWork, rows: Sequence[DueSchedules], at: datetime) -> Counter[str]:
    batch = DueBatch(at=at, off=_switched_off(unit.session, rows))
    for some in _alike(batch, rows):
        _step(batch, some)
    write_batch(unit.session, batch)
    return batch.topics


def _alike(batch: DueBatch, rows: Sequence[DueSchedules]) -> Iterable[list[DueSchedules]]:
    """Return the rows in groups that take the same step, whoever owns them."""
    groups: dict[Any, list[DueSchedules]] = defaultdict(list)
    for row in rows:
        groups[batch.is_off(row), step_of(row)].append(row)
    return groups.values()


def _switched_off(session: Session, rows: Sequence[DueSchedules]) -> set[tuple[str, int]]:
    """Return the kinds that are off, each with an owner for whom it is."""
    flags = {(flag_name(row.kind), row.owner_id) for row in rows}
    return {(kind_named(name), owner_id) for name, owner_id in off_of(session, flags)}


def _step(batch: DueBatch, rows: Sequence[DueSchedules]) -> None:
    """Add what one look of the clock does to schedules that are alike."""
    row = rows[0]
    circuit = circuit_of(row)
    if not is_due(circuit, batch.at):
        batch.moved(rows, circuit)
    elif circuit.state is CircuitState.COOLING_OFF and batch.is_off(row):
        later = batch.at + LOOK_WHEN_OFF
        batch.moved(rows, replace(circuit, next_run_at=later, cool_off_until=later))
    elif circuit.state is CircuitState.COOLING_OFF:
        half_open, created = probe(circuit, has_open=row.is_busy)
        batch.add(rows, created)
        batch.moved(rows, half_open)
    else:
        _by_cadence(batch, rows, circuit)


def _by_cadence(batch: DueBatch, rows: Sequence[DueSchedules], circuit: Circuit) -> None:
    row = rows[0]
    nominal = row.next_run_at or batch.at
    try:
        due = catch_up(timetable_of(row), nominal, batch.at, missed_rule(row), jitter_of(row))
    except InvalidTimes:  # such as a zone that a later release of the time zones has not
        batch.stop(rows, needs_person(circuit), ErrorCode.CONFIG)
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
        moved, created = dispatch(circuit, step, batch.at, has_open=row.is_busy)
        batch.add(rows, created)
    batch.moved(rows, moved)
