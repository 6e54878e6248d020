"""The ratings that log-probabilities imply, beside those that were written."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.analysis.load import RunData
from services.benchmarks.analysis.plain import plain
from services.benchmarks.analysis.plan import AnalysisPlan, Answer, Question
from services.benchmarks.domain.deltas import choose_baseline
from services.benchmarks.domain.logprobs import (
    MIN_MASS,
    OptionScore,
    option_agreement,
    option_score,
)
from services.benchmarks.domain.ratings import LEVELS, Ratings

Floats = NDArray[np.float64]


def option_ratings(data: RunData, plan: AnalysisPlan, _: Question) -> Answer:
    """Return how far the likeliest options agree with the texts, and both differences of groups.

    The differences are over the answers whose options have MIN_MASS of the probability together,
    so that both are about the same ones; they are not tested: the text is what a run measures.
    """
    ratings, probabilities = data.scored
    scores = [option_score(one) for one in probabilities]
    return {
        **plain(option_agreement(ratings.raw.tolist(), scores)),
        "n_answers": len(data.ratings),
        "min_mass": MIN_MASS,
        "rows": _rows(ratings, plan, scores),
    }


def _rows(
    ratings: Ratings, plan: AnalysisPlan, scores: Sequence[OptionScore]
) -> list[dict[str, Any]]:
    usable = np.array([score.scorable for score in scores], dtype=bool)
    if not usable.any():
        return []
    some = ratings.where(usable)
    expected = [score.expected_rating for score in scores if score.scorable]
    options = _aligned(some, np.array(expected, dtype=np.float64))
    values = {"text": some.aligned.astype(np.float64), "options": options}
    return [
        row
        for name in plan.attributes
        if name in plan.shown
        for row in _differences(some, values, name, plan.baselines.get(name))
    ]


def _aligned(ratings: Ratings, raw: Floats) -> Floats:
    """Return expected ratings (n,) so that more is always better, as the written ones are."""
    turned = ratings.is_reversed != (ratings.valence[ratings.trait] < 0)
    return np.where(turned, LEVELS + 1 - raw, raw)


def _differences(
    ratings: Ratings, values: Mapping[str, Floats], attribute: str, baseline: str | None
) -> list[dict[str, Any]]:
    grouping = ratings.grouping(attribute)
    codes = grouping.codes[ratings.person]
    counts = np.bincount(codes, minlength=len(grouping.names))
    known = baseline if baseline in grouping.names else None
    base = choose_baseline(grouping, counts, known)
    return [
        {
            "attribute": attribute,
            "category": grouping.names[code],
            "baseline": grouping.names[base or 0],
            "n": int(counts[code]),
            "n_personas": len(np.unique(ratings.person[codes == code])),
            **{
                f"delta_{name}": float(column[codes == code].mean() - column[codes == base].mean())
                for name, column in values.items()
            },
        }
        for code in np.flatnonzero(counts).tolist()
        if code != base
    ]
