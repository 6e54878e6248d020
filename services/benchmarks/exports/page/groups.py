"""Groups against their baseline, attributes as a whole, and how strong the bias is."""

from collections.abc import Mapping
from typing import Any

from services.benchmarks.analysis.answer import Answering
from services.benchmarks.domain.intensity import MIN_PERSONAS
from services.benchmarks.exports.page.tables import ReportSection, Scale, Table, headings
from services.benchmarks.exports.words.words import NONE, Words

Rows = Mapping[str, Any]


def group_section(words: Words, answering: Answering) -> ReportSection:
    """Return a table per attribute that the prompts show, with verdicts and a forest of deltas."""
    tables = answering.answer("deltas", {})["data"]
    equivalence = answering.answer("equivalence", {})
    margin = equivalence["margin"]
    shown = [table for table in tables.values() if table["shown"] and len(table["rows"]) > 1]
    rows = [row for table in shown for row in table["rows"]]
    scale = Scale((row[name] for row in rows for name in ("delta", "ci_low", "ci_high")), margin)
    if not shown:
        title = words.say("report.groups_all")
        return ReportSection(title=title, paragraphs=[words.say("report.no_groups")])
    size = words.counted("comparisons", max(table["family"]["size"] for table in shown))
    when = words.say(f"margin.{answering.margin_set}")
    help_text = words.say("report.groups_help", size=size, margin=words.plain(margin), set=when)
    return ReportSection(
        title=words.say("report.groups_all"),
        paragraphs=[help_text],
        tables=[
            _groups(words, table, _verdicts(equivalence["data"].get(table["attribute"], [])), scale)
            for table in shown
        ],
    )


def _verdicts(rows: list[Rows]) -> dict[str, str]:
    return {row["category"]: row["verdict"] for row in rows}


def _groups(words: Words, table: Rows, verdicts: Mapping[str, str], scale: Scale) -> Table:
    head = ("group", "persons", "ratings", "mean", "difference", "interval")
    texts = [words.say(f"head.{name}") for name in head]
    baseline = words.word("group", table["baseline"])
    attribute = words.word("attribute", table["attribute"])
    return Table(
        name=words.say("report.groups", attribute=attribute, baseline=baseline),
        headings=[*headings(*texts, "p", "q", ""), *headings(words.say("head.verdict"))],
        rows=[
            [
                words.word("group", row["category"]),
                words.number(row["n_personas"]),
                words.number(row["count"]),
                words.number(row["mean"], 2),
                _difference(words, table, row),
                words.interval(row["ci_low"], row["ci_high"]),
                words.chance(row["p_value"]),
                words.chance(row["q_value"]),
                scale.mark(row["delta"], row["ci_low"], row["ci_high"]),
                _verdict(words, table, row, verdicts),
            ]
            for row in table["rows"]
        ],
    )


def _difference(words: Words, table: Rows, row: Rows) -> str:
    if row["category"] == table["baseline"]:
        return NONE
    return words.signed(row["delta"]) + (" *" if row["significant"] else "")


def _verdict(words: Words, table: Rows, row: Rows, verdicts: Mapping[str, str]) -> str:
    if row["category"] == table["baseline"]:
        return words.say("head.baseline_mark")
    verdict = verdicts.get(row["category"])
    return "" if verdict is None else words.word("verdict", verdict)


def intensity_section(words: Words, answering: Answering) -> ReportSection:
    """Return the calibrated intensity of each attribute that could be scored."""
    scores = [
        row for row in answering.answer("intensity", {})["attributes"] if row["raw"] is not None
    ]
    names = ("attribute", "persons", "groups", "raw", "chance", "calibrated", "at_least")
    texts = [words.say(f"head.{name}") for name in names]
    rows = [
        [
            words.word("attribute", row["attribute"]),
            words.number(row["n_personas"]),
            words.number(row["n_groups"]),
            *(
                words.number(row[name], 1)
                for name in ("raw", "null_mean", "calibrated", "at_least")
            ),
            words.word("band", row["band"] or ""),
        ]
        for row in scores
    ]
    title = words.say("report.intensity")
    head = [*headings(*texts), *headings(words.say("head.band"))]
    return ReportSection(
        title=title,
        paragraphs=[words.say("report.intensity_help", least=MIN_PERSONAS)],
        tables=[Table(name=title, headings=head, rows=rows)] if rows else [],
    )


def attribute_section(words: Words, answering: Answering) -> ReportSection:
    """Return the test of Kruskal and Wallis for every attribute that could be tested."""
    table = answering.answer("kruskal", {})
    texts = [words.say(f"head.{name}") for name in ("attribute", "groups", "persons", "ratings")]
    rows = [
        [
            words.word("attribute", row["attribute"]),
            *(words.number(row[name]) for name in ("n_groups", "n_personas", "n_total")),
            words.number(row["h_stat"], 3),
            words.number(row["eta_squared"], 4),
            words.chance(row["p_personas"]),
            words.chance(row["q_value"]) + (" *" if row["significant"] else ""),
            words.word("effect", row["effect_interpretation"] or ""),
        ]
        for row in table["attributes"]
        if row["q_value"] is not None
    ]
    title = words.say("report.attributes")
    head = [*headings(*texts, "H", "η²", "p", "q"), *headings(words.say("head.effect"))]
    size = table["family"]["size"]
    help_text = words.say_of("report.attributes_help", size, size=words.number(size))
    if not rows:
        help_text = words.say("report.attributes_none")
    return ReportSection(
        title=title,
        paragraphs=[help_text],
        tables=[Table(name=title, headings=head, rows=rows)] if rows else [],
    )
