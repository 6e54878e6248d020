"""The contract's tables about a run: ratings, means, deltas, order, Kruskal and Wallis."""

import numpy as np

from services.benchmarks.analysis.exploratory import departures, settings_of, varied
from services.benchmarks.analysis.load import RunData
from services.benchmarks.analysis.plain import plain
from services.benchmarks.analysis.plan import AnalysisPlan, Answer, Question
from services.benchmarks.domain.deltas import DeltaTable, choose_baseline, compute_deltas
from services.benchmarks.domain.kruskal import compute_kruskal
from services.benchmarks.domain.metrics import (
    compute_means_by_attribute,
    compute_rating_histogram,
    compute_trait_category_histograms,
    compute_trait_category_summary,
    counts_by_group,
    filter_by_trait_category,
)
from services.benchmarks.domain.order import compute_order_effect_metrics
from services.benchmarks.domain.ratings import Ratings


def metrics(data: RunData, plan: AnalysisPlan, _: Question) -> Answer:
    """Return histograms of raw ratings, summaries by trait category, means by attribute."""
    ratings = data.ratings
    return {
        "n": len(ratings),
        "hist": plain(compute_rating_histogram(ratings.raw)),
        "trait_categories": {
            "histograms": [plain(one) for one in compute_trait_category_histograms(ratings)],
            "summary": [plain(one) for one in compute_trait_category_summary(ratings)],
        },
        "attributes": {
            name: {
                "shown": name in plan.shown,
                "baseline": planned_baseline(data.ratings, plan, name),
                "categories": rows,
            }
            for name, rows in means(data, plan, {})["data"].items()
        },
    }


def planned_baseline(ratings: Ratings, plan: AnalysisPlan, attribute: str) -> str | None:
    """Return the group that the others are compared with; None without a rating."""
    named = plan.baselines.get(attribute)
    if named is not None:
        return named
    grouping = ratings.grouping(attribute)
    counts = counts_by_group(ratings, grouping).sum(axis=1)
    code = choose_baseline(grouping, counts, None)
    return None if code is None else grouping.names[code]


def means(data: RunData, plan: AnalysisPlan, question: Question) -> Answer:
    """Return count, mean, SD and interval of each group of every attribute."""
    some = filter_by_trait_category(data.ratings, question.get("trait_category"))
    return {
        "data": {
            name: [plain(row) for row in compute_means_by_attribute(some, name)]
            for name in plan.attributes
        }
    }


def deltas(data: RunData, plan: AnalysisPlan, question: Question) -> Answer:
    """Return every attribute's groups against their baseline, tested as one family.

    Each says what of it departs from the plan: ``alpha``, ``n_perm`` or its baseline.
    """
    some = filter_by_trait_category(data.ratings, question.get("trait_category"))
    used, planned = settings_of(varied(plan, question)), settings_of(plan)
    return {
        "data": {
            name: plain(table)
            | departures(
                {**used, "baseline": table.baseline},
                {**planned, "baseline": planned_baseline(some, plan, name)},
            )
            for name, table in delta_tables(data, plan, question).items()
        }
    }


def delta_tables(data: RunData, plan: AnalysisPlan, question: Question) -> dict[str, DeltaTable]:
    """Return the table of every attribute; those that were planned are computed once."""
    if question:
        return _deltas(data, varied(plan, question), question)
    if data.planned_deltas is None:
        data.planned_deltas = _deltas(data, plan, {})
    return data.planned_deltas


def _deltas(data: RunData, plan: AnalysisPlan, question: Question) -> dict[str, DeltaTable]:
    return compute_deltas(
        data.ratings,
        baselines={**plan.baselines, **(question.get("baselines") or {})},
        shown=plan.shown,
        trait_category=question.get("trait_category"),
        alpha=plan.alpha,
        resampling=plan.resampling,
    )


def order(data: RunData, plan: AnalysisPlan, _: Question) -> Answer:
    """Return what the order of the scale does, over items that were asked both ways."""
    made = compute_order_effect_metrics(data.ratings, plan.resampling)
    return plain(made) | {"by_case": [plain(row) | {"rma": row.rma} for row in made.by_case]}


def kruskal(data: RunData, plan: AnalysisPlan, question: Question) -> Answer:
    """Return for every attribute whether any of its groups differs."""
    table = compute_kruskal(
        data.ratings,
        shown=plan.shown,
        trait_category=question.get("trait_category"),
        alpha=plan.alpha,
        resampling=plan.resampling,
    )
    return {
        "attributes": [plain(row) for row in table.rows],
        "summary": {"significant_count": table.significant_count, "total": table.family.size},
        "family": plain(table.family),
    }


def kruskal_by_category(data: RunData, plan: AnalysisPlan, _: Question) -> Answer:
    """Return the same for the traits of each category that has any rating."""
    names = data.ratings.categories.names
    rated = np.flatnonzero(data.ratings.levels_by_category.any(axis=(1, 2))).tolist()
    return {
        "categories": {
            names[code]: kruskal(data, plan, {"trait_category": names[code]}) for code in rated
        }
    }
