"""One attack: shocks in turn while people write, until it is seen what came back by itself."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

from app.jobs import states
from harness.chaos.installation.audit import Aftermath, examine
from harness.chaos.installation.client import RepeatingClient
from harness.chaos.installation.disk import small_disk
from harness.chaos.installation.load import RepeatingWriter
from harness.chaos.installation.postgresql import PostgresqlSite, postgresql_site
from harness.chaos.installation.shocks import Shock, ShockTarget, shocks_of
from harness.chaos.installation.site import InstallationPlan, InstallationSite

WRITERS = 2
START_SECONDS = 300.0  # of a busy machine
FINISH_SECONDS = 120.0
SETTLE_SECONDS = 600.0  # of a busy machine that trains
WRITES_BETWEEN = (3, 10)  # acknowledged between what came back and the next shock
MAX_REST_SECONDS = 15.0
TICK_SECONDS = 0.05
DISK_FULL = "disk full"


@dataclass(frozen=True, kw_only=True)
class ShockPlan:
    """How many shocks, drawn from which number, on which database; ``only`` names the kinds."""

    shocks: int
    seed: int
    on_postgresql: bool = False
    with_jobs: bool = False  # trainings and benchmark runs, which take computing
    only: Sequence[str] = ()
    in_turn: bool = False  # each kind as often as the others, for the few that a test has


@dataclass(frozen=True)
class ShockRecord:
    """One shock: ``seconds`` until everything was back by itself, None where a person had to."""

    kind: str
    at: float
    seconds: float | None
    parts: Sequence[str] = ()


@dataclass(kw_only=True)
class ShockResult:
    """What came of one attack."""

    plan: ShockPlan
    shocks: list[ShockRecord] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)  # kind: why
    answers: Counter[int] = field(default_factory=Counter)
    killed_during: Counter[str] = field(default_factory=Counter)
    writes: int = 0
    repeats: int = 0
    manual_restarts: int = 0
    seconds: float = 0.0
    after: Aftermath = field(default_factory=Aftermath)

    @property
    def slowest_return(self) -> float:
        """Return the longest time until everything was back by itself, in seconds."""
        return max((one.seconds for one in self.shocks if one.seconds is not None), default=0.0)

    @property
    def is_good(self) -> bool:
        return not self.after.all_faults and not self.manual_restarts

    def figures(self) -> dict[str, object]:
        """Return the figures of this attack."""
        return {
            "kinds": dict(Counter(one.kind for one in self.shocks)),
            "writes": self.writes,
            "repeats": self.repeats,
            "answers": dict(sorted(self.answers.items())),
            "rows_without_object": len(self.after.rows_without_object),
            "stuck_keys": len(self.after.stuck_keys),
            "manual_restarts": self.manual_restarts,
            "objects_without_row": self.after.orphans,
            "slowest_return_s": round(self.slowest_return, 1),
            "left_out": self.left_out,
            "seconds": round(self.seconds, 1),
        }

    def faults(self) -> list[str]:
        """Return a sentence for everything that must not be."""
        by_hand = [
            f"{one.kind} at {one.at:.0f} s: {', '.join(one.parts) or 'nothing'} did not come back"
            for one in self.shocks
            if one.seconds is None
        ]
        return [*by_hand, *self.after.all_faults]


Watch = Callable[[int, int, int], None]


def nobody(faults: int, writes: int, still_open: int) -> None:
    """Watch nothing."""


def attack(plan: ShockPlan, watch: Watch = nobody) -> ShockResult:
    """Run the plan to its end on an installation of its own."""
    began = time.monotonic()
    result = ShockResult(plan=plan)
    with _target(plan) as target:
        result.left_out = _left_out(target)
        target.writers = _writers(plan, target.installation)
        _strike(plan, target, result, watch)
        _settle(target, result)
        result.killed_during = target.killed_during
        result.manual_restarts = target.installation.manual_restarts
    result.seconds = time.monotonic() - began
    return result


@contextmanager
def _target(plan: ShockPlan) -> Iterator[ShockTarget]:
    with (
        TemporaryDirectory(prefix="rh-shock-", dir="/tmp", ignore_cleanup_errors=True) as base,
        postgresql_site() if plan.on_postgresql else nullcontext() as postgresql,
    ):
        home = Path(base) / "home"
        home.mkdir(mode=0o700)
        with small_disk(home) as has_small_disk:
            installation = _installation(plan, home, postgresql)
            try:
                yield ShockTarget(
                    installation, random.Random(plan.seed), has_small_disk, postgresql
                )
            finally:
                installation.stop()


def _installation(
    plan: ShockPlan, home: Path, postgresql: PostgresqlSite | None
) -> InstallationSite:
    workers = int(plan.with_jobs)
    about = InstallationPlan(
        home=home,
        url=postgresql.url if postgresql else None,
        direct=postgresql.direct if postgresql else None,
        train_workers=workers,
        benchmark_workers=workers,
    )
    installation = InstallationSite(about)
    installation.start()
    if installation.comes_back(START_SECONDS) is None:
        log = installation.log.read_text()[-2000:]
        installation.stop()
        raise RuntimeError(f"The installation did not start:\n{log}")
    return installation


def _left_out(target: ShockTarget) -> dict[str, str]:
    if target.has_small_disk:
        return {}
    return {DISK_FULL: "nobody may mount a small disk here"}


def _writers(plan: ShockPlan, installation: InstallationSite) -> list[RepeatingWriter]:
    writers = [
        RepeatingWriter(
            installation.url, installation.token, plan.seed + number, with_jobs=plan.with_jobs
        )
        for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    return writers


def _strike(plan: ShockPlan, target: ShockTarget, result: ShockResult, watch: Watch) -> None:
    kinds = shocks_of(target, plan.only)
    began = time.monotonic()
    for _ in range(plan.shocks):
        _let_write(target)
        kind = _next_kind(plan, target, kinds, len(result.shocks))
        at = time.monotonic() - began
        kinds[kind][0](target)
        result.shocks.append(_seen(target.installation, kind, at))
        watch(len(result.shocks), _acknowledged(target), 0)


def _next_kind(
    plan: ShockPlan, target: ShockTarget, kinds: Mapping[str, tuple[Shock, float]], number: int
) -> str:
    if plan.in_turn:
        return list(kinds)[number % len(kinds)]
    weights = [weight for _, weight in kinds.values()]
    return target.chance.choices(list(kinds), weights)[0]


def _acknowledged(target: ShockTarget) -> int:
    return sum(writer.acknowledged.writes for writer in target.writers)


def _let_write(target: ShockTarget) -> None:
    """Wait until some more was acknowledged: what is to be lost must be there first."""
    goal = _acknowledged(target) + target.chance.randint(*WRITES_BETWEEN)
    deadline = time.monotonic() + MAX_REST_SECONDS
    while _acknowledged(target) < goal and time.monotonic() < deadline:
        time.sleep(TICK_SECONDS)


def _seen(installation: InstallationSite, kind: str, at: float) -> ShockRecord:
    """Wait until everything is back; where it is not in time, restart it by hand."""
    seconds = installation.comes_back()
    if seconds is not None:
        return ShockRecord(kind, at, seconds)
    parts = installation.stopped()
    installation.restart_by_hand()
    installation.comes_back(START_SECONDS)
    return ShockRecord(kind, at, None, parts)


def _settle(target: ShockTarget, result: ShockResult) -> None:
    """Let everybody come to an end, then look."""
    installation, writers = target.installation, target.writers
    for writer in writers:
        writer.finish(FINISH_SECONDS)
    open_jobs = _open_jobs(installation, SETTLE_SECONDS)
    client = RepeatingClient(installation.url, installation.token, lambda: False)
    known = [writer.acknowledged for writer in writers]
    result.after = examine(installation.database, installation.home, client, known)
    result.after.unfinished += [f"job {number} has no end" for number in open_jobs]
    client.close()
    result.writes = sum(one.writes for one in known)
    for writer in writers:
        result.after.stuck_keys += writer.client.stuck
        result.answers += writer.client.answers
        result.repeats += writer.client.repeats


def _open_jobs(installation: InstallationSite, seconds: float) -> list[int]:
    """Return the jobs that have no end after ``seconds``."""
    ends = ", ".join(f"'{one}'" for one in sorted(states.TERMINAL))
    query = text(f"SELECT id FROM jobs WHERE state NOT IN ({ends}) AND queue <> 'outside'")
    deadline = time.monotonic() + seconds
    while True:
        with installation.database.read() as session:
            left = list(session.scalars(query))
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.5)
