"""Several runs side by side: pooled ratings, order metrics and intensities of each."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.auth.actor import Actor
from app.db.engine import Database
from services.benchmarks.analysis.answer import Answering
from services.benchmarks.analysis.load import RunData
from services.benchmarks.analysis.plain import plain
from services.benchmarks.domain.metrics import compute_rating_histogram
from services.benchmarks.resolve import visible_benchmarks

MAX_RUNS = 20
AVERAGED = ("rma", "rma_mae", "correlation", "mae", "within1_rate")


def compare_metrics(database: Database, actor: Actor, run_ids: Sequence[int]) -> dict[str, Any]:
    """Return the raw ratings of several runs together; runs without ratings are left out."""
    runs = visible_benchmarks(database, actor, run_ids)
    ratings = [RunData(database, run).ratings.raw for run in runs]
    pooled = np.concatenate([*ratings, np.zeros(0, dtype=np.int64)])
    return {
        "n": len(pooled),
        "runs": [
            {
                "run_id": run.id,
                "model": run.model_name,
                "n": len(raw),
                "hist": plain(compute_rating_histogram(raw)),
            }
            for run, raw in zip(runs, ratings, strict=True)
        ],
        "hist": plain(compute_rating_histogram(pooled)),
        "mean": float(pooled.mean()) if len(pooled) else None,
        "median": float(np.median(pooled)) if len(pooled) else None,
    }


def compare_orders(database: Database, actor: Actor, run_ids: Sequence[int]) -> dict[str, Any]:
    """Return the order metrics of each run and their plain averages."""
    runs = visible_benchmarks(database, actor, run_ids)
    scalars = [_scalars(Answering(database, run).answer("order", {})) for run in runs]
    return {
        "runs": [
            {"run_id": run.id, "model": run.model_name, **row}
            for run, row in zip(runs, scalars, strict=True)
        ],
        "averages": {f"avg_{name}": _mean([row[name] for row in scalars]) for name in AVERAGED},
    }


def _scalars(said: Mapping[str, Any]) -> dict[str, Any]:
    def of(part: str, name: str) -> float | None:
        value = said[part]
        return None if value is None else value[name]

    return {
        "n_pairs": said["n_pairs"],
        "n_personas": said["n_personas"],
        "obe": of("obe", "mean_diff"),
        "obe_ci_low": of("obe", "persons_ci_low"),
        "obe_ci_high": of("obe", "persons_ci_high"),
        "rma": of("rma", "exact_rate"),
        "rma_mae": of("rma", "mae"),
        "correlation": of("correlation", "spearman"),
        "mae": of("test_retest", "mean_abs_diff"),
        "within1_rate": of("test_retest", "within1_rate"),
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def compare_intensities(
    database: Database, actor: Actor, run_ids: Sequence[int], trait_category: str | None = None
) -> dict[str, Any]:
    """Return the calibrated intensity of each attribute, run by run."""
    question = {} if trait_category in (None, "all") else {"trait_category": trait_category}
    rows = []
    for run in visible_benchmarks(database, actor, run_ids):
        said = Answering(database, run).answer("intensity", question)
        rows.append({"run_id": run.id, "name": run.name, "model": run.model_name, **said})
    return {"runs": rows}
