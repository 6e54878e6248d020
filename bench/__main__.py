"""``python -m bench``: every measurement of the README in one run, as one table."""

import json
import logging
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click
import structlog

from bench.figures import Figure, show

RESULTS = Path(__file__).parent / "results" / "latest.json"


def _web(*, quick: bool) -> Sequence[Figure]:
    from bench import web_process

    return web_process.measure(2 if quick else 5)


def _dispatch(*, quick: bool) -> Sequence[Figure]:
    from bench import dispatch

    return dispatch.measure(30 if quick else 100)


def _live(*, quick: bool) -> Sequence[Figure]:
    from bench import live_latency

    return live_latency.measure(5 if quick else 20)


def _training(*, quick: bool) -> Iterable[Figure]:
    from bench import training_cost

    return training_cost.measure(8 if quick else 60)


def _models(*, quick: bool) -> Sequence[Figure]:
    from bench import session_training

    return session_training.measure(8 if quick else 60)


def _demo(*, quick: bool) -> Sequence[Figure]:
    from bench import demo_accuracy

    return demo_accuracy.measure(5 if quick else 20)


def _lists(*, quick: bool) -> Sequence[Figure]:
    from bench import lists

    return lists.measure((1_000, 10_000), 5) if quick else lists.measure()


def _inbox(*, quick: bool) -> Sequence[Figure]:
    from bench import inbox

    return inbox.measure(20_000, 200, 10) if quick else inbox.measure()


def _series(*, quick: bool) -> Sequence[Figure]:
    from bench import series

    return series.measure(quick=quick)


def _evaluation(*, quick: bool) -> Sequence[Figure]:
    from bench import evaluation

    return evaluation.measure(1 if quick else 5)


def _datasets(*, quick: bool) -> Sequence[Figure]:
    from bench import datasets

    return datasets.measure(1 if quick else 3)


def _windows(*, quick: bool) -> Sequence[Figure]:
    from bench import windows

    return windows.measure(quick=quick)


def _tabular(*, quick: bool) -> Sequence[Figure]:
    from bench.peers import tabular

    return tabular.measure(quick=quick)


def _uploads(*, quick: bool) -> Sequence[Figure]:
    from bench import uploads

    return uploads.measure(quick=quick)


def _csv(*, quick: bool) -> Sequence[Figure]:
    from bench import long_csv

    return long_csv.measure(quick=quick)


def _asking(*, quick: bool) -> Sequence[Figure]:
    from bench import asking

    return asking.measure(300, 1) if quick else asking.measure()


def _kept(*, quick: bool) -> Sequence[Figure]:
    from bench import answers_kept

    return answers_kept.measure(10_000, 1) if quick else answers_kept.measure()


def _relabelings(*, quick: bool) -> Sequence[Figure]:
    from bench import relabelings

    return relabelings.measure(1 if quick else 5)


def _ratings(*, quick: bool) -> Sequence[Figure]:
    from bench import million_ratings

    return million_ratings.measure(2_000 if quick else 21_000)


def _page(*, quick: bool) -> Sequence[Figure]:
    from bench import live_benchmark

    return live_benchmark.measure(40 if quick else 400)


def _results(*, quick: bool) -> Sequence[Figure]:
    from bench import large_results

    return large_results.measure(200 if quick else 2200)


def _schedules(*, quick: bool) -> Sequence[Figure]:
    from bench import due_schedules

    return due_schedules.measure(1_000, 1) if quick else due_schedules.measure()


def _kills(*, quick: bool) -> Sequence[Figure]:
    from bench import clock_kills

    return clock_kills.measure(1_000, 10) if quick else clock_kills.measure()


def _executions(*, quick: bool) -> Sequence[Figure]:
    from bench import executions

    return executions.measure(1_000, 10, 5) if quick else executions.measure()


def _due_start(*, quick: bool) -> Sequence[Figure]:
    from bench import due_start

    return due_start.measure(20, 20) if quick else due_start.measure()


