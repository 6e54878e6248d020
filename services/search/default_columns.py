"""The columns of a list that nobody has chosen: what most of the matching runs have.

They are taken from the newest runs, in a constant number of statements.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.label import RunParam
from app.models.run import Run, RunResult
from app.models.series import Series
from services.runs.goals import goals_of_names
from services.search.matching import Matching
from services.tracking.catalogue import direction_of, headline_names, split_name

MAX_SAMPLE = 200  # runs
MAX_FIGURES = 3  # results and metrics together
MAX_PARAMS = 3
SYSTEM = "system/"  # what a run used of its machine says nothing of its model
_JUDGED_BY = ("test", "global", "val", "valid", "validation", "eval")
_MODES: tuple[Any, ...] = (Run.id, Run.training_mode)


def default_columns(session: Session, matching: Matching) -> list[str]:
    """Return keys such as ``status``, ``results.auroc``, ``best.reward`` and ``params.lr``.

    Results come first; where many runs have none of them, metrics of those runs; then parameters
    that differ. ``best`` stands for the best value of a metric that has a direction.
    """
    sample = _newest(session, matching)
    modes = set(sample.values())
    ids = list(sample)
    return [
        "status",
        *(["training_mode"] if len(modes) > 1 else []),
        *_figures(session, ids),
        *(f"params.{name}" for name in _differing_params(session, ids)),
        *(["rounds"] if "federated" in modes else []),
        "duration",
        "start_time",
    ]


def _newest(session: Session, matching: Matching) -> dict[int, str]:
    """Return the mode of each of the newest matching runs."""
    if matching.ids is None:
        query = matching.select(*_MODES)
        query = query.order_by(Run.id.desc()).limit(MAX_SAMPLE)
    else:
        newest = np.sort(matching.ids)[-MAX_SAMPLE:].tolist()
        query = select(*_MODES).where(Run.id.in_(newest))
    return {row.id: row.training_mode for row in session.execute(query)}


def _figures(session: Session, ids: Sequence[int]) -> list[str]:
    rows = session.execute(
        select(RunResult.metric, RunResult.run_id).where(
            RunResult.run_id.in_(ids), RunResult.value.is_not(None)
        )
    ).all()
    runs_of: dict[str, set[int]] = {}
    for metric, run_id in rows:
        if not metric.startswith(SYSTEM):
            runs_of.setdefault(metric, set()).add(run_id)
    results = _covering(runs_of, len(ids))
    covered = set().union(*(runs_of[name] for name in results))
    left = [run_id for run_id in ids if run_id not in covered]
    metrics = _most_used_metrics(session, left, 1 if results else MAX_FIGURES)
    results = results[: MAX_FIGURES - len(metrics)]
    return [*(f"results.{name}" for name in results), *metrics]


def _covering(runs_of: dict[str, set[int]], num_runs: int) -> list[str]:
    """Return a few metrics, each the one that adds the most runs, so that few cells are empty.

    One that adds none is shown where most runs have it.
    """
    chosen: list[str] = []
    covered: set[int] = set()
    left = set(runs_of)
    while left and len(chosen) < MAX_FIGURES:
        best = min(
            left,
            key=lambda name: (
                -len(runs_of[name] - covered),
                -len(runs_of[name]),
                _headline_rank(name),
                name,
            ),
        )
        left.remove(best)
        if runs_of[best] <= covered and 2 * len(runs_of[best]) <= num_runs:
            break
        chosen.append(best)
        covered |= runs_of[best]
    return chosen


def _headline_rank(metric: str) -> int:
    headlines = headline_names()
    return headlines.index(metric) if metric in headlines else len(headlines)


def _most_used_metrics(session: Session, ids: Sequence[int], limit: int) -> list[str]:
    """Return the metrics that most of these runs have measured, as keys of columns."""
    if not ids:
        return []
    runs = func.count(Series.run_id.distinct())
    query = (
        select(Series.name, runs)
        .where(Series.run_id.in_(ids), Series.client == "", Series.last.is_not(None))
        .group_by(Series.name)
    )
    counts = {name: count for name, count in session.execute(query) if not name.startswith(SYSTEM)}
    names = sorted(counts, key=lambda name: (-counts[name], *_metric_rank(name)))[:limit]
    goals = goals_of_names(session, names)
    return [f"{'best' if goals[name] else 'metrics'}.{name}" for name in names]


def _metric_rank(name: str) -> tuple[bool, bool, str]:
    """Order metrics: what judges a model before what it was trained on, known before unknown."""
    phases, _ = split_name(name)
    judges = any(phase in _JUDGED_BY for phase in phases)
    return not judges, direction_of(name) is None, name


def _differing_params(session: Session, ids: Sequence[int]) -> list[str]:
    """Return the parameters with several values: those that most runs have, numbers first."""
    values = func.count(RunParam.short.distinct())
    query = (
        select(RunParam.name, func.count(), func.count(RunParam.number), values)
        .where(RunParam.run_id.in_(ids))
        .group_by(RunParam.name)
        .having(values > 1)
    )
    rank = {
        # a text that every run has for itself is a name and no setting
        name: (runs == values and not numbers, name == "seed", -runs, name)
        for name, runs, numbers, values in session.execute(query)
    }
    return sorted(rank, key=lambda name: rank[name])[:MAX_PARAMS]
