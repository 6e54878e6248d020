"""``python -m harness.chaos.benchmarks``: a benchmark whose workers, server, Redis, … die in turn.

Afterwards each item has one answer, none that was kept has gone or changed, none was asked again
after its answer was kept, the totals are exact, and the run has ended by itself.
"""

import logging
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import click
import orjson
import structlog

from app.jobs import states
from harness.chaos.benchmark_check import Ledger
from harness.chaos.benchmark_site import IN_FLIGHT, BenchmarkSite
from harness.chaos.harness import chaos_home, random_seed

SETTLE_SECONDS = 300.0  # of a busy machine
TICK_SECONDS = 0.05
KINDS = ("work-horse", "both", "model server", "Redis", "clock", "web")


@dataclass(frozen=True, kw_only=True)
class BenchmarkPlan:
    """What is asked, how often something dies, and after how many more answers each time."""

    faults: int
    seed: int
    traits: int = 8
    database_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class BenchmarkChaos:
    """What came of it; ``wrong`` has a sentence for each thing that must not be."""

    seed: int
    kills: Counter[str]
    items: int
    requests: int
    attempts: int
    seconds: float
    wrong: list[str] = field(default_factory=list)

    def summary(self) -> dict[str, object]:
        """Return the figures of the last line."""
        return {**self.__dict__, "seconds": round(self.seconds, 1)}


def attack(
    home: Path, plan: BenchmarkPlan, say: Callable[[str], None] = lambda _: None
) -> BenchmarkChaos:
    """Kill parts while answers arrive, as the seed draws it, then wait for the end and judge."""
    draw, began = random.Random(plan.seed), time.monotonic()
    site = BenchmarkSite(home, plan.traits, plan.database_url)
    try:
        ledger = Ledger(site.resources.database, site.run_id)
        kills = _kill(site, ledger, plan, draw, say)
        _until(site, ledger, site.has_ended, "the run does not end")
        job = site.job()
        wrong = ledger.wrong(site.notes, IN_FLIGHT * (kills.total() + 1))
        if job.state != states.SUCCEEDED:
            wrong.append(f"the run ended {job.state}: {job.error}")
        return BenchmarkChaos(
            seed=plan.seed,
            kills=kills,
            items=ledger.total,
            requests=ledger.requests,
            attempts=job.attempt,
            seconds=time.monotonic() - began,
            wrong=wrong,
        )
    finally:
        site.close()


def _kill(
    site: BenchmarkSite,
    ledger: Ledger,
    plan: BenchmarkPlan,
    draw: random.Random,
    say: Callable[[str], None],
) -> Counter[str]:
    """Kill ``plan.faults`` parts, spread over the answers of the run."""
    kinds = [*KINDS, *draw.choices(KINDS, k=plan.faults)][: plan.faults]
    draw.shuffle(kinds)
    moments = sorted(draw.sample(range(1, int(ledger.total * 0.8)), plan.faults))
    for kind, moment in zip(kinds, moments, strict=True):
        _until(site, ledger, lambda at=moment: ledger.kept >= at, f"{moment} answers do not come")
        _until(site, ledger, lambda what=kind: site.kill(what), f"no {kind} to be killed")
        say(f"{kind} killed after {ledger.kept} of {ledger.total} answers")
    return Counter(kinds)


def _until(site: BenchmarkSite, ledger: Ledger, done: Callable[[], bool], trouble: str) -> None:
    """Keep everything alive and note what is kept until ``done``; raises TimeoutError."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        site.machine.keep_alive()
        ledger.look()
        if done():
            return
        if site.has_ended() and done != site.has_ended:
            raise RuntimeError(f"{trouble}: the run has ended, {site.job().error}")
        if time.monotonic() > deadline:
            raise TimeoutError(trouble)
        time.sleep(TICK_SECONDS)


@click.command()
@click.option("--faults", default=30, show_default=True, help="How many parts are killed.")
@click.option("--seed", type=int, default=None, help="Draw the faults from this number.")
@click.option("--traits", default=24, show_default=True, help="Of the platform's; 80 items each.")
@click.option("--database", default=None, help="An empty database to use instead of a SQLite file.")
def main(*, faults: int, seed: int | None, traits: int, database: str | None) -> None:
    """Kill the parts of a benchmark at random while its answers arrive; the last line is JSON."""
    number = random_seed() if seed is None else seed
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(f"Seed {number}")
    plan = BenchmarkPlan(faults=faults, seed=number, traits=traits, database_url=database)
    with chaos_home() as home:
        outcome = attack(home, plan, print)
    print(orjson.dumps(outcome.summary()).decode())
    sys.exit(1 if outcome.wrong else 0)


if __name__ == "__main__":
    main()
