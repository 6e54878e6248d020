"""Models pair by pair on shared items (decision 15), and what those items are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import reduce
from typing import Any

import numpy as np

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import Invalid
from services.benchmarks.analysis.cached import cached
from services.benchmarks.analysis.plan import AnalysisPlan, plan_of
from services.benchmarks.comparison.differences import is_fair, manifest_differences
from services.benchmarks.comparison.shared_runs import SharedRuns, shared_runs
from services.benchmarks.domain.attributes import UnknownChoiceError
from services.benchmarks.domain.deltas import choose_baseline
from services.benchmarks.domain.metrics import counts_by_group
from services.benchmarks.domain.model_groups import compare_groups
from services.benchmarks.domain.model_outcomes import compare_accepted, compare_order_consistent
from services.benchmarks.domain.models import BiasPair, compare_bias, compare_ratings
from services.benchmarks.runs.read import summaries


def compare_models(
    database: Database,
    actor: Actor,
    run_ids: Sequence[int],
    attribute: str = "gender",
    category: str | None = None,
) -> dict[str, Any]:
    """Return what runs share, how their manifests differ, and each two of them on shared items.

    ``category`` of ``attribute`` is the group whose difference is compared, by default the first
    beside the baseline. Raises what ``shared_runs`` raises, and Invalid of an unknown group.
    """
    shared = shared_runs(database, actor, run_ids)
    question = {"attribute": attribute, "category": category}
    pairs = _kept(shared, "pairs", question, lambda: _pairs(shared, attribute, category))
    differences = manifest_differences(list(shared.runs.values()))
    return {
        "runs": _described(shared, pairs["n"]),
        "differences": differences,
        "is_fair": is_fair(differences),
        "margin": plan_of(shared.first.manifest).equivalence_margin,
        **pairs,
    }


def compare_model_groups(
    database: Database, actor: Actor, run_ids: Sequence[int]
) -> dict[str, Any]:
    """Return how far the deltas of two runs differ, for all groups of all attributes.

    Attributes that a prompt of either run does not show are named and not compared. Raises what
    ``shared_runs`` raises.
    """
    shared = shared_runs(database, actor, run_ids)
    return _kept(shared, "groups", {}, lambda: _groups(shared))


def _kept(
    shared: SharedRuns, kind: str, question: Mapping[str, Any], compute: Callable[[], Any]
) -> dict[str, Any]:
    """Return the kept answer about these runs as they are now, or a new one."""
    others = [[run.id, run.manifest_hash, run.revision] for run in shared.runs.values()][1:]
    key = {**question, "others": others}
    try:
        return cached(shared.database, shared.first, f"compare_{kind}", key, compute)
    except UnknownChoiceError as unknown:
        raise Invalid(str(unknown), errors={unknown.field: [str(unknown)]}) from None


def _described(shared: SharedRuns, ratings: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the runs with how far each is: one that still asks is compared as it is now."""
    with shared.database.read() as session:
        rows = summaries(session, list(shared.runs.values()))
    return [
        {
            "label": label,
            "run_id": row.id,
            "name": row.name,
            "model": row.model_name,
            "state": row.state,
            "counts": row.counts,
            "is_over": row.finished_at is not None,
            "dataset_id": row.dataset_id,
            "dataset_name": row.dataset_name,
            "n": ratings[label],
        }
        for label, row in zip(shared.runs, rows, strict=True)
    ]


def _pairs(shared: SharedRuns, attribute: str, category: str | None) -> dict[str, Any]:
    plan = plan_of(shared.first.manifest)
    options: dict[str, Any] = {"alpha": plan.alpha, "resampling": plan.resampling}
    bias = _bias(shared, plan, attribute, category)
    rows: Mapping[str, Sequence[Any]] = {
        "accepted": compare_accepted(shared.outcomes, **options),
        "order_consistent": compare_order_consistent(shared.ratings, **options),
        "ratings": compare_ratings(shared.ratings, **options),
        "bias": bias,
    }
    return {
        "n": {label: len(one.ratings) for label, one in shared.data.items()},
        "shared": _shared_counts(shared),
        **{name: [asdict(row) for row in some] for name, some in rows.items()},
    }


def _shared_counts(shared: SharedRuns) -> dict[str, Any]:
    """Return items that every run answered with a rating, their persons, and the traits."""
    keys = [run.keys for run in shared.ratings.values()]
    common = reduce(np.intersect1d, keys)
    first = next(iter(shared.ratings.values()))
    rows = np.isin(first.keys, common)
    requested = {trait["code"] for run in shared.runs.values() for trait in run.manifest["traits"]}
    return {
        "n_items": len(common),
        "n_personas": len(np.unique(first.person[rows])),
        "n_traits": len(np.unique(first.trait[rows])),
        "traits_left_out": len(requested) - len(shared.traits),
    }


def _bias(
    shared: SharedRuns, plan: AnalysisPlan, attribute: str, category: str | None
) -> list[BiasPair]:
    groups = _chosen_groups(shared, plan.baselines.get(attribute), attribute, category)
    if groups is None:
        return []
    return compare_bias(
        shared.ratings,
        attribute,
        category=groups[0],
        baseline=groups[1],
        alpha=plan.alpha,
        resampling=plan.resampling,
    )


def _chosen_groups(
    shared: SharedRuns, baseline: str | None, attribute: str, category: str | None
) -> tuple[str, str] | None:
    """Return the group to compare and its baseline; None where there is only one group."""
    ratings = next(iter(shared.ratings.values()))
    grouping = ratings.grouping(attribute)
    counts = counts_by_group(ratings, grouping).sum(axis=1)
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


def _groups(shared: SharedRuns) -> dict[str, Any]:
    plans = [plan_of(run.manifest) for run in shared.runs.values()]
    plan = plans[0]
    shown = [name for name in plan.attributes if all(name in one.shown for one in plans)]
    compared = compare_groups(
        shared.ratings,
        attributes=shown,
        baselines=plan.baselines,
        alpha=plan.alpha,
        resampling=plan.resampling,
    )
    return {
        "family": asdict(compared.family),
        "rows": [asdict(row) for row in compared.rows],
        "not_shown": [name for name in plan.attributes if name not in shown],
        "margin": plan.equivalence_margin,
    }
