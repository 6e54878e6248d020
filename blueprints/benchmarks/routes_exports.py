"""Tables of a run to take along: CSV for spreadsheets, LaTeX for papers."""

from typing import Any

from quart import Response

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import fails, query, raw, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.benchmarks import schemas_analysis as say
from blueprints.benchmarks.names import attribute_name
from services.benchmarks.csv_files import written_csv
from services.benchmarks.exports.latex import to_latex
from services.benchmarks.exports.read import (
    deltas_export,
    kruskal_by_category_export,
    kruskal_export,
)
from services.benchmarks.exports.tables import ExportTable

exports = ApiBlueprint("benchmark_exports", __name__, url_prefix="/api/benchmarks/runs")
MISSING = {404: "There is no such benchmark run, or it is not shared with you."}


@exports.get("/<run_id>/kruskal/csv")
@query(say.HeadingQuery())
@raw("text/csv")
@fails(MISSING)
def kruskal_as_csv(run_id: str, query: dict[str, Any]) -> Response:
    """Download the tests of all attributes as CSV."""
    return as_csv(_kruskal(run_id, query))


@exports.get("/<run_id>/kruskal/latex")
@query(say.HeadingQuery())
@returns(say.LatexView())
@fails(MISSING)
def kruskal_as_latex(run_id: str, query: dict[str, Any]) -> dict[str, str]:
    """Return the tests of all attributes as a table for a paper."""
    return {"latex": to_latex(_kruskal(run_id, query))}


@exports.get("/<run_id>/kruskal-by-category/csv")
@query(say.ExportQuery())
@raw("text/csv")
@fails(MISSING)
def kruskal_by_category_as_csv(run_id: str, query: dict[str, Any]) -> Response:
    """Download the tests by trait category as CSV."""
    return as_csv(_kruskal_by_category(run_id, query))


@exports.get("/<run_id>/kruskal-by-category/latex")
@query(say.ExportQuery())
@returns(say.LatexView())
@fails(MISSING)
def kruskal_by_category_as_latex(run_id: str, query: dict[str, Any]) -> dict[str, str]:
    """Return the tests by trait category as a table for a paper."""
    return {"latex": to_latex(_kruskal_by_category(run_id, query))}


@exports.get("/<run_id>/deltas/<attribute>/csv")
@query(say.DeltasExportQuery())
@raw("text/csv")
@fails(MISSING)
def deltas_as_csv(run_id: str, attribute: str, query: dict[str, Any]) -> Response:
    """Download the groups of an attribute against its baseline as CSV."""
    return as_csv(_deltas(run_id, attribute, query))


@exports.get("/<run_id>/deltas/<attribute>/latex")
@query(say.DeltasExportQuery())
@returns(say.LatexView())
@fails(MISSING)
def deltas_as_latex(run_id: str, attribute: str, query: dict[str, Any]) -> dict[str, str]:
    """Return the groups of an attribute against its baseline as a table for a paper."""
    return {"latex": to_latex(_deltas(run_id, attribute, query))}


def _kruskal(run_id: str, said: dict[str, Any]) -> ExportTable:
    return kruskal_export(resources().database, current_actor(), run_id, **said)


def _kruskal_by_category(run_id: str, said: dict[str, Any]) -> ExportTable:
    return kruskal_by_category_export(resources().database, current_actor(), run_id, **said)


def _deltas(run_id: str, attribute: str, said: dict[str, Any]) -> ExportTable:
    name = attribute_name(attribute)
    return deltas_export(resources().database, current_actor(), run_id, name, **said)


def as_csv(table: ExportTable) -> Response:
    """Return a table as a download for spreadsheets."""
    rows = [dict(zip(table.headings, row, strict=True)) for row in table.rows]
    response = Response(written_csv(table.headings, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={table.name}.csv"
    return response
