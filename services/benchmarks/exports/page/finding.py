"""The first sentence of a report: no more than the tests allow, as the page of the run says it."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.benchmarks.analysis.overview import DIFFERENT, EQUIVALENT
from services.benchmarks.exports.words.words import Words


def finding(words: Words, overview: Mapping[str, Any], model: str) -> str:
    """Return what a run came to; a difference that was not detected is not called none.

    What was detected of groups that are too small for a headline is said after it.
    """
    if not overview["n"]:
        return words.say("finding.no_answers")
    if not overview["tests"]:
        return words.say("finding.untested")
    said = {
        "tested": words.counted("comparisons", overview["tests"]),
        "persons": words.counted("persons", overview["n_personas"]),
        "ratings": words.counted("ratings", overview["n"]),
        "least": overview["min_personas"],
    }
    return " ".join([*_headline(words, overview, model, said), *_small(words, overview)])


def _headline(
    words: Words, overview: Mapping[str, Any], model: str, said: Mapping[str, Any]
) -> Iterator[str]:
    firm = overview["significant"] - overview["significant_small"]
    of = "_firm" if overview["significant_small"] else ""
    margin = words.plain(overview["margin"])
    if overview["verdict"] == DIFFERENT and not firm:
        small = overview["significant_small"]
        yield words.say_of("finding.different_small", small, count=words.number(small), **said)
    elif overview["verdict"] == DIFFERENT:
        yield _largest(words, overview["largest"], model)
        yield words.say(f"finding.only{of}" if firm == 1 else f"finding.of{of}", count=firm, **said)
        if overview["holds"] is False:
            yield words.say("finding.does_not_hold")
    elif overview["verdict"] == EQUIVALENT:
        when = words.say(f"margin.{overview['margin_set']}")
        yield words.say_of("finding.equivalent", overview["tests"], margin=margin, set=when, **said)
    else:
        yield words.say(f"finding.cannot_tell{of}", **said)
        unclear = overview["verdicts"].get("inconclusive", 0)
        if unclear:
            yield words.say("finding.open", open=words.counted("open", unclear), margin=margin)


def _small(words: Words, overview: Mapping[str, Any]) -> Iterator[str]:
    number, least = overview["significant_small"], overview["min_personas"]
    is_headline = overview["verdict"] == DIFFERENT and number == overview["significant"]
    if number and not is_headline:
        yield words.say("finding.small", small=words.counted("small", number), least=least)


def _largest(words: Words, row: Mapping[str, Any], model: str) -> str:
    q = words.chance(row["q_value"])
    is_known = row["ci_low"] is not None
    interval = words.interval(row["ci_low"], row["ci_high"])
    return words.say(
        "finding.lower" if row["delta"] < 0 else "finding.higher",
        model=model,
        group=words.word("group", row["category"]),
        attribute=words.word("attribute", row["attribute"]),
        baseline=words.word("group", row["baseline"]),
        size=words.number(abs(row["delta"]), 2),
        interval=interval if is_known else words.say("finding.no_interval"),
        q=q if q.startswith("<") else f"= {q}",
    )
