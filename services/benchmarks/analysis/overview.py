"""What a run comes to, for the sentence at the head of its page."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from app.auth.actor import Actor
from app.db.engine import Database
from services.benchmarks.analysis.answer import Answering, answering_about

NOTHING, DIFFERENT, EQUIVALENT, UNCLEAR = "no_answers", "different", "equivalent", "cannot_tell"


def read_overview(database: Database, actor: Actor, run_id: str) -> dict[str, Any]:
    """Return the verdict on a run and what it rests on. Raises as ``visible_benchmark``."""
    return overview_of(answering_about(database, actor, run_id))


def overview_of(answering: Answering) -> dict[str, Any]:
    """Return the verdict on a run and what it rests on: tables that are kept, put together.

    ``verdict`` is "different" where a group differs after the adjustment over all groups of all
    attributes, "equivalent" where every group is within the margin that was set before,
    "cannot_tell" else, "no_answers" without ratings. ``largest`` is the largest difference of
    those that are significant, else of all, with its attribute.
    """
    tables = answering.answer("deltas", {})["data"]
    equivalence = answering.answer("equivalence", {})
    tested = _tested(tables)
    significant = [row for row in tested if row["significant"]]
    verdicts = Counter(row["verdict"] for rows in equivalence["data"].values() for row in rows)
    n = max(table["n"] for table in tables.values())
    return {
        "verdict": _verdict(n, len(significant), verdicts),
        "n": n,
        "n_personas": max(table["n_personas"] for table in tables.values()),
        "tests": len(tested),
        "significant": len(significant),
        "largest": max(significant or tested, key=lambda row: abs(row["delta"]), default=None),
        "margin": equivalence["margin"],
        "verdicts": dict(verdicts),
        "intensity": answering.answer("intensity", {}),
        "not_shown": [name for name, table in tables.items() if not table["shown"]],
    }


def _tested(tables: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"attribute": name, **row}
        for name, table in tables.items()
        for row in table["rows"]
        if row["p_value"] is not None
    ]


def _verdict(n: int, significant: int, verdicts: Mapping[str, int]) -> str:
    if not n:
        return NOTHING
    if significant:
        return DIFFERENT
    return EQUIVALENT if verdicts and set(verdicts) == {"equivalent"} else UNCLEAR
