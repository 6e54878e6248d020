"""What the scheduler measures of itself for Prometheus, all of it from the database.

So the numbers are right after a restart and the same from every web process. They come from the
daily counters, whose number does not grow with that of the executions, and from partial indexes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.jobs import states
from app.jobs.queues import QUEUES
from app.models.job import Job
from app.models.schedule import SCHEDULE_STATES, DailyCounter, ExecutionAttempt, Schedule
from app.models.schedule_totals import LAG, TOOK, ClockDay, DailyDuration
from services.scheduler.kinds.registry import all_kinds
from services.scheduler.totals.of_rows import OUTCOMES
from services.scheduler.totals.sketch import PER_DECADE, cumulative, value_of

# half decades from 10 ms to 100,000 s, which are bounds of buckets: nothing is counted wrongly
BOUNDS = tuple(1 + PER_DECADE * halves // 2 for halves in range(2, 17))
COUNTED = (*OUTCOMES.values(), "retried", "duration_ms")
SHOWN_STATES = tuple(state for state in SCHEDULE_STATES if state != "archived")
Sketches = Mapping[str, Mapping[int, int]]  # by kind


def scheduler_measures(session: Session) -> Iterator[Metric]:
    """Yield every measure; kinds and queues without anything are there with 0."""
    totals = _totals(session)
    yield _executions(totals)
    yield _retries(totals)
    took = {kind: numbers["duration_ms"] / 1000 for kind, numbers in totals.items()}
    text = "Time of executions from their first attempt to their end."
    yield _histogram("execution_seconds", text, _sketches(session, TOOK), took)
    lags = _sketches(session, LAG)
    text = "Time from a due time to its dispatch; the sum is exact to 5 %."
    yield _histogram("tick_lag_seconds", text, lags, {k: _sum(one) for k, one in lags.items()})
    yield _overdue(session)
    yield _schedules(session)
    yield from _queues(session)
    looks = session.scalar(select(func.sum(ClockDay.looks))) or 0
    text = "How often clocks have looked for what is due."
    yield CounterMetricFamily(_name("looks"), text, value=int(looks))


def _name(name: str) -> str:
    return f"roundhouse_scheduler_{name}"


def _totals(session: Session) -> dict[str, dict[str, int]]:
    sums = [func.sum(getattr(DailyCounter, name)).label(name) for name in COUNTED]
    query = select(DailyCounter.kind, *sums).group_by(DailyCounter.kind)
    totals = {kind: dict.fromkeys(COUNTED, 0) for kind in all_kinds()}
    for row in session.execute(query):
        totals[row.kind] = {name: int(getattr(row, name)) for name in COUNTED}
    return totals


def _executions(totals: Mapping[str, Mapping[str, int]]) -> Metric:
    text = "Executions that ended, and due times that were skipped."
    family = CounterMetricFamily(_name("executions"), text, labels=("kind", "outcome"))
    for kind, numbers in totals.items():
        for outcome, counter in OUTCOMES.items():
            family.add_metric((kind, outcome), numbers[counter])
    return family


def _retries(totals: Mapping[str, Mapping[str, int]]) -> Metric:
    family = CounterMetricFamily(_name("retries"), "Further attempts.", labels=("kind",))
    for kind, numbers in totals.items():
        family.add_metric((kind,), numbers["retried"])
    return family


def _sketches(session: Session, measure: str) -> Sketches:
    query = (
        select(DailyDuration.kind, DailyDuration.bucket, func.sum(DailyDuration.number))
        .where(DailyDuration.measure == measure)
        .group_by(DailyDuration.kind, DailyDuration.bucket)
    )
    sketches: dict[str, Counter[int]] = defaultdict(Counter)
    for kind, bucket, number in session.execute(query):
        sketches[kind][bucket] = int(number)
    return sketches


def _histogram(name: str, text: str, sketches: Sketches, sums: Mapping[str, float]) -> Metric:
    family = HistogramMetricFamily(_name(name), text, labels=("kind",))
    for kind, numbers in sorted(sketches.items()):
        buckets = [(repr(bound), number) for bound, number in cumulative(numbers, BOUNDS)]
        buckets.append(("+Inf", sum(numbers.values())))
        family.add_metric((kind,), buckets, sums.get(kind, 0.0))
    return family


def _sum(numbers: Mapping[int, int]) -> float:
    return sum(value_of(bucket) * number for bucket, number in numbers.items())


def _overdue(session: Session) -> Metric:
    at = now()
    oldest = session.scalar(select(func.min(Schedule.due_at)).where(Schedule.due_at <= at))
    late = 0.0 if oldest is None else (at - oldest).total_seconds()
    text = "For how long the oldest due time has waited for a clock; 0 if none does."
    return GaugeMetricFamily(_name("overdue_seconds"), text, value=late)


def _schedules(session: Session) -> Metric:
    query = select(Schedule.kind, Schedule.state, func.count()).group_by(
        Schedule.kind, Schedule.state
    )
    numbers = dict.fromkeys(((kind, one) for kind in all_kinds() for one in SHOWN_STATES), 0)
    numbers |= {(kind, state): n for kind, state, n in session.execute(query)}
    return _gauge("schedules", "Schedules by state of their circuit.", ("kind", "state"), {
        key: number for key, number in numbers.items() if key[1] in SHOWN_STATES
    })  # fmt: skip


def _queues(session: Session) -> Iterator[Metric]:
    query = (
        select(Job.queue, func.count(), func.min(Job.created_at))
        .join(ExecutionAttempt, ExecutionAttempt.job_id == Job.id)
        .where(ExecutionAttempt.finished_at.is_(None), Job.state == states.QUEUED)
        .group_by(Job.queue)
    )
    depths, ages = (dict.fromkeys(((queue,) for queue in QUEUES), 0.0) for _ in range(2))
    for queue, number, oldest in session.execute(query):
        depths[queue,], ages[queue,] = number, max(0.0, (now() - oldest).total_seconds())
    yield _gauge("queue_depth", "Attempts that no worker has taken.", ("queue",), depths)
    yield _gauge("queue_age_seconds", "Age of the oldest of them.", ("queue",), ages)


def _gauge(
    name: str, text: str, labels: Sequence[str], values: Mapping[tuple[Any, ...], float]
) -> Metric:
    family = GaugeMetricFamily(_name(name), text, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family
