"""Several runs side by side: pooled ratings, and models on the items that they share."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import Conflict, Invalid
from app.models.benchmark import BenchmarkRun
from services.benchmarks.analysis.answer import Answering
from services.benchmarks.analysis.load import RunData
from services.benchmarks.analysis.plan import plan_of
from services.benchmarks.domain.attributes import UnknownChoiceError
from services.benchmarks.domain.deltas import choose_baseline
from services.benchmarks.domain.metrics import compute_rating_histogram, counts_by_group
from services.benchmarks.domain.models import (
    compare_accepted,
    compare_bias,
    compare_order_consistent,
    compare_ratings,
)
from services.benchmarks.resolve import visible_benchmark

MAX_RUNS = 20
Runs = Mapping[str, tuple[BenchmarkRun, RunData]]


def compare_metrics(database: Database, actor: Actor, run_ids: Sequence[int]) -> dict[str, Any]:
    """Return the raw ratings of several runs together; runs without ratings are left out."""
    runs = _runs(database, actor, run_ids)
    ratings = {name: data.ratings.raw for name, (_, data) in runs.items() if len(data.ratings)}
    pooled = np.concatenate([*ratings.values(), np.zeros(0, dtype=np.int64)])
    return {
        "n": len(pooled),
        "runs": [
            {"run_id": run.id, "model": run.model_name, "n": len(data.ratings)}
            for run, data in runs.values()
        ],
        "hist": asdict(compute_rating_histogram(pooled)),
        "mean": float(pooled.mean()) if len(pooled) else None,
        "median": float(np.median(pooled)) if len(pooled) else None,
    }


def compare_orders(database: Database, actor: Actor, run_ids: Sequence[int]) -> dict[str, Any]:
    """Return the order metrics of each run and their plain averages."""
    runs = _visible(database, actor, run_ids)
    scalars = [_scalars(Answering(database, run).answer("order", {})) for run in runs]
    return {
        "runs": [
            {"run_id": run.id, "model": run.model_name, **row}
            for run, row in zip(runs, scalars, strict=True)
        ],
        "averages": {f"avg_{name}": _mean([row[name] for row in scalars]) for name in scalars[0]},
    }


def _scalars(said: Mapping[str, Any]) -> dict[str, float | None]:
    def of(part: str, name: str) -> float | None:
        value = said[part]
        return None if value is None else value[name]

    return {
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
    for run in _visible(database, actor, run_ids):
        said = Answering(database, run).answer("intensity", question)
        rows.append({"run_id": run.id, "name": run.name, "model": run.model_name, **said})
    return {"runs": rows}


def compare_models(
    database: Database, actor: Actor, run_ids: Sequence[int], attribute: str, category: str | None
) -> dict[str, Any]:
    """Return each two runs on the items that both answered (decision 15).

    ``category`` of ``attribute`` is the group whose difference is compared, by default the first
    beside the baseline. Raises Conflict where the runs asked about other people or traits.
    """
    runs = _runs(database, actor, run_ids)
    _require_shared([run for run, _ in runs.values()])
    first = next(iter(runs.values()))
    plan, ratings = (
        plan_of(first[0].manifest),
        {name: one.ratings for name, (_, one) in runs.items()},
    )
    options = {"alpha": plan.alpha}
    bias = []
    try:
        groups = _groups(first[1], plan.baselines.get(attribute), attribute, category)
        if groups is not None:
            bias = compare_bias(
                ratings, attribute, category=groups[0], baseline=groups[1],
                resampling=plan.resampling, **options,
            )  # fmt: skip
    except UnknownChoiceError as unknown:
        raise Invalid(str(unknown), errors={unknown.field: [str(unknown)]}) from None
    accepted = compare_accepted({name: one.outcomes for name, (_, one) in runs.items()}, **options)
    return {
        "runs": [
            {"label": name, "run_id": run.id, "model": run.model_name, "n": len(one.ratings)}
            for name, (run, one) in runs.items()
        ],
        "accepted": [asdict(row) for row in accepted],
        "order_consistent": [asdict(row) for row in compare_order_consistent(ratings, **options)],
        "ratings": [
            asdict(row) for row in compare_ratings(ratings, resampling=plan.resampling, **options)
        ],
        "bias": [asdict(row) for row in bias],
    }


def _groups(
    data: RunData, baseline: str | None, attribute: str, category: str | None
) -> tuple[str, str] | None:
    grouping = data.ratings.grouping(attribute)
    counts = counts_by_group(data.ratings, grouping, data.ratings.aligned).sum(axis=1)
    base = choose_baseline(grouping, counts, baseline)
    if base is None:
        return None
    others = [name for code, name in enumerate(grouping.names) if counts[code] and code != base]
    chosen = category or (others[0] if others else None)
    if chosen is None:
        return None
    grouping.code(chosen, "category")
    if chosen == grouping.names[base]:
        detail = f"category is '{chosen}', which is the baseline: choose another group."
        raise Invalid(detail, errors={"category": [detail]})
    return chosen, grouping.names[base]


def _require_shared(runs: Sequence[BenchmarkRun]) -> None:
    shared = {
        (run.manifest["personas"]["sha256"], tuple(one["code"] for one in run.manifest["traits"]))
        for run in runs
    }
    if len(shared) > 1:
        raise Conflict(
            "These runs did not ask about the same personas and traits: compare models on runs of "
            "one data set with the same traits."
        )
    texts = {(run.manifest.get("attrgen") or {}).get("texts_sha256") for run in runs}
    if len(texts) > 1:
        raise Conflict(
            "These runs did not show the same generated texts: compare models on runs of one "
            "attribute generation, or on runs without any."
        )


def _runs(database: Database, actor: Actor, run_ids: Sequence[int]) -> Runs:
    """Return the runs by a label of their own: the model's name, with the number where needed."""
    rows = _visible(database, actor, run_ids)
    names = [run.model_name for run in rows]
    return {
        run.model_name if names.count(run.model_name) == 1 else f"{run.model_name} ({run.id})": (
            run,
            RunData(database, run),
        )
        for run in rows
    }


def _visible(database: Database, actor: Actor, run_ids: Sequence[int]) -> list[BenchmarkRun]:
    with database.read() as session:
        return [visible_benchmark(session, actor, number) for number in run_ids]
