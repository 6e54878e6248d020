"""How long a run waited, ran and lay stopped: three numbers that together are its age.

A run is in one phase at a time, by the state of its newest job:

- waiting: no worker holds it. Besides ``queued`` this is ``lost``, from the moment at which the
  death of a worker is noticed to the next attempt: nobody computes anything then.
- running: a worker holds it (``starting``, ``running``, ``stopping``).
- ended: its newest job has ended. The time from there to a resume is what it lay stopped.

A run that is logged from outside never waits here. A silence is no proof that its program
stands still, so it counts as running until the program ends, or until its lease after the last
sign of life when somebody else ends it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.clock import now
from app.jobs import states
from app.models.job import Job
from app.models.run import ENDED, RUNNING, WAITING, Run

COUNTERS = {WAITING: "waiting_seconds", RUNNING: "running_seconds", ENDED: "stopped_seconds"}
LOGGED = "logged"


@dataclass(frozen=True, kw_only=True)
class RunTimes:
    """Seconds as they stand at ``as_of``; those of ``phase`` grow until the run is over."""

    waiting_seconds: float
    running_seconds: float
    stopped_seconds: float
    phase: str
    as_of: datetime


def times_of(run: Run, at: datetime | None = None) -> RunTimes:
    """Return the times of a run at a moment (now if None); one that is over stands still."""
    at = at or now()
    spell = 0.0 if run.phase == ENDED else _spell(run, at)
    seconds = {
        name: round(getattr(run, name) + (spell if phase == run.phase else 0.0), 3)
        for phase, name in COUNTERS.items()
    }
    return RunTimes(phase=run.phase, as_of=at, **seconds)


def duration_of(run: Run, at: datetime | None = None) -> float | None:
    """Return the running time in seconds, None before the run was first taken up."""
    times = times_of(run, at)
    never = run.phase == WAITING and not times.running_seconds
    return None if never else times.running_seconds


def follow_phase(run: Run, job: Job) -> None:
    """Count the spell that ends with this change of the run's newest job."""
    over = job.state in states.TERMINAL
    enter_phase(run, _phase_of(run, job.state), _end_of(run, job) if over else now())


def enter_phase(run: Run, phase: str, at: datetime) -> None:
    """Count the time of the phase that ends at ``at``, and begin ``phase``."""
    if phase == run.phase:
        return
    counter = COUNTERS[run.phase]
    setattr(run, counter, round(getattr(run, counter) + _spell(run, at), 6))
    run.phase_since = max(at, run.phase_since or run.start_time)
    run.phase = phase
    run.duration_seconds = run.running_seconds if phase == ENDED else None


def move_end(run: Run, end: datetime) -> None:
    """Give a run that is over another end: its program says that it ran for so long."""
    if run.phase != ENDED or run.phase_since is None:
        return
    longer = (end - run.phase_since).total_seconds()
    run.running_seconds = max(0.0, round(run.running_seconds + longer, 6))
    run.phase_since, run.duration_seconds = end, run.running_seconds


def _spell(run: Run, at: datetime) -> float:
    return max(0.0, (at - (run.phase_since or run.start_time)).total_seconds())


def _phase_of(run: Run, state: str) -> str:
    if state in states.TERMINAL:
        return ENDED
    return RUNNING if state in states.HELD or run.origin == LOGGED else WAITING


def _end_of(run: Run, job: Job) -> datetime:
    """Return when the work ended: of a logged run at most a lease after its last sign of life."""
    end = job.finished_at or now()
    if run.origin != LOGGED or job.heartbeat_at is None or job.lease_seconds is None:
        return end
    return min(end, job.heartbeat_at + timedelta(seconds=job.lease_seconds))
