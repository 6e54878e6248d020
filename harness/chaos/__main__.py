"""``python -m harness.chaos``: faults by the hundred, and a verdict in the last line."""

import logging
import sys
from typing import Any

import click
import orjson
import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from harness.chaos.harness import MAX_LOST_SECONDS, ChaosResult, FaultPlan, random_seed
from harness.chaos.total import JOBS, SHARES, TotalPlan, TotalResult, attack_all

console = Console()


@click.command()
@click.option("--faults", default=300, show_default=True, help="How many faults happen.")
@click.option("--seed", type=int, default=None, help="Draw the faults from this number.")
@click.option("--control", is_flag=True, help="Do the same to bare RQ.")
@click.option("--database", default=None, help="An empty database to use instead of a SQLite file.")
@click.option("--interval", default=1.5, show_default=True, help="Mean seconds between two faults.")
@click.option("--open-jobs", default=10, show_default=True, help="Jobs kept unfinished meanwhile.")
@click.option("--settle", default=90.0, show_default=True, help="Seconds for the last jobs to end.")
@click.option("--parts", default=",".join(SHARES), show_default=True, help="What is attacked.")
@click.option("--kind", "kinds", multiple=True, help="Only these faults of installations.")
@click.option("--trainings/--no-trainings", default=True, help="Train and benchmark meanwhile.")
def main(*, parts: str, kinds: tuple[str, ...], trainings: bool, **options: Any) -> None:
    """Attack job engine, whole installations and migrations, then look for what was lost.

    The engine's processes are killed at random under load. A whole installation, on SQLite and on
    PostgreSQL, is left to its own supervisor while its disk is full, its host is paused, commits
    have no answer and web dies in the middle of writes. Exit code 0 only if no job or write was
    lost or doubled, every death was shown as lost within 15 s, and rows without object, stuck keys
    and restarts by hand are 0. The last line is JSON.
    """
    names = [JOBS] if options["control"] else parts.split(",")
    if unknown := set(names) - SHARES.keys():
        raise click.BadParameter(f"{', '.join(unknown)}: parts are {', '.join(SHARES)}.")
    plan = TotalPlan(jobs=_plan(**options), parts=names, kinds=kinds, with_jobs=trainings)
    system = "bare RQ" if plan.jobs.is_control else "Roundhouse"
    console.print(f"Seed {plan.jobs.seed}: {plan.jobs.faults} faults on {system}")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    outcome = _run_with_bar(plan)
    _show(outcome)
    print(orjson.dumps(outcome.summary()).decode())
    sys.exit(0 if outcome.is_good else 1)


def _plan(
    *,
    faults: int,
    seed: int | None,
    control: bool,
    database: str | None,
    interval: float,
    open_jobs: int,
    settle: float,
) -> FaultPlan:
    return FaultPlan(
        faults=faults,
        seed=random_seed() if seed is None else seed,
        interval=interval,
        open_jobs=open_jobs,
        settle_seconds=settle,
        database_url=database,
        is_control=control,
    )


def _run_with_bar(plan: TotalPlan) -> TotalResult:
    columns = ("Faults", BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[jobs]}"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task("faults", total=None, jobs="")

        def watch(faults: int, jobs: int, still_open: int) -> None:
            progress.update(task, completed=faults, jobs=f"{jobs} given, {still_open} open")

        return attack_all(plan, watch, console.print)


def _show(outcome: TotalResult) -> None:
    kinds = Table("Fault", "Times", title="Faults by kind")
    for kind, times in outcome.kinds.most_common():
        kinds.add_row(kind, str(times))
    console.print(kinds)
    if outcome.jobs is not None:
        _show_jobs(outcome.jobs)
    own = outcome.jobs.verdict.all_faults if outcome.jobs else []
    for sentence in [*own, *outcome.migrations.wrong][:50]:
        console.print(f"  {sentence}")


def _show_jobs(outcome: ChaosResult) -> None:
    verdict = outcome.verdict
    table = Table("What", "Figure", title=f"After {outcome.seconds:.0f} s")
    rows = {
        "jobs": verdict.jobs,
        "ended": ", ".join(f"{count} {state}" for state, count in verdict.ends.most_common()),
        "lost": len(verdict.lost),
        "duplicate effects": len(verdict.duplicate_effects),
        "stale writes": len(verdict.stale_writes),
        "wrong ends": len(verdict.wrong),
        "reruns": verdict.reruns,
        "logged runs back from being lost": verdict.comebacks,
        "files uploaded": verdict.files,
        "deaths shown as lost": len(verdict.lost_seconds),
        f"slowest to be shown (s, ≤ {MAX_LOST_SECONDS:.0f})": f"{outcome.slowest_lost:.1f}",
        "slowest recovery (s)": f"{outcome.slowest_recovery:.1f}",
        "leases lost without a fault": len(verdict.silent),
        "slowest start of a process (s)": f"{outcome.slowest_start:.1f}",
        "slowest submission (s)": f"{outcome.slowest_write:.2f}",
        "pauses moved out of a transaction": outcome.moved_pauses,
    }
    for what, figure in rows.items():
        table.add_row(what, str(figure))
    console.print(table)
    for sentence in [*verdict.slow, *verdict.silent][:50]:
        console.print(f"  {sentence}")


if __name__ == "__main__":
    main()
