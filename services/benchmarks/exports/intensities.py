"""The intensities of several runs as a table: an attribute a row, a run a column."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.benchmarks.exports.tables import ExportTable


def intensity_export(runs: Sequence[Mapping[str, Any]]) -> ExportTable:
    """Return the calibrated intensity of each attribute and its mean, one decimal."""
    names = [row["attribute"] for row in runs[0]["attributes"]]
    by_run = [{row["attribute"]: row["calibrated"] for row in run["attributes"]} for run in runs]
    rows = [[name, *(_written(values.get(name)) for values in by_run)] for name in names]
    rows.append(["Mittel", *(_written(run["calibrated"]) for run in runs)])
    headings = ["Merkmal", *(f"{run['model']} ({run['run_id']})" for run in runs)]
    return ExportTable(name="bias-intensity", headings=headings, rows=rows)


def _written(value: float | None) -> str | None:
    return None if value is None else f"{value:.1f}"