def _sweep(*, quick: bool) -> Sequence[Figure]:
    from bench import sweep

    return sweep.measure(20_000) if quick else sweep.measure()


def _peers(*, quick: bool) -> Sequence[Figure]:
    from bench.peers import beside

    return beside.measure(quick=quick)


def _abuse(*, quick: bool) -> Iterable[Figure]:
    from bench import abuse

    return abuse.measure(quick=quick)


PARTS: dict[str, tuple[str, Callable[..., Iterable[Figure]]]] = {
    "web": ("The web process", _web),
    "dispatch": ("Queue to running code, against bare RQ", _dispatch),
    "live": ("Worker to screens", _live),
    "series": ("Points in and curves out", _series),
    "training": ("Training, against the bare libraries at the same time", _training),
    "models": ("Models of a session, against a bare script at the same time", _models),
    "demo": ("The demo", _demo),
    "lists": ("Lists, filters and analytics over many runs", _lists),
    "inbox": ("The failure inbox with 200,000 failures", _inbox),
    "evaluation": ("Evaluation of a year of forecasts, on one core", _evaluation),
    "datasets": ("Datasets of a session, and plots of its test samples, on one core", _datasets),
    "windows": ("Windows of time series, against the rule sample by sample", _windows),
    "tabular": ("Windows of time series, against Darts and sktime at the same time", _tabular),
    "uploads": ("Uploads, against the bare disk", _uploads),
    "csv": ("A CSV of 1 GB, against polars at the same time", _csv),
    "asking": ("Items of a benchmark, against bare httpx at the same time", _asking),
    "kept": ("Answers of a benchmark kept, against bare rows", _kept),
    "page": ("The live page of a benchmark", _page),
    "relabelings": ("Permutation tests, against scipy and the reference's rule", _relabelings),
    "ratings": ("All tables and tests of a million ratings", _ratings),
    "results": ("Results of several GB", _results),
    "schedules": ("Schedules that are due at the same minute", _schedules),
    "kills": ("Two clocks at a time, fifty of them killed", _kills),
    "executions": ("The scheduler with a million executions", _executions),
    "due-start": ("From due times to the start of their jobs", _due_start),
    "sweep": ("Clean-up of old executions beside another writer", _sweep),
    "abuse": ("One client against the others", _abuse),
    "peers": ("MLflow and trackio at the same work", _peers),
}


@click.command()
@click.option("--quick", is_flag=True, help="Short runs, for trying.")
@click.option("--only", type=click.Choice(list(PARTS)), multiple=True, help="Only these parts.")
def main(*, quick: bool, only: tuple[str, ...]) -> None:
    """Measure Roundhouse against the bare libraries; exit code 1 if a target is missed."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    figures_by_part: dict[str, Sequence[Figure]] = {}
    for name in only or PARTS:
        figures_by_part[name] = _measured(name, quick=quick)
    if not only and not quick:
        _keep(figures_by_part)
    figures = [figure for part in figures_by_part.values() for figure in part]
    sys.exit(1 if any(figure.is_met is False for figure in figures) else 0)


def _measured(name: str, *, quick: bool) -> list[Figure]:
    """Return the figures of a part, and show them; those it had, too, where it breaks off."""
    title, measure = PARTS[name]
    began = time.monotonic()
    figures: list[Figure] = []
    try:
        for figure in measure(quick=quick):
            figures.append(figure)  # noqa: PERF402 - one by one: the next may never come
    finally:
        show(f"{title} ({time.monotonic() - began:.0f} s)", figures)
    return figures


def _keep(figures_by_part: dict[str, Sequence[Figure]]) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    machine = {"cores": os.cpu_count(), "machine": platform.machine(), "load": os.getloadavg()}
    parts = {name: [figure.plain() for figure in part] for name, part in figures_by_part.items()}
    RESULTS.write_text(json.dumps({"machine": machine, "parts": parts}, indent=1))


if __name__ == "__main__":
    main()
