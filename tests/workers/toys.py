"""A worker of toy jobs, as a real process: what it does is counted in real rows.

A toy job takes ``steps`` steps; each is one fenced commit that says "step n of job j is done"
and moves the checkpoint. The last one also leaves the effect that must exist exactly once. Where
``TOY_WAITS_AT`` names a step, the first attempt does not get beyond it before it is killed, sent
away or stopped: whoever does that need not be quick.
"""

import os
import time

from sqlalchemy import text

from app.resources import Resources
from app.settings import Settings
from app.storage import StorageUnavailable
from services.domains import OBSERVERS
from workers.attempt import Attempt
from workers.build import build_worker
from workers.clock import run_clock

STEPS = 5
TABLES = (
    "CREATE TABLE toy_effects (job_id INTEGER NOT NULL, attempt INTEGER NOT NULL)",
    "CREATE TABLE toy_steps (job_id INTEGER NOT NULL, attempt INTEGER NOT NULL, step INTEGER NOT NULL)",
)


def toy(attempt: Attempt, resources: Resources) -> None:
    """Do the steps that are left, then leave one effect."""
    done = _checkpoint(attempt, resources)
    for step in range(done, STEPS):
        if attempt.stop_requested():
            _cancel(attempt)
            return
        if attempt.number == 1 and step == int(os.environ.get("TOY_WAITS_AT", STEPS)):
            _wait_for_the_end(attempt)
            return
        with attempt.write() as unit:
            _insert(unit, "toy_steps (job_id, attempt, step) VALUES (:j, :a, :s)", attempt, s=step)
            attempt.note(unit, checkpoint_step=step, checkpoint_attempt=attempt.number)
    with attempt.write() as unit:
        _insert(unit, "toy_effects (job_id, attempt) VALUES (:j, :a)", attempt)
        attempt.finish(unit)


def _wait_for_the_end(attempt: Attempt) -> None:
    """Come to no next step before a person or the worker asks for the end. Raises Drained."""
    while not attempt.stop_requested():
        time.sleep(0.05)
    _cancel(attempt)


def _cancel(attempt: Attempt) -> None:
    with attempt.write() as unit:
        attempt.finish(unit, "cancelled")


def _checkpoint(attempt: Attempt, resources: Resources) -> int:
    with resources.database.read() as session:
        query = text("SELECT checkpoint_step FROM jobs WHERE id = :j")
        step = session.scalar(query, {"j": attempt.claim.job_id})
    return 0 if step is None else step + 1


def _insert(unit, into: str, attempt: Attempt, **values: int) -> None:
    values |= {"j": attempt.claim.job_id, "a": attempt.number}
    unit.session.execute(text(f"INSERT INTO {into}"), values)


def crash(attempt: Attempt, resources: Resources) -> None:
    """Die without a word, as a process that ran out of memory does."""
    os.kill(os.getpid(), 9)


def fail(attempt: Attempt, resources: Resources) -> None:
    """Raise what nobody expected."""
    raise ZeroDivisionError("secret details")


def storeless(attempt: Attempt, resources: Resources) -> None:
    """Need an object store that is away."""
    raise StorageUnavailable("The object store does not answer.")


def stubborn(attempt: Attempt, resources: Resources) -> None:
    """Never look whether a stop is requested."""
    while True:
        time.sleep(0.1)


HANDLERS = {"toy": toy, "crash": crash, "fail": fail, "stubborn": stubborn, "storeless": storeless}


def main(part: str) -> None:
    """Be the clock of the platform, or a worker of toys of the queue called ``part``."""
    settings = Settings.from_env(os.environ)
    if part == "clock":
        run_clock(settings, OBSERVERS)
    else:
        build_worker(part, settings, {}, HANDLERS).work(logging_level="WARNING")
