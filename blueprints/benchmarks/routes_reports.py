"""A run as a whole, to take along: its report, its log, and a first look."""

from os import SEEK_END
from typing import Any, BinaryIO

from quart import Response

from app import strict_json
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import fails, query, raw, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.streams import attachment
from blueprints.benchmarks import schemas_reports as say
from blueprints.benchmarks.about import MISSING
from services.benchmarks.exports.items.export import CSV, PARQUET, ItemForm, export_items
from services.benchmarks.exports.logs import write_logs
from services.benchmarks.exports.page.page import read_page
from services.benchmarks.exports.report import quick_analysis, read_card, report

reports = ApiBlueprint("benchmark_reports", __name__, url_prefix="/api/benchmarks/runs")


@reports.get("/<run_id>/validity")
@query(say.ReportQuery())
@returns(say.ValidityView())
@fails(MISSING)
def show_validity(run_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return what a run measures, against which norm, and what cannot be concluded from it."""
    return read_card(resources().database, current_actor(), run_id, query["language"])


@reports.get("/<run_id>/export/html")
@query(say.ReportQuery())
@raw("text/html")
@fails(MISSING)
def download_benchmark_page(run_id: str, query: dict[str, Any]) -> Response:
    """Download the report as one page that needs no network and no script."""
    page = read_page(resources().database, current_actor(), run_id, query["language"])
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename=benchmark-{run_id}.html"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@reports.get("/<run_id>/export/json")
@query(say.ReportQuery())
@returns(say.BenchmarkReportView(), plain=True)
@fails(MISSING)
def download_benchmark_report(run_id: str, query: dict[str, Any]) -> Response:
    """Download what was asked, what it came to, and what cannot be concluded."""
    made = report(resources().database, current_actor(), run_id, query["language"])
    response = Response(strict_json.dump_bytes(made), content_type="application/json")
    response.headers["Content-Disposition"] = f"attachment; filename=benchmark-{run_id}.json"
    return response


@reports.get("/<run_id>/export/parquet")
@raw(PARQUET.media_type)
@fails(MISSING)
def download_benchmark_items_as_parquet(run_id: str) -> Response:
    """Download a row per settled item: person, trait, wording, ratings, tokens and times."""
    return _items(run_id, PARQUET)


@reports.get("/<run_id>/export/csv")
@raw(CSV.media_type)
@fails(MISSING)
def download_benchmark_items_as_csv(run_id: str) -> Response:
    """Download the same rows for spreadsheets."""
    return _items(run_id, CSV)


@reports.get("/<run_id>/logs")
@raw("application/octet-stream")
@fails(MISSING)
def download_benchmark_log(run_id: str) -> Response:
    """Download every prompt with its answer, as a JSON array."""
    parts = resources()
    file = write_logs(parts.database, current_actor(), run_id, parts.settings.home / "tmp")
    return _sent(file, f"benchmark-{run_id}-log.json", "application/octet-stream")


@reports.get("/<run_id>/analysis/quick")
@returns(say.QuickAnalysisView(), plain=True)
@fails(MISSING)
def show_quick_analysis(run_id: str) -> dict[str, Any]:
    """Return counts, the distribution of ratings and how consistent orders are."""
    return quick_analysis(resources().database, current_actor(), run_id)


def _items(run_id: str, form: ItemForm) -> Response:
    parts = resources()
    folder = parts.settings.home / "tmp"
    file = export_items(parts.database, current_actor(), run_id, form, folder)
    return _sent(file, f"benchmark-{run_id}-items.{form.extension}", form.media_type)


def _sent(file: BinaryIO, name: str, content_type: str) -> Response:
    size = file.seek(0, SEEK_END)
    file.seek(0)
    return attachment(file, size, name, content_type)
