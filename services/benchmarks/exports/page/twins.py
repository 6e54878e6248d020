"""Twins: persons who differ in one attribute alone, the pair as the unit."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.benchmarks.analysis.answer import Answering
from services.benchmarks.exports.page.tables import ReportSection, Scale, Table, headings
from services.benchmarks.exports.words.words import MINUS, Words


def twin_sections(words: Words, answering: Answering, margin: float) -> list[ReportSection]:
    """Return a table of contrasts per attribute that twins differ in; nothing without twins."""
    said = answering.answer("counterfactual", {})
    effects = said["data"]
    if not effects:
        return []
    rows = [row for one in effects.values() for row in one["signed"]]
    scale = Scale((row[name] for row in rows for name in ("mean", "ci_low", "ci_high")), margin)
    pairs = words.number(said["n_pairs"])
    return [
        ReportSection(
            title=words.say("report.twins"),
            paragraphs=[words.say("report.twins_help", pairs=pairs)],
            tables=[_contrasts(words, name, one, scale) for name, one in effects.items()],
        )
    ]


def _contrasts(words: Words, name: str, effect: Mapping[str, Any], scale: Scale) -> Table:
    head = ("contrast", "pairs", "ratings", "difference", "interval")
    texts = [words.say(f"head.{one}") for one in head]
    return Table(
        name=words.word("attribute", name),
        headings=headings(*texts, "p", "q", ""),
        rows=[_contrast(words, row, scale) for row in effect["signed"]],
    )


def _contrast(words: Words, row: Mapping[str, Any], scale: Scale) -> Sequence[Any]:
    return [
        f" {MINUS} ".join(words.word("group", one) for one in row["label"].split(" - ")),
        words.number(row["n_pairs"]),
        words.number(row["n"]),
        words.signed(row["mean"]) + (" *" if row["significant"] else ""),
        words.interval(row["ci_low"], row["ci_high"]),
        words.chance(row["signflip_pairs_p"]),
        words.chance(row["q_value"]),
        scale.mark(row["mean"], row["ci_low"], row["ci_high"]),
    ]
