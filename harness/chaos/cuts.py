"""One file that is cut at random bytes: its client, its web process, Redis and workers die in turn.

Two web processes serve it, so that the client goes on at one while the other is started again, and
workers have jobs, so that killing one hits somebody.
"""

import hashlib
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from app.db.engine import Database
from app.db.migrate import migrate
from app.db.uow import NewJob
from app.settings import Settings
from harness.chaos.check import ChaosVerdict, judge
from harness.chaos.faults import send_signal
from harness.chaos.load import tables
from harness.chaos.machine import Machine
from harness.chaos.stream import Stream
from harness.chaos.uploads import add_webs, uploader_token
from harness.eventually import eventually

MEGABYTE = 1 << 20
OPEN_JOBS = 3
SETTLE_SECONDS = 300.0  # of a busy machine
# each second cut costs a machine nothing; starting a process costs it seconds
IN_TURN = ("client", "server", "client", "Redis", "client", "worker", "client", "Redis")


@dataclass(frozen=True, kw_only=True)
class CutResult:
    """What became of the file, and of the jobs meanwhile."""

    cuts: Counter[str]
    length: int
    sent: int
    is_equal: bool
    verdict: ChaosVerdict
    seconds: float
    seed: int

    @property
    def is_good(self) -> bool:
        return self.is_equal and not self.verdict.all_faults

    def summary(self) -> dict[str, object]:
        """Return the figures of the last line."""
        return {
            "cuts": self.cuts,
            "bytes": self.length,
            "sent": self.sent,
            "equal": self.is_equal,
            "jobs": self.verdict.jobs,
            "jobs_wrong": len(self.verdict.all_faults),
            "seconds": round(self.seconds, 1),
            "seed": self.seed,
        }


class CutSite:
    """The processes around the file, and jobs for the worker."""

    def __init__(self, home: Path) -> None:
        environment = {
            "ROUNDHOUSE_HOME": str(home),
            "REDIS_URL": f"unix://{home}/redis.sock?db=0",
            "ROUNDHOUSE_LOG_LEVEL": "error",
        }
        settings = Settings.from_env(environment)
        self.machine = Machine(home, settings.environment())
        self.database = Database(settings.database_url, pool_size=2)
        migrate(self.database)
        tables.create_all(self.database.engine)
        self.token = uploader_token(self.database)
        self.webs = add_webs(self.machine, 2)
        for name in ("clock", "worker of io"):
            self.machine.add_program(name, "process", name.split()[-1])
        self.submitted: dict[int, str] = {}
        self._deaths = cycle(("work-horse", "both"))

    def close(self) -> None:
        """End every process."""
        self.machine.stop()
        self.database.close()

    def keep_going(self) -> None:
        """Start what is not there."""
        self.machine.keep_alive()

    def give_work(self) -> None:
        """Keep some jobs open."""
        with self.database.read() as session:
            still_open = len(judge(session, self.submitted, ()).lost)
        if still_open < OPEN_JOBS:
            subject = f"chaos:{len(self.submitted)}"
            with self.database.write() as unit:
                job = unit.enqueue(NewJob(kind="work", queue="io", subject=subject))
            self.submitted[job.id] = "work"

    def kill_worker(self) -> None:
        """Kill the worker that works, or only its work-horse, in turn."""
        self.give_work()
        both = next(self._deaths) == "both"
        eventually(lambda: self._kill_worker(parent=both), SETTLE_SECONDS, every=0.05)

    def _kill_worker(self, *, parent: bool) -> bool:
        self.keep_going()
        for worker in self.machine.workers():
            if send_signal(worker.child(), signal.SIGKILL):
                return not parent or send_signal(worker.pid, signal.SIGKILL)
        return False

    def verdict(self) -> ChaosVerdict:
        """Wait for the jobs and judge them."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while True:
            self.keep_going()
            with self.database.read() as session:
                verdict = judge(session, self.submitted, ())
            if not verdict.lost or time.monotonic() > deadline:
                return verdict
            time.sleep(0.2)


def break_off(home: Path, cuts: int, length: int, seed: int) -> CutResult:
    """Send ``length`` random bytes that are cut ``cuts`` times, as the seed draws it."""
    draw = random.Random(seed)
    data = b"".join(draw.randbytes(min(MEGABYTE, length - at)) for at in range(0, length, MEGABYTE))
    site = CutSite(home)
    try:
        began = time.monotonic()
        stream = Stream(site.webs, site.token, data, site.keep_going)
        kinds = _send(site, stream, sorted(draw.sample(range(length), cuts)))
        shown = stream.finish()
        return CutResult(
            cuts=kinds,
            length=length,
            sent=stream.sender.sent,
            is_equal=shown["sha256"] == hashlib.sha256(data).hexdigest(),
            verdict=site.verdict(),
            seconds=time.monotonic() - began,
            seed=seed,
        )
    finally:
        site.close()


def _send(site: CutSite, stream: Stream, at: list[int]) -> Counter[str]:
    acts: dict[str, Callable[[], None]] = {
        "client": lambda: stream.break_off(reset=bool(kinds["client"] % 2)),
        "server": stream.kill_web,
        "Redis": lambda: site.machine.wipe_redis(0.0),
        "worker": site.kill_worker,
    }
    kinds: Counter[str] = Counter()
    for position, kind in zip(at, cycle(IN_TURN), strict=False):
        stream.send_to(position)
        acts[kind]()
        kinds[kind] += 1
    return kinds
