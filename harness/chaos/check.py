"""The checker: reads the rows afterwards and believes nothing else."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs import states
from app.models import Job
from app.models.event import EventRow
from harness.chaos.faults import LAST, Fault
from harness.chaos.load import STEPS, effects, steps

SLOW_SECONDS = 12.0
ENDS = {
    "work": {states.SUCCEEDED},
    "stopped": {states.CANCELLED, states.SUCCEEDED},
    "poison": {states.FAILED},
    "broken": {states.FAILED},
}


@dataclass
class ChaosVerdict:
    """What is wrong, and how long the slowest steps took."""

    jobs: int = 0
    lost: list[str] = field(default_factory=list)
    duplicate_effects: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stale_writes: list[str] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    reruns: int = 0
    comebacks: int = 0  # of runs that are logged from outside
    files: int = 0  # that were uploaded
    lost_seconds: list[float] = field(default_factory=list)
    recovery_seconds: list[float] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)

    @property
    def all_faults(self) -> list[str]:
        """Return every sentence about something that must not be."""
        return [*self.lost, *self.duplicate_effects, *self.wrong, *self.stale_writes]


@dataclass(frozen=True)
class Move:
    """One change of a job's state, from its history."""

    at: float
    seq: int
    state: str
    attempt: int
    holder: str | None
    error: str | None
    detail: str | None


def judge(session: Session, submitted: Mapping[int, str], faults: Sequence[Fault]) -> ChaosVerdict:
    """Compare what was acknowledged (job id -> kind) with what the database holds."""
    verdict = ChaosVerdict(jobs=len(submitted))
    rows = {job.id: job for job in session.scalars(select(Job))}
    left = Counter(session.scalars(select(effects.c.job_id)).all())
    trail = _trail(session)
    histories = _histories(session)
    for job_id, kind in submitted.items():
        job = rows.get(job_id)
        if job is None or job.state not in states.TERMINAL:
            verdict.lost.append(f"job {job_id} is {job.state if job else 'gone'}")
            continue
        verdict.ends[job.state] += 1
        verdict.reruns += max(0, job.attempt - 1)
        _check_end(verdict, job, kind)
        _check_effects(verdict, job, left[job_id])
        _check_trail(verdict, job, trail[job_id])
        _check_history(verdict, job, histories[job_id], faults)
    return verdict


def _trail(session: Session) -> dict[int, list[tuple[int, int]]]:
    trail: dict[int, list[tuple[int, int]]] = defaultdict(list)
    query = select(steps.c.job_id, steps.c.attempt, steps.c.step).order_by(steps.c.id)
    for job_id, attempt, step in session.execute(query):
        trail[job_id].append((attempt, step))
    return trail


def _histories(session: Session) -> dict[int, list[Move]]:
    histories: dict[int, list[Move]] = defaultdict(list)
    query = select(EventRow.topic, EventRow.seq, EventRow.at, EventRow.data)
    for topic, seq, at, data in session.execute(query.order_by(EventRow.topic, EventRow.seq)):
        kind, _, number = topic.partition(":")
        if kind == "chaos":
            histories[int(number)].append(_move(seq, at, data))
    return histories


def _move(seq: int, at: datetime, data: dict[str, object]) -> Move:
    return Move(at=at.timestamp(), seq=seq, **data)  # type: ignore[arg-type]


def _check_end(verdict: ChaosVerdict, job: Job, kind: str) -> None:
    given_up = job.state == states.FAILED and job.deaths >= 3
    if job.state not in ENDS[kind] and not given_up:
        verdict.wrong.append(f"{kind} job {job.id} ended {job.state}: {job.error}")
    if kind == "poison" and job.deaths != 3:
        verdict.wrong.append(f"poison job {job.id} was given up after {job.deaths} deaths")


def _check_effects(verdict: ChaosVerdict, job: Job, count: int) -> None:
    if count > 1:
        verdict.duplicate_effects.append(f"job {job.id} left {count} effects")
    if (count > 0) != (job.state == states.SUCCEEDED and job.kind == "work"):
        verdict.wrong.append(f"job {job.id} is {job.state} with {count} effects")


def _check_trail(verdict: ChaosVerdict, job: Job, trail: list[tuple[int, int]]) -> None:
    """Steps must be 0..n once each, and no earlier attempt may write after a later one."""
    done = [step for _, step in trail]
    if len(set(done)) != len(done):
        verdict.duplicate_effects.append(f"job {job.id} did steps {done}")
    attempts = [attempt for attempt, _ in trail]
    if attempts != sorted(attempts) or done != sorted(done):
        verdict.stale_writes.append(f"job {job.id} was written by attempts {attempts}")
    if job.state == states.SUCCEEDED and job.kind == "work" and set(done) != set(range(STEPS)):
        verdict.wrong.append(f"job {job.id} succeeded with steps {done}")


def _check_history(
    verdict: ChaosVerdict, job: Job, history: list[Move], faults: Sequence[Fault]
) -> None:
    if [move.seq for move in history] != list(range(1, len(history) + 1)):
        verdict.wrong.append(f"the history of job {job.id} has holes")
    for claimed, shown, again in _deaths(history):
        fault = _cause(claimed, shown, faults)
        began = fault.at if fault else claimed.at
        if fault is None and job.kind != "poison":
            what = f"lease lost at {_clock(shown.at)}, no fault near: {shown.detail}"
            verdict.silent.append(f"job {job.id}: {what}")
            continue
        verdict.lost_seconds.append(shown.at - began)
        if shown.at - began > SLOW_SECONDS:
            cause = fault.kind if fault else "poison"
            late = f"lost {shown.at - began:.1f} s later"
            verdict.slow.append(f"job {job.id}: {cause} at {_clock(began)}, {late}")
        if again is not None:
            verdict.recovery_seconds.append(again.at - began)


def _deaths(history: list[Move]) -> Iterator[tuple[Move, Move, Move | None]]:
    """Yield (the claim of an attempt, the report of its death, the attempt after it)."""
    for i, move in enumerate(history):
        if move.state == states.LOST or move.error in ("poison", "worker_died"):
            held = [m for m in history[:i] if m.attempt == move.attempt and m.holder]
            again = [m for m in history[i + 1 :] if m.state == states.RUNNING]
            if held:
                yield held[0], move, again[0] if again else None


def _cause(claimed: Move, shown: Move, faults: Sequence[Fault]) -> Fault | None:
    """Return the first deadly fault that hit the attempt's worker while it held the job.

    A work-horse dies a moment after its worker, up to a second on a busy machine: what it claims
    in that moment dies with it.
    """
    for fault in faults:
        hit = f"-{fault.pid}-" in str(claimed.holder) and fault.is_deadly
        is_in_time = fault.kind in LAST or claimed.at - 0.05 <= max(fault.at, fault.until)
        if hit and is_in_time and fault.at <= shown.at:
            return fault
    return None


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M:%S.%f}"[:-4]
