"""What a question has otherwise than the plan of its run: it is answered, and called exploratory.

A level, a baseline or a least n that is chosen after the results are seen tests nothing that was
planned. A category of traits is no such choice: each is a family of its own, and its name says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.benchmarks.analysis.plan import AnalysisPlan, Question

PLANNED_MIN_N = 1  # values on each side of a row of the forest


def as_planned(plan: AnalysisPlan, question: Question) -> dict[str, Any]:
    """Return the question without values of the contract that only repeat the plan's."""
    repeated = {"alpha": plan.alpha, "n_perm": plan.resampling.permutations}
    return {name: value for name, value in question.items() if repeated.get(name) != value}


def varied(plan: AnalysisPlan, question: Question) -> AnalysisPlan:
    """Return the plan with the ``alpha`` and the ``n_perm`` of a question."""
    count = question.get("n_perm", plan.resampling.permutations)
    resampling = replace(plan.resampling, permutations=count)
    return replace(plan, alpha=question.get("alpha", plan.alpha), resampling=resampling)


def departures(used: Mapping[str, Any], planned: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``exploratory``, and ``departures``: each setting that differs, with both values."""
    differing: Sequence[Mapping[str, Any]] = [
        {"name": name, "used": used[name], "planned": value}
        for name, value in planned.items()
        if used[name] != value
    ]
    return {"exploratory": bool(differing), "departures": differing}


def settings_of(plan: AnalysisPlan) -> dict[str, Any]:
    """Return the level and the number of relabelings under the contract's names."""
    return {"alpha": plan.alpha, "n_perm": plan.resampling.permutations}
