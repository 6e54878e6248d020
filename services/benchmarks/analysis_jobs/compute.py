"""What an analysis comes to, in a few figures; an export comes to a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from app.db.engine import Database
from app.models.benchmark import BenchmarkRun
from services.benchmarks.analysis.answer import Answering
from services.benchmarks.analysis.overview import has_enough
from services.benchmarks.analysis_jobs.types import BIAS, ORDER
from services.benchmarks.exports.forms import FORMS
from services.benchmarks.exports.report import quick_summary

Summary = dict[str, Any]


def summary_of(
    database: Database, run: BenchmarkRun, kind: str, params: Mapping[str, Any]
) -> Summary:
    """Return the result of a quick, an order or a bias analysis. Raises as ``answer``."""
    answering = Answering(database, run)
    if kind == ORDER:
        return order_summary(answering)
    if kind == BIAS:
        return bias_summary(answering, params["attribute"])
    return quick_summary(database, run)


def order_summary(answering: Answering) -> Summary:
    """Return what the order of the scale does, without its rows by trait."""
    said = answering.answer("order", {})
    return {name: value for name, value in said.items() if not name.startswith("by_")}


def bias_summary(answering: Answering, attribute: str) -> Summary:
    """Return how many groups of an attribute differ, the largest difference and the intensity.

    The largest difference is of groups with enough persons for a headline, as in the overview.
    """
    table = answering.answer("deltas", {})["data"][attribute]
    tested = [row for row in table["rows"] if row["p_value"] is not None]
    scores = answering.answer("intensity", {})["attributes"]
    return {
        "attribute": attribute,
        "shown": table["shown"],
        "baseline": table["baseline"],
        "n": table["n"],
        "n_personas": table["n_personas"],
        "tests": len(tested),
        "family": table["family"],
        "significant": sum(row["significant"] for row in tested),
        "largest": max(filter(has_enough, tested), key=lambda row: abs(row["delta"]), default=None),
        "intensity": next((one for one in scores if one["attribute"] == attribute), None),
    }


def exported(
    database: Database, run: BenchmarkRun, params: Mapping[str, Any], folder: Path
) -> BinaryIO:
    """Return the file of an export, to be closed."""
    return FORMS[params["format"]].write(database, run, params["language"], folder)
