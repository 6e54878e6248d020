"""What is attacked: Roundhouse's own job engine, or bare RQ as the control."""

import os
import random
import sqlite3
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Protocol

from redis.exceptions import RedisError
from rq import Queue, Retry
from sqlalchemy import select

from app.db.migrate import migrate
from app.db.uow import NewJob
from app.errors import Conflict
from app.jobs import states
from app.jobs.queues import QUEUES
from app.models import Job
from app.redis import connect
from app.resources import open_resources
from app.settings import Settings
from harness.chaos import control
from harness.chaos.check import ChaosVerdict, judge
from harness.chaos.faults import Fault
from harness.chaos.load import HANDLERS, OBSERVERS, tables
from harness.chaos.machine import Machine
from harness.chaos.programs import Programs
from harness.chaos.uploads import Uploads, add_webs, uploader_token

MIX = {"work": 84, "stopped": 8, "poison": 3, "broken": 5}
WORKERS_PER_QUEUE = 2


class System(Protocol):
    """A queue with workers that work is given to."""

    submitted: dict[int, str]

    def give(self, chance: random.Random) -> None:
        """Submit one job."""

    def meddle(self, chance: random.Random) -> None:
        """Do to the running jobs what people do."""

    def open_jobs(self) -> int:
        """Return how many jobs are not done."""

    def cut_upload(self) -> None:
        """Break off a file that is sent."""

    def is_locked(self) -> bool:
        """Return whether somebody keeps everybody from writing."""

    def judge(self, faults: list[Fault]) -> ChaosVerdict:
        """Read what came of it."""

    def close(self) -> None:
        """Close what is open."""


class Roundhouse:
    """Rows, leases, fences and a clock."""

    def __init__(self, machine: Machine, settings: Settings) -> None:
        self.submitted: dict[int, str] = {}
        self._resources = open_resources(settings, OBSERVERS, pool_size=2)
        self._database = self._resources.database
        self._to_stop: set[int] = set()
        migrate(self._database)
        tables.create_all(self._database.engine)
        self._machine = machine
        self._programs = Programs(self._database)
        self._uploads = Uploads(add_webs(machine, 1), uploader_token(self._database))
        for part in ("clock", *QUEUES * WORKERS_PER_QUEUE):
            name = part if part == "clock" else f"worker {len(machine.parts)} of {part}"
            machine.add_program(name, "process", part)

    def give(self, chance: random.Random) -> None:
        kind = chance.choices(list(MIX), list(MIX.values()))[0]
        work = "work" if kind == "stopped" else kind
        subject = f"chaos:{len(self.submitted)}"
        with self._database.write() as unit:
            job = unit.enqueue(NewJob(kind=work, queue=chance.choice(QUEUES), subject=subject))
        self.submitted[job.id] = kind
        if kind == "stopped":
            self._to_stop.add(job.id)

    def meddle(self, chance: random.Random) -> None:
        """Ask a job to stop that was meant to be stopped, at any time of its life."""
        for job_id in [job_id for job_id in self._to_stop if chance.random() < 0.02]:
            self._to_stop.discard(job_id)
            with self._database.read() as session:
                subject = session.get_one(Job, job_id).subject
            try:
                with self._database.write() as unit:
                    self._resources.jobs.request_stop(unit, subject)
            except Conflict:
                self.submitted[job_id] = "work"  # it was faster, and must have succeeded

    def cut_upload(self) -> None:
        self._uploads.cut()

    def open_jobs(self) -> int:
        query = select(Job.id).where(Job.state.not_in(states.TERMINAL), Job.kind.in_(HANDLERS))
        with self._database.read() as session:
            return len(session.scalars(query).all())

    def is_locked(self) -> bool:
        if not self._database.is_sqlite:
            return False
        path = self._database.engine.url.database
        probe = sqlite3.connect(str(path), timeout=0.5, isolation_level=None)
        try:
            probe.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        finally:
            probe.close()
        return False

    def judge(self, faults: list[Fault]) -> ChaosVerdict:
        self._programs.finish()
        self._uploads.finish(self._machine.keep_alive)
        with self._database.read() as session:
            verdict = judge(session, self.submitted, faults)
        verdict.wrong += self._programs.wrong + self._uploads.wrong
        verdict.files = self._uploads.files
        verdict.comebacks = self._programs.comebacks
        return verdict

    def close(self) -> None:
        self._programs.stop()
        self._uploads.stop()
        self._resources.close()


class BareRq:
    """RQ as it comes: one queue, default workers, ``Retry(3)``, effects without a fence."""

    def __init__(self, machine: Machine, settings: Settings) -> None:
        self.submitted: dict[int, str] = {}
        self._numbers = count(1)
        self._redis = connect(settings, retries=0)
        self._results = control.FaultResults(Path(settings.home) / "control.db")
        for number in range(len(QUEUES) * WORKERS_PER_QUEUE):
            module = [sys.executable, "-m", "harness.chaos.control", str(os.getpid())]
            machine.add(f"worker {number}", module)

    def give(self, chance: random.Random) -> None:
        number = next(self._numbers)
        queue = Queue("control", connection=self._redis)
        with suppress(RedisError):  # while Redis is away nothing is acknowledged
            queue.enqueue(control.work, number, job_timeout=-1, retry=Retry(max=3))
            self.submitted[number] = "work"

    def meddle(self, chance: random.Random) -> None:
        """Leave the jobs alone."""

    def cut_upload(self) -> None:
        """Nothing is uploaded to a bare queue: the fault falls flat."""

    def open_jobs(self) -> int:
        return len(self.submitted.keys() - self._results.effects().keys())

    def is_locked(self) -> bool:
        return self._results.is_locked()

    def judge(self, faults: list[Fault]) -> ChaosVerdict:
        return control.judge(self._results, self.submitted)

    def close(self) -> None:
        self._redis.close()
