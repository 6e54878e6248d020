"""What a run comes to, for the sentence at the head of its page."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from services.benchmarks.analysis.effects import equivalence, intensity
from services.benchmarks.analysis.load import RunData
from services.benchmarks.analysis.plan import AnalysisPlan, Answer, Question
from services.benchmarks.analysis.tables import deltas

NOTHING, DIFFERENT, EQUIVALENT, UNCLEAR = "no_answers", "different", "equivalent", "cannot_tell"


def overview(data: RunData, plan: AnalysisPlan, question: Question) -> Answer:
    """Return the verdict on a run and what it rests on.

    ``verdict`` is "different" where a group differs after the adjustment over all groups of all
    attributes, "equivalent" where every group is within the margin that was set before,
    "cannot_tell" else, "no_answers" without ratings. ``largest`` is the largest difference of
    those that are significant, else of all, with its attribute.
    """
    ratings = data.ratings
    tables = deltas(data, plan, question)["data"]
    tested = [
        {"attribute": name, **row}
        for name, table in tables.items()
        for row in table["rows"]
        if row["p_value"] is not None
    ]
    significant = [row for row in tested if row["significant"]]
    verdicts = _verdicts(equivalence(data, plan, question))
    return {
        "verdict": _verdict(len(ratings), len(significant), verdicts),
        "n": len(ratings),
        "n_personas": len(set(ratings.person.tolist())),
        "tests": len(tested),
        "significant": len(significant),
        "largest": max(significant or tested, key=lambda row: abs(row["delta"]), default=None),
        "margin": plan.equivalence_margin,
        "verdicts": dict(verdicts),
        "intensity": intensity(data, plan, question),
        "not_shown": [name for name in plan.attributes if name not in plan.shown],
    }


def _verdicts(answer: Mapping[str, Any]) -> Counter[str]:
    return Counter(row["verdict"] for rows in answer["data"].values() for row in rows)


def _verdict(n: int, significant: int, verdicts: Mapping[str, int]) -> str:
    if not n:
        return NOTHING
    if significant:
        return DIFFERENT
    return EQUIVALENT if verdicts and set(verdicts) == {"equivalent"} else UNCLEAR
