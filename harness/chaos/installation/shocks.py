"""What is done to an installation, one after the other, and how it is undone."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import text

from harness.chaos.faults import send_signal
from harness.chaos.installation.disk import fill
from harness.chaos.installation.load import RepeatingWriter
from harness.chaos.installation.postgresql import PostgresqlSite
from harness.chaos.installation.site import InstallationSite

HOUR = 3600.0
FULL_SECONDS = (4.0, 9.0)
PAUSE_SECONDS = (3.0, 14.0)
WRITE_SECONDS = 0.05  # of a write: the kill comes at any moment of it
CUT_SECONDS = 10.0  # in which somebody commits something


@dataclass
class ShockTarget:
    """What a shock may touch."""

    installation: InstallationSite
    chance: random.Random
    has_small_disk: bool = False
    postgresql: PostgresqlSite | None = None
    writers: Sequence[RepeatingWriter] = ()
    killed_during: Counter[str] = field(default_factory=Counter)  # by what was written

    def kill(self, name: str) -> bool:
        """Kill a part without a warning."""
        return send_signal(self.installation.part(name), signal.SIGKILL)

    def freeze(self, name: str) -> bool:
        """Stop a part for good: only who replaces it helps."""
        return send_signal(self.installation.part(name), signal.SIGSTOP)

    def kill_web(self) -> bool:
        """Kill the web process at a random moment of a write, of the kind that was hit least."""
        acts = [act for writer in self.writers[:1] for act in writer.acts]
        act = min(acts, key=lambda one: self.killed_during[one])
        _becomes(lambda: any(writer.current == act for writer in self.writers))
        time.sleep(self.chance.uniform(0, WRITE_SECONDS))
        self.killed_during[act] += 1
        return self.kill("web")

    def kill_clock(self) -> bool:
        return self.kill("clock")

    def kill_redis(self) -> bool:
        return self.kill("redis")

    def kill_worker(self) -> bool:
        return self.kill("worker")

    def freeze_web(self) -> bool:
        return self.freeze("web")

    def freeze_clock(self) -> bool:
        return self.freeze("clock")

    def freeze_worker(self) -> bool:
        return self.freeze("worker")

    def pause_host(self) -> bool:
        """Let every process stand still, as when the lid is shut."""
        self.installation.pause()
        time.sleep(self.chance.uniform(*PAUSE_SECONDS))
        self.installation.resume()
        return True

    def jump_clock(self) -> bool:
        """Make every lease an hour old, as a clock that jumps an hour ahead does.

        No clock is touched: that would need the rights of an administrator and move everybody's.
        """
        older = "UPDATE jobs SET lease_until = lease_until - :hour WHERE lease_until IS NOT NULL"
        with self.installation.database.write() as unit:
            unit.session.execute(text(older), {"hour": HOUR})
        return True

    def fill_disk(self) -> bool:
        """Leave no byte free for some seconds."""
        ballast = fill(self.installation.home)
        time.sleep(self.chance.uniform(*FULL_SECONDS))
        ballast.unlink()
        return True

    def crash_database(self) -> bool:
        """Kill every backend of PostgreSQL and start the server again."""
        assert self.postgresql is not None
        self.postgresql.crash()
        return True

    def cut_commit(self) -> bool:
        """Let a commit take place whose answer nobody gets."""
        if self.postgresql is not None:
            proxy = self.postgresql.proxy
            before = proxy.cuts
            proxy.cut()
            return _becomes(lambda: proxy.cuts > before)
        order = self.installation.order
        order.touch()
        done = _becomes(lambda: not order.exists())
        order.unlink(missing_ok=True)
        return done


def _becomes(probe: Callable[[], bool], seconds: float = CUT_SECONDS) -> bool:
    deadline = time.monotonic() + seconds
    while not probe() and time.monotonic() < deadline:
        time.sleep(0.05)
    return probe()


Shock = Callable[[ShockTarget], bool]
WEB_KILLED = "web killed during writes"
SHOCKS: Mapping[str, tuple[Shock, float]] = {
    WEB_KILLED: (ShockTarget.kill_web, 30),
    "commit of unknown outcome": (ShockTarget.cut_commit, 25),
    "host paused": (ShockTarget.pause_host, 8),
    "clock jumped (simulated)": (ShockTarget.jump_clock, 6),
    "clock process killed": (ShockTarget.kill_clock, 5),
    "Redis process killed": (ShockTarget.kill_redis, 5),
    "io worker killed": (ShockTarget.kill_worker, 5),
    "web frozen": (ShockTarget.freeze_web, 3),
    "clock process frozen": (ShockTarget.freeze_clock, 3),
    "worker frozen": (ShockTarget.freeze_worker, 3),
}
ON_A_SMALL_DISK: Mapping[str, tuple[Shock, float]] = {
    "disk full": (ShockTarget.fill_disk, 12),
}
ON_POSTGRESQL: Mapping[str, tuple[Shock, float]] = {
    "database restarted": (ShockTarget.crash_database, 15),
}


def shocks_of(target: ShockTarget, only: Sequence[str] = ()) -> dict[str, tuple[Shock, float]]:
    """Return the kinds that can be done here, by name with their weights."""
    kinds = dict(SHOCKS)
    kinds |= ON_A_SMALL_DISK if target.has_small_disk else {}
    kinds |= ON_POSTGRESQL if target.postgresql is not None else {}
    return {name: one for name, one in kinds.items() if not only or name in only}
