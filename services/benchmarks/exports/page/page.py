"""The report of a benchmark run as one page: the sentence first, then what it rests on."""

import json
from pathlib import Path

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.jobs import states
from app.models.benchmark import BenchmarkRun
from app.version import VERSION
from services.benchmarks.analysis.answer import Answering
from services.benchmarks.analysis.overview import overview_of
from services.benchmarks.exports.page.conduct import (
    failure_section,
    manifest_section,
    probe_section,
)
from services.benchmarks.exports.page.finding import finding
from services.benchmarks.exports.page.groups import (
    attribute_section,
    group_section,
    intensity_section,
)
from services.benchmarks.exports.page.quality import (
    order_section,
    rating_section,
    refusal_section,
)
from services.benchmarks.exports.page.stability import stability_section
from services.benchmarks.exports.page.tables import WIDTH, ReportSection
from services.benchmarks.exports.page.twins import twin_sections
from services.benchmarks.exports.report import card_of, detail, seen
from services.benchmarks.exports.words.words import Words, words_of
from services.runs.results.report.contents import in_utc
from services.runs.results.report.page import report_environment

TEMPLATES = Path(__file__).parent / "templates"


def read_page(database: Database, actor: Actor, run_id: str, language: str) -> str:
    """Return the report of a run. Raises what ``visible_benchmark`` raises."""
    return report_page(database, seen(database, actor, run_id), language)


def report_page(database: Database, run: BenchmarkRun, language: str) -> str:
    """Return the report of a run, of which the caller knows who may see it."""
    words, shown, answering = words_of(language), detail(database, run), Answering(database, run)
    overview = overview_of(answering)
    summary = shown.summary
    about = words.say(
        "report.about",
        id=run.id,
        model=summary.model_name,
        dataset=shown.dataset["name"],
        date=in_utc(summary.created_at),
    )
    with database.read() as session:
        failed = failure_section(words, session, shown)
    return (
        report_environment(TEMPLATES)
        .get_template("benchmark.html")
        .render(
            language=language,
            say=words.say,
            name=summary.name,
            about=about,
            finding=finding(words, overview, summary.model_name),
            remarks=_remarks(words, summary.state),
            card=card_of(shown, answering, language),
            sections=[
                probe_section(words, shown.probe),
                *twin_sections(words, answering, overview["margin"]),
                *_sections(words, answering, overview["n_personas"]),
                failed,
                manifest_section(words, shown),
            ],
            manifest=json.dumps(dict(shown.manifest), ensure_ascii=False, sort_keys=True),
            width=WIDTH,
            made=words.say("report.made", at=in_utc(now()), version=VERSION),
        )
    )


def _remarks(words: Words, state: str) -> list[str]:
    over = state in states.TERMINAL
    return [words.say(key) for key in ("finding.scope", *(() if over else ("finding.not_over",)))]


def _sections(words: Words, answering: Answering, persons: int) -> list[ReportSection]:
    return [
        group_section(words, answering),
        intensity_section(words, answering),
        attribute_section(words, answering),
        rating_section(words, answering, persons),
        refusal_section(words, answering),
        order_section(words, answering),
        stability_section(words, answering),
    ]
