"""The control: the same work on bare RQ, to show that the harness can find a fault."""

import os
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from rq import Queue, Worker

from app.process import die_with_parent
from app.redis import connect
from app.settings import Settings
from harness.chaos.check import ChaosVerdict
from harness.chaos.load import STEP_SECONDS, STEPS
from harness.chaos.machine import say_ready

TABLES = (
    "CREATE TABLE IF NOT EXISTS steps (job INTEGER, pid INTEGER, step INTEGER)",
    "CREATE TABLE IF NOT EXISTS effects (job INTEGER, pid INTEGER)",
)


class FaultResults:
    """What the jobs of the control leave behind."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._open() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            for statement in TABLES:
                connection.execute(statement)

    def _open(self, timeout: float = 10.0) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=timeout)

    def add(self, table: str, *values: int) -> None:
        """Store one row in a transaction of its own."""
        with self._open() as connection:
            marks = ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)

    def effects(self) -> Counter[int]:
        """Return how many effects each job has left."""
        with self._open() as connection:
            return Counter(job for (job,) in connection.execute("SELECT job FROM effects"))

    def starts(self) -> Counter[int]:
        """Return how often each job began."""
        with self._open() as connection:
            query = "SELECT job FROM steps WHERE step = 0"
            return Counter(job for (job,) in connection.execute(query))

    def is_locked(self) -> bool:
        """Return whether somebody keeps everybody from writing."""
        try:
            with self._open(0.5) as connection:
                connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False


def work(job: int) -> None:
    """Do the steps, then leave one effect: the same work, without checkpoint and fence."""
    results = FaultResults(Path(os.environ["ROUNDHOUSE_HOME"]) / "control.db")
    for step in range(STEPS):
        results.add("steps", job, os.getpid(), step)
        time.sleep(STEP_SECONDS)
    results.add("effects", job, os.getpid())


def judge(results: FaultResults, submitted: Mapping[int, str]) -> ChaosVerdict:
    """Count what was lost and what was done twice."""
    done = results.effects()
    starts = results.starts()
    verdict = ChaosVerdict(jobs=len(submitted))
    verdict.reruns = sum(max(0, starts[job] - 1) for job in submitted)
    verdict.lost = [f"job {job} has no effect" for job in submitted if not done[job]]
    verdict.duplicate_effects = [f"job {job} left {n} effects" for job, n in done.items() if n > 1]
    verdict.ends["succeeded"] = len(done.keys() & submitted.keys())
    return verdict


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    say_ready()
    redis = connect(Settings.from_env(os.environ))
    Worker([Queue("control", connection=redis)], connection=redis).work(logging_level="WARNING")
