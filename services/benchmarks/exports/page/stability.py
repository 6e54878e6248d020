"""What of the variance comes from how a run asked, and how far repeats agree."""

from collections.abc import Mapping
from typing import Any

from services.benchmarks.analysis.answer import Answering
from services.benchmarks.exports.page.tables import ReportSection, Table, bar, headings
from services.benchmarks.exports.words.words import Words


def stability_section(words: Words, answering: Answering) -> ReportSection:
    """Return how much of the variance goes with what a run varied, and how repeats agree."""
    said = answering.answer("stability", {})
    title = words.say("report.stability")
    factors = [row for row in said["variance"]["factors"] if row["share"] is not None]
    if not factors:
        return ReportSection(title=title, paragraphs=[words.say("report.no_stability")])
    texts = [
        words.say(f"head.{name}")
        for name in ("factor", "count", "persons", "ratings", "share", "interval")
    ]
    rows = [
        [
            words.word("factor", row["factor"]),
            words.number(row["n_items"]),
            words.number(row["n_personas"]),
            words.number(row["n_ratings"]),
            words.share(row["share"]),
            words.share_range(row["ci_low"], row["ci_high"]),
            bar(row["share"]),
        ]
        for row in factors
    ]
    return ReportSection(
        title=title,
        paragraphs=[words.say("report.stability_help"), *_repeats(words, said["repeats"])],
        tables=[Table(name=title, headings=headings(*texts, ""), rows=rows)],
    )


def _repeats(words: Words, said: Mapping[str, Any] | None) -> list[str]:
    if said is None:
        return []
    values = {
        "items": words.number(said["n_items"]),
        "ratings": words.number(said["n_ratings"]),
        "persons": words.number(said["n_personas"]),
        "exact": words.sure_share(said["exact_rate"], said["exact_rate_ci"]),
        "within": words.sure_share(said["within1_rate"], said["within1_rate_ci"]),
        "icc": words.sure(said["icc"], said["icc_ci"]),
    }
    return [words.say("report.repeats_help", **values)]
