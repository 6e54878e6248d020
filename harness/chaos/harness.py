"""One run: keep the work coming, let things go wrong, wait until it settles, judge."""

import random
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.settings import Settings
from harness.chaos.check import ChaosVerdict
from harness.chaos.faults import Fault, Saboteur
from harness.chaos.machine import Machine
from harness.chaos.systems import BareRq, Roundhouse, System

MAX_LOST_SECONDS = 15.0
TICK_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True)
class FaultPlan:
    """What a run is to be."""

    faults: int
    seed: int
    interval: float = 1.5
    open_jobs: int = 10
    settle_seconds: float = 300.0  # of a busy machine
    database_url: str | None = None
    is_control: bool = False


@dataclass(frozen=True, kw_only=True)
class ChaosResult:
    """What came of it."""

    plan: FaultPlan
    faults: list[Fault]
    moved_pauses: int
    slowest_write: float
    slowest_start: float
    seconds: float
    verdict: ChaosVerdict

    @property
    def slowest_lost(self) -> float:
        return max(self.verdict.lost_seconds, default=0.0)

    @property
    def slowest_recovery(self) -> float:
        return max(self.verdict.recovery_seconds, default=0.0)

    @property
    def is_good(self) -> bool:
        return not self.verdict.all_faults and self.slowest_lost <= MAX_LOST_SECONDS

    def summary(self) -> dict[str, float]:
        """Return the figures of the last line."""
        return {
            "seed": self.plan.seed,
            "faults": len(self.faults),
            "jobs": self.verdict.jobs,
            "lost": len(self.verdict.lost),
            "duplicate_effects": len(self.verdict.duplicate_effects),
            "reruns": self.verdict.reruns,
            "comebacks": self.verdict.comebacks,
            "files": self.verdict.files,
            "slowest_lost_s": round(self.slowest_lost, 2),
            "slowest_recovery_s": round(self.slowest_recovery, 2),
        }


Watch = Callable[[int, int, int], None]


def nobody(faults: int, jobs: int, still_open: int) -> None:
    """Watch nothing."""


def random_seed() -> int:
    return secrets.randbelow(10**9)


def run(plan: FaultPlan, watch: Watch = nobody) -> ChaosResult:
    """Run the plan to its end on processes of its own."""
    began = time.monotonic()
    with chaos_home() as home, _system(plan, home) as (machine, system):
        chance = random.Random(plan.seed)
        saboteur = Saboteur(machine, chance, system.is_locked, system.cut_upload)
        slowest_write = _attack(plan, machine, system, saboteur, watch)
        _settle(plan, machine, system, saboteur, watch)
        verdict = system.judge(saboteur.done)
    return ChaosResult(
        plan=plan,
        faults=saboteur.done,
        moved_pauses=saboteur.moved_pauses,
        slowest_write=slowest_write,
        slowest_start=machine.slowest_start,
        seconds=time.monotonic() - began,
        verdict=verdict,
    )


@contextmanager
def chaos_home() -> Iterator[Path]:
    """Yield a folder that goes away again."""
    home = Path(tempfile.mkdtemp(prefix="rh-chaos-", dir="/tmp"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _system(plan: FaultPlan, home: Path) -> Iterator[tuple[Machine, System]]:
    environment = {
        "ROUNDHOUSE_HOME": str(home),
        "DATABASE_URL": plan.database_url or f"sqlite:///{home}/roundhouse.db",
        "REDIS_URL": f"unix://{home}/redis.sock?db=0",
        "ROUNDHOUSE_LOG_LEVEL": "error",
    }
    settings = Settings.from_env(environment)
    machine = Machine(home, settings.environment())
    system: System = (BareRq if plan.is_control else Roundhouse)(machine, settings)
    try:
        machine.keep_alive()
        yield machine, system
    finally:
        machine.stop()
        system.close()


def _attack(
    plan: FaultPlan, machine: Machine, system: System, saboteur: Saboteur, watch: Watch
) -> float:
    """Return the seconds that the slowest submission took."""
    chance = random.Random(plan.seed + 1)  # the load draws apart from the faults
    slowest, next_fault = 0.0, 0.0
    while not machine.is_complete():
        machine.keep_alive()
        time.sleep(TICK_SECONDS)
    while len(saboteur.done) < plan.faults:
        machine.keep_alive()
        saboteur.wake()
        began = time.monotonic()
        still_open = _feed(plan, system, chance)
        slowest = max(slowest, time.monotonic() - began)
        if time.monotonic() >= next_fault and saboteur.strike():
            next_fault = time.monotonic() + chance.expovariate(1 / plan.interval)
        watch(len(saboteur.done), len(system.submitted), still_open)
        time.sleep(TICK_SECONDS)
    return slowest


def _feed(plan: FaultPlan, system: System, chance: random.Random) -> int:
    still_open = system.open_jobs()
    if still_open < plan.open_jobs:
        system.give(chance)
    system.meddle(chance)
    return still_open


def _settle(
    plan: FaultPlan, machine: Machine, system: System, saboteur: Saboteur, watch: Watch
) -> None:
    chance = random.Random(plan.seed + 2)
    deadline = time.monotonic() + plan.settle_seconds
    while time.monotonic() < deadline:
        machine.keep_alive()
        saboteur.wake()
        system.meddle(chance)
        still_open = system.open_jobs()
        watch(len(saboteur.done), len(system.submitted), still_open)
        if not still_open and saboteur.is_settled:
            return
        time.sleep(TICK_SECONDS)
