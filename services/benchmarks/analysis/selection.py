"""Who was rated at all: refusals, filters and broken answers by group, and what they change."""

from typing import Any

from services.benchmarks.analysis.load import RunData
from services.benchmarks.analysis.plain import plain
from services.benchmarks.analysis.plan import AnalysisPlan, Answer, Question
from services.benchmarks.analysis.tables import delta_tables
from services.benchmarks.domain.refusal_rates import (
    compute_failure_rates,
    compute_refusal_sensitivity,
)
from services.benchmarks.domain.retries import compute_retries


def refusals(data: RunData, plan: AnalysisPlan, _: Question) -> Answer:
    """Return rates of failures per group with tests, and each effect if refusals were ratings."""
    options: dict[str, Any] = {
        "baselines": plan.baselines,
        "shown": plan.shown,
        "alpha": plan.alpha,
        "resampling": plan.resampling,
    }
    rates = compute_failure_rates(data.ratings, data.outcomes, **options)
    sensitivity = compute_refusal_sensitivity(
        data.ratings, data.outcomes, observed=delta_tables(data, plan, {}), **options
    )
    return {
        "n_items": len(data.outcomes),
        "rates": {
            event: {name: plain(table) for name, table in tables.items()}
            for event, tables in rates.items()
        },
        "sensitivity": [plain(row) | {"holds": row.holds} for row in sensitivity],
    }


def retries(data: RunData, plan: AnalysisPlan, _: Question) -> Answer:
    """Return which groups needed a second attempt, and deltas of first answers alone."""
    tables = compute_retries(
        data.ratings,
        baselines=plan.baselines,
        shown=plan.shown,
        alpha=plan.alpha,
        resampling=plan.resampling,
    )
    return {"data": {name: plain(table) for name, table in tables.items()}}
