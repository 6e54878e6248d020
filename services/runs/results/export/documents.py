"""A run as a document: JSON for programs, text and one page of HTML for people."""

import json
from dataclasses import asdict

from app import strict_json
from services.runs.results.export.base import ExportOptions
from services.runs.results.report.contents import RunReport
from services.runs.results.report.text import run_text


class JsonExporter:
    """The history as the API answers it, the kept model's ``results``, and what made the run."""

    prefix = "run"
    media_type = "application/json"
    extension = "json"

    def export(self, report: RunReport, options: ExportOptions) -> bytes:
        """Return the document, indented by two."""
        names = ("about", "params", "tags", "notes", "environment", "test")
        about = {name: getattr(report, name) for name in names}
        rounds = [asdict(one) for one in report.rounds]
        kept = {one.metric: {"value": one.value, "measured_on": one.rows} for one in report.final}
        content = {**asdict(report.results), "results": kept, "run": about, "rounds": rounds}
        strict = strict_json.loads(strict_json.dump_bytes(content))
        return json.dumps(strict, indent=2, ensure_ascii=False, allow_nan=False).encode()


class SummaryExporter:
    """Plain text."""

    prefix = "summary"
    media_type = "text/plain"
    extension = "txt"

    def export(self, report: RunReport, options: ExportOptions) -> bytes:
        """Return the report in lines."""
        return run_text(report).encode()


class HtmlExporter:
    """One page that needs no network and no script."""

    prefix = "report"
    media_type = "text/html"
    extension = "html"

    def export(self, report: RunReport, options: ExportOptions) -> bytes:
        """Return the page."""
        from services.runs.results.report.page import run_page

        return run_page(report).encode()
