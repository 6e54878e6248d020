"""``python -m harness.chaos``: faults by the hundred, and a verdict in the last line."""

import logging
import sys
from collections import Counter

import click
import orjson
import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from harness.chaos.harness import MAX_LOST_SECONDS, ChaosResult, FaultPlan, random_seed, run

console = Console()


@click.command()
@click.option("--faults", default=300, show_default=True, help="How many faults happen.")
@click.option("--seed", type=int, default=None, help="Draw the faults from this number.")
@click.option("--control", is_flag=True, help="Do the same to bare RQ.")
@click.option("--database", default=None, help="An empty database to use instead of a SQLite file.")
@click.option("--interval", default=1.5, show_default=True, help="Mean seconds between two faults.")
@click.option("--open-jobs", default=10, show_default=True, help="Jobs kept unfinished meanwhile.")
@click.option("--settle", default=90.0, show_default=True, help="Seconds for the last jobs to end.")
def main(
    *,
    faults: int,
    seed: int | None,
    control: bool,
    database: str | None,
    interval: float,
    open_jobs: int,
    settle: float,
) -> None:
    """Kill workers, clock, Redis and web at random under load, then look for lost or doubled work.

    Exit code 0 only if no job was lost, none left two effects or ended wrongly, and every death
    was shown as lost within 15 s. The last line is JSON.
    """
    plan = FaultPlan(
        faults=faults,
        seed=random_seed() if seed is None else seed,
        interval=interval,
        open_jobs=open_jobs,
        settle_seconds=settle,
        database_url=database,
        is_control=control,
    )
    console.print(f"Seed {plan.seed}: {faults} faults on {'bare RQ' if control else 'Roundhouse'}")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    outcome = _run_with_bar(plan)
    _show(outcome)
    print(orjson.dumps(outcome.summary()).decode())
    sys.exit(0 if outcome.is_good else 1)


def _run_with_bar(plan: FaultPlan) -> ChaosResult:
    columns = ("Faults", BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[jobs]}"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task("faults", total=plan.faults, jobs="")

        def watch(faults: int, jobs: int, still_open: int) -> None:
            progress.update(task, completed=faults, jobs=f"{jobs} jobs, {still_open} open")

        return run(plan, watch)


def _show(outcome: ChaosResult) -> None:
    kinds = Table("Fault", "Times", title="Faults by kind")
    for kind, times in Counter(fault.kind for fault in outcome.faults).most_common():
        kinds.add_row(kind, str(times))
    console.print(kinds)
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
    for sentence in [*verdict.all_faults, *verdict.slow, *verdict.silent][:50]:
        console.print(f"  {sentence}")


if __name__ == "__main__":
    main()
