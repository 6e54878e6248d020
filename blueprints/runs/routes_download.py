"""Runs as files to keep."""

from quart import Response

from app.http.endpoint import fails, query, raw
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.runs.routes import runs
from blueprints.runs.schemas_compare import CompareQuery
from blueprints.runs.schemas_download import DownloadQuery
from services.runs.results.compare import ComparisonQuery
from services.runs.results.export.base import Download, ExportOptions
from services.runs.results.export.download import EXPORTERS, download_comparison, download_run

MEDIA_TYPES = [exporter.media_type for exporter in EXPORTERS.values()]


@runs.get("/<run_id>/download/<format>")
@query(DownloadQuery())
@raw(*MEDIA_TYPES)
@fails({404: "There is no such run, or it has measured nothing to put into a table."})
def download_results(run_id: str, format: str, query: ExportOptions) -> Response:  # noqa: A002
    """Download a run as csv, json, summary (text), parquet or html (a report of one page)."""
    parts = resources()
    return _attachment(download_run(parts.database, current_actor(), run_id, format, query))


@runs.get("/compare/download/html")
@query(CompareQuery())
@raw("text/html")
@fails({404: "One of the runs does not exist, or is not shared with you."})
def download_compared(query: ComparisonQuery) -> Response:
    """Download a report of two to twenty runs side by side as one page."""
    return _attachment(download_comparison(resources().database, current_actor(), query))


def _attachment(download: Download) -> Response:
    text = download.media_type.startswith("text/")
    content_type = f"{download.media_type}; charset=utf-8" if text else download.media_type
    response = Response(download.content, content_type=content_type)
    response.headers["Content-Disposition"] = f"attachment; filename={download.filename}"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
