"""The first sentence of a report: no more than the tests allow, as the page of the run says it."""

from collections.abc import Mapping
from typing import Any

from services.benchmarks.analysis.overview import DIFFERENT, EQUIVALENT
from services.benchmarks.exports.words.words import Words


def finding(words: Words, overview: Mapping[str, Any], model: str) -> str:
    """Return what a run came to; a difference that was not detected is not called none."""
    if not overview["n"]:
        return words.say("finding.no_answers")
    if not overview["tests"]:
        return words.say("finding.untested")
    said = {
        "tested": words.number(overview["tests"]),
        "persons": words.number(overview["n_personas"]),
        "ratings": words.number(overview["n"]),
        "margin": words.plain(overview["margin"]),
        "open": words.number(overview["verdicts"].get("inconclusive", 0)),
        "count": words.number(overview["significant"]),
    }
    if overview["verdict"] == DIFFERENT:
        of = "finding.only" if overview["significant"] == 1 else "finding.of"
        return f"{_largest(words, overview['largest'], model)} {words.say(of, **said)}"
    equivalent = overview["verdict"] == EQUIVALENT
    return words.say("finding.equivalent" if equivalent else "finding.cannot_tell", **said)


def _largest(words: Words, row: Mapping[str, Any], model: str) -> str:
    q = words.chance(row["q_value"])
    return words.say(
        "finding.lower" if row["delta"] < 0 else "finding.higher",
        model=model,
        group=words.word("group", row["category"]),
        attribute=words.word("attribute", row["attribute"]),
        baseline=words.word("group", row["baseline"]),
        size=words.number(abs(row["delta"]), 2),
        interval=words.interval(row["ci_low"], row["ci_high"]),
        q=q if q.startswith("<") else f"= {q}",
    )
