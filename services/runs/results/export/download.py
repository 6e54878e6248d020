"""Handing out a run as a file. A new form is one class and one line in EXPORTERS."""

import difflib
from collections.abc import Mapping
from datetime import datetime

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import Invalid
from services.runs.results.compare import ComparisonQuery
from services.runs.results.export.base import Download, Exporter, ExportOptions
from services.runs.results.export.documents import HtmlExporter, JsonExporter, SummaryExporter
from services.runs.results.export.tables import CsvExporter, ParquetExporter
from services.runs.results.report.gather import gather_report

MAX_SUBJECT_LENGTH = 100  # characters of a file name
EXPORTERS: Mapping[str, Exporter] = {
    "csv": CsvExporter(),
    "json": JsonExporter(),
    "summary": SummaryExporter(),
    "parquet": ParquetExporter(),
    "html": HtmlExporter(),
}


def download_run(
    database: Database, actor: Actor, run_id: str, form: str, options: ExportOptions
) -> Download:
    """Return the run in this form.

    Raises Invalid for a form that does not exist, naming the nearest; NotFound for a run that is
    not the actor's to see and for an empty table.
    """
    exporter = exporter_of(form)
    report = gather_report(database, actor, run_id, every_series=options.columns == "all")
    return Download(
        content=exporter.export(report, options),
        media_type=exporter.media_type,
        filename=filename_of(exporter, str(report.id), report.made_at),
    )


def download_comparison(database: Database, actor: Actor, query: ComparisonQuery) -> Download:
    """Return runs side by side as one page; raises what ``compare_runs`` does."""
    from services.runs.results.report.comparison import gather_comparison
    from services.runs.results.report.page import comparison_report

    report = gather_comparison(database, actor, query)
    ids = "-".join(str(run.id) for run in report.runs)[:MAX_SUBJECT_LENGTH]
    html = HtmlExporter()
    return Download(
        content=comparison_report(report).encode(),
        media_type=html.media_type,
        filename=filename_of(html, ids, report.made_at),
    )


def exporter_of(form: str) -> Exporter:
    """Return the exporter called ``form``; raise Invalid naming the nearest one."""
    exporter = EXPORTERS.get(form)
    if exporter is None:
        near = difflib.get_close_matches(form[:50], EXPORTERS, n=1, cutoff=0.5)
        hint = f" Did you mean {near[0]}?" if near else ""
        known = ", ".join(EXPORTERS)
        sentence = f"{form[:50]!r} is no form of download: there are {known}.{hint}"
        raise Invalid(sentence, errors={"format": [sentence]})
    return exporter


def filename_of(exporter: Exporter, subject: str, at: datetime) -> str:
    """Return the name under which the file is saved, with the time in UTC."""
    return f"{exporter.prefix}_{subject}_metrics_{at:%Y%m%d_%H%M%S}.{exporter.extension}"
