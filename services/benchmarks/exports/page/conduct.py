"""How a run went: what the server could do, what failed, and the manifest that decided it."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.benchmark import BenchmarkFailure
from app.models.persona import Persona
from services.benchmarks.exports.page.tables import ReportSection, Table, headings
from services.benchmarks.exports.words.words import Words
from services.benchmarks.runs.templates import adjective_of
from services.benchmarks.runs.types import BenchmarkDetail

MAX_FAILED = 20  # examples of failed items
MAX_TEXT = 300  # characters of their answers


def probe_section(words: Words, probe: Mapping[str, Any] | None) -> ReportSection:
    """Return what the server turned out to do; remarks are as the probe made them."""
    title = words.say("report.probe")
    if not probe:
        return ReportSection(title=title, paragraphs=[words.say("report.probe_none")])
    rows = [[words.say(f"probe_label.{name}"), text] for name, text in _probe(words, probe)]
    return ReportSection(title=title, tables=[Table(name=title, headings=(), rows=rows)])


def _probe(words: Words, probe: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    plain = ("endpoint", "answered_by", "listed", "prompt", "logprobs", "json_mode", "reasoning")
    for name in plain:
        value = probe.get(name) or (probe.get("api") if name == "endpoint" else None)
        if value:
            yield name, words.word("probe", str(value))
    for name in ("alone", "under_load"):
        if (probe.get(name) or {}).get("n"):
            yield name, words.say("report.repeats_same", **probe[name])
    for name in ("refusals", "warnings", "changes"):
        if probe.get(name):
            yield name, " ".join(words.word("remark", str(one)) for one in probe[name])


def failure_section(words: Words, session: Session, shown: BenchmarkDetail) -> ReportSection:
    """Return how many items failed, by kind, and the first of them with what was answered."""
    counts, title = shown.summary.counts, words.say("report.failed")
    said = {name: words.number(getattr(counts, name)) for name in ("failed", "open", "total")}
    if not counts.failed:
        return ReportSection(title=title, paragraphs=[words.say("report.nothing_failed", **said)])
    examples = _examples(words, session, shown)
    kinds = [words.say("head.kind"), words.say("head.count")]
    names = ("persona", "trait", "order", "kind", "answer")
    texts = [words.say(f"head.{name}") for name in names]
    by_kind = [[words.word("failure", k), words.number(n)] for k, n in shown.failures.items()]
    return ReportSection(
        title=title,
        paragraphs=[words.say("report.failed_help", **said, shown=len(examples))],
        tables=[
            Table(name=title, headings=headings(*kinds), rows=by_kind),
            Table(name=title, headings=headings(*texts, words=len(texts)), rows=examples),
        ],
    )


def _examples(words: Words, session: Session, shown: BenchmarkDetail) -> list[list[str]]:
    table = BenchmarkFailure
    query = (
        select(table, Persona)
        .join(Persona, Persona.id == table.persona_id)
        .where(table.run_id == shown.summary.id)
        .order_by(table.persona_id, table.trait_id, table.scale_order)
        .limit(MAX_FAILED)
    )
    language = shown.manifest["prompt"]["language"]
    traits = {one["id"]: adjective_of(one, language) for one in shown.manifest["traits"]}
    return [
        [
            persona.name or persona.uuid,
            traits[row.trait_id],
            words.word("order", row.scale_order),
            words.word("failure", row.kind),
            row.answer_raw[:MAX_TEXT],
        ]
        for row, persona in session.execute(query).tuples()
    ]


def manifest_section(words: Words, shown: BenchmarkDetail) -> ReportSection:
    """Return the hashes, the templates and what each of them shows."""
    manifest = shown.manifest
    hashes = [
        [words.say("report.hash"), shown.manifest_hash],
        [words.say("report.personas_hash"), manifest["personas"]["sha256"]],
    ]
    rows = [
        [
            one["name"],
            one["sha256"],
            words.words("attribute", (name for name, cue in one["visible"].items() if cue)),
        ]
        for one in manifest["templates"]
    ]
    texts = [words.say("head.template"), "SHA-256", words.say("head.shows")]
    title = words.say("report.manifest")
    return ReportSection(
        title=title,
        paragraphs=[words.say("report.manifest_help")],
        tables=[
            Table(name=title, headings=(), rows=hashes),
            Table(name=texts[0], headings=headings(*texts, words=3), rows=rows),
        ],
    )
