"""All attacks of one command, and what they say together."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.chaos.harness import ChaosResult, FaultPlan, Watch, run
from harness.chaos.installation.attack import ShockPlan, ShockResult, attack
from harness.chaos.installation.migrations import MigrationKills, kill_migrations

JOBS, SQLITE, POSTGRESQL, MIGRATIONS = "jobs", "sqlite", "postgresql", "migrations"
SHARES = {JOBS: 0.5, SQLITE: 0.2, POSTGRESQL: 0.2, MIGRATIONS: 0.1}
SIMULATED = {"clock jumped (simulated)": "every lease in the database is made an hour older"}
MIGRATION_KILLED = "migration killed"
Report = Callable[[str], object]


@dataclass(frozen=True, kw_only=True)
class TotalPlan:
    """What is attacked: ``parts`` share the faults of ``jobs``, which has seed and database."""

    jobs: FaultPlan
    parts: Sequence[str] = tuple(SHARES)
    kinds: Sequence[str] = ()  # of shocks; all where none is named
    with_jobs: bool = True

    def share(self, part: str) -> int:
        """Return how many of the faults a part gets."""
        whole = sum(SHARES[one] for one in self.parts)
        return round(self.jobs.faults * SHARES[part] / whole) if part in self.parts else 0


@dataclass(kw_only=True)
class TotalResult:
    """What came of the parts that were attacked."""

    plan: TotalPlan
    jobs: ChaosResult | None = None
    shocks: list[ShockResult] = field(default_factory=list)
    migrations: MigrationKills = field(default_factory=MigrationKills)

    @property
    def kinds(self) -> Counter[str]:
        """Return how often each kind of fault happened."""
        kinds = Counter(fault.kind for fault in self.jobs.faults) if self.jobs else Counter[str]()
        kinds.update(one.kind for result in self.shocks for one in result.shocks)
        if self.migrations.kills:
            kinds[MIGRATION_KILLED] = self.migrations.kills
        return kinds

    @property
    def is_good(self) -> bool:
        return not self.faults() and (self.jobs is None or self.jobs.is_good)

    def faults(self) -> list[str]:
        """Return a sentence for everything that must not be."""
        sentences = [sentence for result in self.shocks for sentence in result.faults()]
        own = self.jobs.verdict.all_faults if self.jobs else []
        return [*own, *sentences, *self.migrations.wrong]

    def summary(self) -> dict[str, object]:
        """Return the figures of the last line."""
        after = [result.after for result in self.shocks]
        return {
            **(self.jobs.summary() if self.jobs else {}),
            "seed": self.plan.jobs.seed,
            "faults": self.kinds.total(),
            "rows_without_object": sum(len(one.rows_without_object) for one in after),
            "stuck_keys": sum(len(one.stuck_keys) for one in after),
            "manual_restarts": sum(result.manual_restarts for result in self.shocks),
            "acknowledged_writes": sum(result.writes for result in self.shocks),
            "writes_lost": sum(len(one.lost) for one in after),
            "writes_doubled": sum(len(one.doubled) for one in after),
            "jobs_without_end": sum(len(one.unfinished) for one in after),
            "objects_without_row": sum(one.orphans for one in after),  # the sweep takes them
            "migrations_wrong": len(self.migrations.wrong),
            "slowest_return_s": round(
                max((one.slowest_return for one in self.shocks), default=0), 1
            ),
            "kinds": dict(self.kinds),
            "killed_during": dict(sum((one.killed_during for one in self.shocks), Counter[str]())),
            "left_out": {kind: why for one in self.shocks for kind, why in one.left_out.items()},
            "simulated": {kind: how for kind, how in SIMULATED.items() if self.kinds[kind]},
        }


def attack_all(plan: TotalPlan, watch: Watch, report: Report = print) -> TotalResult:
    """Attack one part after the other, and report each as it ends: what follows may not start."""
    result = TotalResult(plan=plan)
    for part in plan.parts:
        share = plan.share(part)
        if not share:
            continue
        if part == JOBS:
            result.jobs = run(replace(plan.jobs, faults=share), watch)
        elif part == MIGRATIONS:
            with _folder() as folder:
                result.migrations = kill_migrations(folder, share, plan.jobs.seed)
        else:
            result.shocks.append(attack(_shock_plan(plan, part, share), watch))
            report(f"{part}: {result.shocks[-1].figures()}")
            for sentence in result.shocks[-1].faults():
                report(f"  {sentence}")
    return result


def _shock_plan(plan: TotalPlan, part: str, share: int) -> ShockPlan:
    seed = random.Random(f"{plan.jobs.seed} {part}").randrange(10**9)
    return ShockPlan(
        shocks=share,
        seed=seed,
        on_postgresql=part == POSTGRESQL,
        with_jobs=plan.with_jobs,
        only=plan.kinds,
    )


@contextmanager
def _folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="rh-migrations-", dir="/tmp") as folder:
        yield Path(folder)
