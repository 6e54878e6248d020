"""External programs that log their runs while everything is killed: silent, lost, and back."""

import random
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Event

from sqlalchemy import select

from app.auth.credentials import actor_of_session
from app.clock import now
from app.db.engine import Database
from app.jobs import states
from app.jobs.engine import newest_job
from app.models import User
from app.models.series import Series
from services.runs.external.create import LoggedRunRequest, start_logged_run
from services.runs.external.heartbeat import beat
from services.runs.external.ingest import take_batch
from services.runs.external.update import ExternalUpdate
from services.runs.topics import subject_of
from services.runs.update import RunChanges, edit_run
from services.tracking.metrics.batch import batch_of

PROGRAMS = 3
BEAT_SECONDS = 2.0
SEND_SECONDS = 0.5
TICK_SECONDS = 0.05
LOST_SECONDS = 300.0  # the lease, and on a busy machine a clock that has to be started first
SILENT_CHANCE = 0.05


@dataclass
class Logged:
    """One run that an external program logs."""

    run_id: int
    steps: int = 0
    sent_at: float = 0.0
    silent_since: float | None = None


@dataclass
class Programs:
    """Send every batch twice, fall silent now and then, and note what was not as it must be."""

    database: Database
    wrong: list[str] = field(default_factory=list)
    comebacks: int = 0

    def __post_init__(self) -> None:
        user = User(email="program@example.org", name="", role="member", created_at=now())
        with self.database.write() as unit:
            unit.session.add(user)
        self._actor = actor_of_session(0, user.id, user.role, user.name)
        request = LoggedRunRequest(name="logged", heartbeat_seconds=BEAT_SECONDS)
        self._runs = [
            Logged(start_logged_run(self.database, self._actor, request).id)
            for _ in range(PROGRAMS)
        ]

        self._over = Event()
        pool = ThreadPoolExecutor(max_workers=1)  # they must not hold up who restarts the dead
        self._work = pool.submit(self._go_on, random.Random(0))
        pool.shutdown(wait=False)

    def _go_on(self, chance: random.Random) -> None:
        while not self._over.wait(TICK_SECONDS):
            self._go_one_step(chance)

    def _go_one_step(self, chance: random.Random) -> None:
        for one in self._runs:
            if one.silent_since is not None:
                self._wait(one, one.silent_since)
            elif time.monotonic() - one.sent_at >= SEND_SECONDS:
                self._send(one)
                if chance.random() < SILENT_CHANCE:
                    one.silent_since = time.monotonic()

    def finish(self) -> None:
        """End every run and look for points that are gone or there twice."""
        self.stop()
        self._work.result()
        changes = RunChanges(reported=ExternalUpdate(status="completed"))
        for one in self._runs:
            beat(self.database, self._actor, str(one.run_id))
            edit_run(self.database, self._actor, str(one.run_id), changes)
            if (state := self._state(one)) != states.SUCCEEDED:
                self.wrong.append(f"logged run {one.run_id} ended {state}")
            with self.database.read() as session:
                count = session.scalar(select(Series.count).where(Series.run_id == one.run_id))
            if count != one.steps:
                self.wrong.append(f"logged run {one.run_id}: {one.steps} points sent, {count} kept")

    def stop(self) -> None:
        """Let every program rest."""
        self._over.set()
        wait([self._work])

    def _send(self, one: Logged) -> None:
        series = [{"name": "loss", "steps": [one.steps], "values": [1.0]}]
        batch = batch_of({"batch_id": f"batch-{one.steps}", "series": series}, time.time())
        for _ in range(2):  # as a client does that got no answer
            take_batch(self.database, self._actor, str(one.run_id), batch)
        one.steps, one.sent_at = one.steps + 1, time.monotonic()

    def _wait(self, one: Logged, since: float) -> None:
        """Come back once the run is shown as lost; it must be running again then."""
        if self._state(one) != states.LOST:
            if time.monotonic() - since > LOST_SECONDS:
                self.wrong.append(f"silent run {one.run_id} was not lost in {LOST_SECONDS:g} s")
                one.silent_since = None
            return
        self._send(one)
        one.silent_since, self.comebacks = None, self.comebacks + 1
        if (state := self._state(one)) != states.RUNNING:
            self.wrong.append(f"logged run {one.run_id} came back and is {state}")

    def _state(self, one: Logged) -> str | None:
        with self.database.read() as session:
            job = newest_job(session, subject_of(one.run_id))
            return None if job is None else job.state
