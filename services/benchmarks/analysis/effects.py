"""How large differences are: trait by trait, as one calibrated score, and against a margin."""

from typing import Any

from app.errors import Invalid
from services.benchmarks.analysis.exploratory import PLANNED_MIN_N, departures
from services.benchmarks.analysis.load import RunData
from services.benchmarks.analysis.plain import plain
from services.benchmarks.analysis.plan import AnalysisPlan, Answer, Question
from services.benchmarks.analysis.tables import delta_tables, planned_baseline
from services.benchmarks.domain.deltas import DeltaTable
from services.benchmarks.domain.equivalence import GroupEquivalence, compute_equivalences
from services.benchmarks.domain.forest import compute_forest
from services.benchmarks.domain.forest_rows import ForestOfGroup
from services.benchmarks.domain.intensity import compute_intensity
from services.benchmarks.domain.metrics import filter_by_trait_category
from services.benchmarks.domain.ratings import Ratings
from services.benchmarks.domain.resampling import Family
from services.statistics.equivalence import verdict_of


def forest(data: RunData, plan: AnalysisPlan, question: Question) -> Answer:
    """Return the groups of an attribute trait by trait; ``rows`` are those of the chosen target.

    Without a target it is the largest group beside the baseline (contract section 2).
    """
    attribute = question["attribute"]
    target = question.get("target")
    _check_groups(data.ratings, question)
    if attribute not in plan.shown:
        return _not_shown(data.ratings, attribute)
    made = compute_forest(
        data.ratings,
        attribute,
        baseline=question.get("baseline") or plan.baselines.get(attribute),
        min_n=question.get("min_n", PLANNED_MIN_N),
        trait_category=question.get("trait_category"),
        alpha=plan.alpha,
        resampling=plan.resampling,
    )
    if target is not None and target == made.baseline:
        detail = f"target is '{target}', which is the baseline: choose another group."
        raise Invalid(detail, errors={"target": [detail]})
    chosen = _chosen(made.groups, target)
    answer = plain(made) | {"shown": attribute in plan.shown, "rows": []}
    answer |= _departures_of_forest(data.ratings, plan, question, made.baseline)
    if chosen is not None:
        answer["rows"] = [plain(row) for row in chosen.rows]
        answer["overall"] = None if chosen.diamond is None else plain(chosen.diamond)
    return answer


def _check_groups(ratings: Ratings, question: Question) -> None:
    """Raise UnknownChoiceError of a baseline or a target that the attribute does not have."""
    for field in ("baseline", "target"):
        if question.get(field) is not None:
            ratings.grouping(question["attribute"]).code(question[field], field)


def _departures_of_forest(
    ratings: Ratings, plan: AnalysisPlan, question: Question, baseline: str | None
) -> Answer:
    some = filter_by_trait_category(ratings, question.get("trait_category"))
    planned = planned_baseline(some, plan, question["attribute"])
    min_n = question.get("min_n", PLANNED_MIN_N)
    return departures(
        {"baseline": baseline, "min_n": min_n}, {"baseline": planned, "min_n": PLANNED_MIN_N}
    )


def _not_shown(ratings: Ratings, attribute: str) -> Answer:
    """Return an empty forest: what prompts do not show is compared nowhere (decision 20)."""
    family = plain(Family(name=f"traits × groups of {attribute}", size=0))
    return {"attribute": attribute, "baseline": None, "n": len(ratings), "shown": False,
            "family": family, "groups": [], "rows": [], **departures({}, {})}  # fmt: skip


def _chosen(groups: tuple[ForestOfGroup, ...], target: str | None) -> ForestOfGroup | None:
    if target is not None:
        return next((one for one in groups if one.category == target), None)
    return max(groups, key=lambda one: sum(row.n_cat for row in one.rows), default=None)


def intensity(data: RunData, plan: AnalysisPlan, question: Question) -> Answer:
    """Return how far each attribute and the run are above what chance alone scores."""
    return plain(
        compute_intensity(
            data.ratings,
            baselines=plan.baselines,
            shown=plan.shown,
            trait_category=question.get("trait_category"),
            resampling=plan.resampling,
        )
    )


def equivalence(data: RunData, plan: AnalysisPlan, question: Question) -> Answer:
    """Return for each group whether it differs, or is the same within the margin set before.

    A group differs where its delta does after the adjustment over all groups (``q_difference``):
    of sixty groups that are alike, three would differ by their own tests.
    """
    rows_by_attribute = compute_equivalences(
        data.ratings,
        attributes=[name for name in plan.attributes if name in plan.shown],
        baselines={**plan.baselines, **(question.get("baselines") or {})},
        margin=plan.equivalence_margin,
        alpha=plan.alpha,
        trait_category=question.get("trait_category"),
    )
    tables = delta_tables(data, plan, question)
    return {
        "margin": plan.equivalence_margin,
        "data": {
            name: [_with_verdict(row, tables[name], plan.alpha) for row in rows]
            for name, rows in rows_by_attribute.items()
        },
    }


def _with_verdict(row: GroupEquivalence, table: DeltaTable, alpha: float) -> dict[str, Any]:
    q = next(one.q_value for one in table.rows if one.category == row.category)
    return plain(row) | {"q_difference": q, "verdict": verdict_of(q, row.p_equivalence, alpha)}
