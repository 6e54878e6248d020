"""How far the ratings can be trusted: their distribution, refusals, order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.benchmarks.analysis.answer import Answering
from services.benchmarks.exports.page.tables import ReportSection, Table, bar, headings
from services.benchmarks.exports.words.words import Words


def rating_section(words: Words, answering: Answering, persons: int) -> ReportSection:
    """Return how often each number was given."""
    said = answering.answer("metrics", {})
    hist = said["hist"]
    title = words.say("report.ratings")
    texts = [words.say(f"head.{name}") for name in ("rating", "ratings", "share")]
    rows = [
        [one, words.number(count), words.share(share), bar(share)]
        for one, count, share in zip(hist["bins"], hist["counts"], hist["shares"], strict=True)
    ]
    counts = {"n": words.number(said["n"]), "persons": words.number(persons)}
    return ReportSection(
        title=title,
        paragraphs=[words.say("report.ratings_help", **counts)],
        tables=[Table(name=title, headings=headings(*texts, ""), rows=rows)],
    )


def refusal_section(words: Words, answering: Answering) -> ReportSection:
    """Return rates of failures by group, and each difference if refusals had been ratings."""
    said = answering.answer("refusals", {})
    title = words.say("report.refusals")
    tables = list(_rates(words, said["rates"]))
    if not tables:
        return ReportSection(title=title, paragraphs=[words.say("report.no_refusals")])
    return ReportSection(
        title=title,
        paragraphs=[words.say("report.refusals_help", n=words.number(said["n_items"]))],
        tables=[*tables, *_suppositions(words, said["sensitivity"])],
    )


def _rates(words: Words, rates: Mapping[str, Any]) -> Iterator[Table]:
    texts = [words.say(f"head.{name}") for name in ("group", "persons", "hits", "rate", "interval")]
    head = headings(*texts, words.say("head.difference"), "p", "q", "")
    for event, tables in rates.items():
        for name, table in tables.items():
            if table["shown"] and any(row["hits"] for row in table["rows"]):
                about = f"{words.word('event', event)}: {words.word('attribute', name)}"
                rows = [_rate(words, row) for row in table["rows"]]
                yield Table(name=about, headings=head, rows=rows)


def _rate(words: Words, row: Mapping[str, Any]) -> list[Any]:
    low, high = words.share(row["rate_low"]), words.share(row["rate_high"])
    star = " *" if row["significant"] else ""
    points = None if row["difference"] is None else 100 * row["difference"]
    return [
        words.word("group", row["category"]),
        words.number(row["n_personas"]),
        f"{words.number(row['hits'])} / {words.number(row['n'])}",
        words.share(row["rate"]),
        words.say("from_to", low=low, high=high),
        "–" if points is None else f"{words.signed(points, 1)} %{star}",
        words.chance(row["p_value"]),
        words.chance(row["q_value"]),
        bar(row["rate"]),
    ]


def _suppositions(words: Words, rows: Sequence[Mapping[str, Any]]) -> Iterator[Table]:
    if not rows:
        return
    values = [one["value"] for one in rows[0]["supposed"]]
    supposed = [words.say("head.if_rated", value=value) for value in values]
    texts = [words.say(f"head.{name}") for name in ("group", "hits", "difference")]
    yield Table(
        name=f"{words.say('report.suppositions')}. {words.say('report.suppositions_help')}",
        headings=[*headings(*texts, *supposed), *headings(words.say("head.holds"))],
        rows=[
            [
                _named(words, row),
                f"{words.number(row['refusals'])} / {words.number(row['refusals_base'])}",
                words.signed(row["delta"]) + (" *" if row["significant"] else ""),
                *(
                    words.signed(one["delta"]) + (" *" if one["significant"] else "")
                    for one in row["supposed"]
                ),
                words.word("probe", "yes" if row["holds"] else "no"),
            ]
            for row in rows
        ],
    )


def _named(words: Words, row: Mapping[str, Any]) -> str:
    return f"{words.word('attribute', row['attribute'])}: {words.word('group', row['category'])}"


def order_section(words: Words, answering: Answering) -> ReportSection:
    """Return what the order of the scale does, over items that were asked in both."""
    said = answering.answer("order", {})
    title = words.say("report.order")
    if not said["n_pairs"]:
        return ReportSection(title=title, paragraphs=[words.say("report.no_order")])
    rows = [[words.say(f"order_label.{name}"), text] for name, text in _order(words, said)]
    counts = {"pairs": words.number(said["n_pairs"]), "persons": words.number(said["n_personas"])}
    return ReportSection(
        title=title,
        paragraphs=[words.say("report.order_help", **counts)],
        tables=[Table(name=title, headings=(), rows=rows)],
    )


def _order(words: Words, said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    rma, obe, retest, sure = said["rma"], said["obe"], said["test_retest"], said["intervals"]
    yield "exact", words.sure_share(rma["exact_rate"], sure["exact_rate"])
    yield "within1", words.sure_share(retest["within1_rate"], sure["within1_rate"])
    yield "mae", words.sure(rma["mae"], sure["mae"])
    ends = words.interval(obe["persons_ci_low"], obe["persons_ci_high"])
    yield "obe", f"{words.signed(obe['mean_diff'])} ({ends})"
    rho = (said["correlation"] or {}).get("spearman")
    yield "spearman", words.sure(rho, sure["spearman"])
    kappa = (said["agreement"] or {}).get("kappa_quadratic")
    yield "kappa", words.sure(kappa, sure["kappa_quadratic"])
    usage = said["usage"] or {}
    yield "ends", words.share(usage.get("eei"))
    yield "middle", words.share(usage.get("mni"))
