"""The history of a run as a table: CSV for spreadsheets, Parquet for programs."""

import csv
import io
from typing import Any

from app.errors import NotFound
from services.runs.results.export.base import ExportOptions
from services.runs.results.report.contents import Column, RunReport
from services.runs.results.report.table import cells
from services.tabular.cells import safe_cell
from services.tracking.domain.metric_names import is_count


def require_history(report: RunReport) -> None:
    """Raise NotFound for a run that has measured nothing yet."""
    if not len(report.table["epoch"]):
        raise NotFound("No training history available")


class CsvExporter:
    """RFC 4180: CRLF, UTF-8, quotes where they are needed; an unknown value is an empty cell."""

    prefix = "metrics"
    media_type = "text/csv"
    extension = "csv"

    def export(self, report: RunReport, options: ExportOptions) -> bytes:
        """Return a row per epoch under a header in alphabetical order."""
        require_history(report)
        table = _titled(report, options)
        names, columns = list(table), cells(table)
        lines = io.StringIO(newline="")
        writer = csv.writer(lines, lineterminator="\r\n")
        writer.writerow(names if options.variant == "raw" else map(safe_cell, names))
        writer.writerows(zip(*columns, strict=True))
        return lines.getvalue().encode()


class ParquetExporter:
    """The same table with its types; an unknown value is null."""

    prefix = "metrics"
    media_type = "application/vnd.apache.parquet"
    extension = "parquet"

    def export(self, report: RunReport, options: ExportOptions) -> bytes:
        """Return a row per epoch, the columns in alphabetical order."""
        import polars as pl

        require_history(report)
        columns = [pl.Series(name, column) for name, column in _titled(report, options).items()]
        measured = [_without_nan(one) for one in columns]
        file = io.BytesIO()
        pl.DataFrame(measured).write_parquet(file)
        return file.getvalue()


def _titled(report: RunReport, options: ExportOptions) -> dict[str, Column]:
    """Return the columns in alphabetical order.

    The usual ones keep their names, which programs read; among all of them, figures of test rows
    are called so, unless a curve has that name.
    """
    names = {name: name for name in report.table}
    if options.columns == "all":
        titles = {name: report.column_title(name) for name in names}
        names |= {name: title for name, title in titles.items() if title not in report.table}
    return {title: report.table[name] for title, name in sorted((t, n) for n, t in names.items())}


def _without_nan(column: Any) -> Any:
    """Return a polars column with null for NaN; counts are whole numbers."""
    if column.dtype.is_integer():
        return column
    known = column.fill_nan(None)
    if not is_count(column.name) or not bool((known.drop_nulls() % 1 == 0).all()):
        return known
    return known.cast(int)
