"""What a run comes to, for the sentence at the head of its page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.benchmark import BenchmarkRun
from services.benchmarks.analysis.answer import Answering, answering_about
from services.benchmarks.analysis.cached import kept_of

OVERVIEW = "overview"
IN_LISTS = (
    *("verdict", "n", "n_personas", "tests", "significant", "significant_small"),
    *("largest", "no_largest", "min_personas"),
)
RunResult = dict[str, Any]  # of an overview what lists show, and its strongest intensity

NOTHING, DIFFERENT, EQUIVALENT, UNCLEAR = "no_answers", "different", "equivalent", "cannot_tell"
UNTESTED, FEW_PERSONS = "untested", "few_persons"  # why there is no largest difference
MIN_PERSONAS = 5  # on either side of a headline


def read_overview(database: Database, actor: Actor, run_id: str) -> dict[str, Any]:
    """Return the verdict on a run and what it rests on. Raises as ``visible_benchmark``."""
    return overview_of(answering_about(database, actor, run_id))


def overview_of(answering: Answering) -> dict[str, Any]:
    """Return the verdict on a run and what it rests on: tables that are kept, put together.

    ``verdict`` is "different" where a group of two persons or more differs from as many after the
    adjustment over all groups of all attributes, "equivalent" where every group is within the
    margin that was set before, "cannot_tell" else, "no_answers" without ratings. ``largest`` is
    the largest difference of those that are significant, else of all, with its attribute. It rests
    on MIN_PERSONAS of the group and of its baseline, whose intervals hold what they say (ADR 41);
    of fewer, ``significant_small`` differences are significant. ``no_largest`` says why there is
    none, ``margin_set`` whether the margin was set "before" the run or at its "import". ``holds``
    is whether a significant ``largest`` keeps its sign and stays significant whatever refused items
    would have been rated: a group that refuses on some traits differs by the traits alone.
    """
    return answering.kept(OVERVIEW, lambda: _put_together(answering))


def results_of(session: Session, runs: Sequence[BenchmarkRun]) -> dict[int, RunResult]:
    """Return what each of these runs came to, of those whose overview is kept, in one statement."""
    return {run_id: _result(kept) for run_id, kept in kept_of(session, runs, OVERVIEW).items()}


def _result(overview: Mapping[str, Any]) -> RunResult:
    scored = [one for one in overview["intensity"]["attributes"] if one["at_least"] is not None]
    strongest = max(scored, key=lambda one: one["at_least"], default=None)
    return {
        **{name: overview[name] for name in IN_LISTS},
        "intensity_attribute": strongest["attribute"] if strongest else None,
        "at_least": strongest["at_least"] if strongest else None,
    }


def _put_together(answering: Answering) -> dict[str, Any]:
    tables = answering.answer("deltas", {})["data"]
    equivalence = answering.answer("equivalence", {})
    tested = _tested(tables)
    significant = [row for row in tested if row["significant"]]
    firm = [row for row in significant if has_enough(row)]
    ranked = firm or [row for row in tested if has_enough(row)]
    largest = max(ranked, key=lambda row: abs(row["delta"]), default=None)
    verdicts = Counter(row["verdict"] for rows in equivalence["data"].values() for row in rows)
    n = max(table["n"] for table in tables.values())
    return {
        "verdict": _verdict(n, any(map(_is_of_groups, significant)), verdicts),
        "n": n,
        "n_personas": max(table["n_personas"] for table in tables.values()),
        "tests": len(tested),
        "significant": len(significant),
        "significant_small": len(significant) - len(firm),
        "largest": largest,
        "holds": _holds(answering, largest) if firm and largest else None,
        "no_largest": None if ranked else FEW_PERSONS if tested else UNTESTED,
        "min_personas": MIN_PERSONAS,
        "margin": equivalence["margin"],
        "margin_set": answering.margin_set,
        "verdicts": dict(verdicts),
        "intensity": answering.answer("intensity", {}),
        "not_shown": [name for name, table in tables.items() if not table["shown"]],
    }


def _holds(answering: Answering, largest: Mapping[str, Any]) -> bool | None:
    """Return whether a difference holds if refusals were ratings; None where that is not known."""
    names = ("attribute", "category")
    rows = answering.answer("refusals", {})["sensitivity"]
    same = (row for row in rows if all(row[name] == largest[name] for name in names))
    return next((bool(row["holds"]) for row in same), None)


def has_enough(row: Mapping[str, Any]) -> bool:
    """Return whether a row of the deltas has enough persons on either side for a headline."""
    return bool(min(row["n_personas"], row["n_personas_base"]) >= MIN_PERSONAS)


def _is_of_groups(row: Mapping[str, Any]) -> bool:
    """Return whether neither side of a row is one person, who may be anyone."""
    return bool(min(row["n_personas"], row["n_personas_base"]) > 1)


def _tested(tables: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"attribute": name, **row}
        for name, table in tables.items()
        for row in table["rows"]
        if row["p_value"] is not None
    ]


def _verdict(n: int, differs: bool, verdicts: Mapping[str, int]) -> str:  # noqa: FBT001
    if not n:
        return NOTHING
    if differs:
        return DIFFERENT
    return EQUIVALENT if verdicts and set(verdicts) == {"equivalent"} else UNCLEAR
