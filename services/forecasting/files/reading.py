"""Reading a file of a session in a process of its own, into the fields of the contract."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.forecasting.files.create import FileReading
from services.tabular.inspect import inspect_series
from services.tabular.options import ImportOptions

FORECASTS = "Historische Prognosen"  # what a file with issue times can only be used as
OVERVIEW = "overview"  # a picture of a series: kept beside its fields, so each row has its own


def read_in_child(path: Path, options: Mapping[str, Any], target: Path) -> FileReading:
    """Return what is in the file, and write its values to ``target`` as Parquet.

    The first column of the Parquet file is ``time`` (microseconds since 1970 in UTC), then one
    column of numbers per series. Nothing is written where a question is open. Raises
    UnreadableTable, and Invalid for an option that is none.
    """
    inspected = inspect_series(path, ImportOptions.from_json(options or None), target=target)
    return reading_of(inspected.reading)


def reading_of(report: Mapping[str, Any]) -> FileReading:
    """Return a report in the fields of the contract; a file with a question is one series."""
    series = report["series"] or [None]
    apart = [{name: one[name] for name in one if name != OVERVIEW} for one in report["series"]]
    return FileReading(
        status="question" if _is_open(report) else "ready",
        report={**report, "series": apart},
        names=[_name(one) for one in series],
        statistics=[{} if one is None else _fields(report, one) for one in series],
    )


def _is_open(report: Mapping[str, Any]) -> bool:
    """Return whether a person must choose: a question, or one time with two values."""
    conflicts = [one for one in report["findings"] if one["kind"] == "conflicting_duplicate"]
    return report["outcome"] == "ask" or any(one["warns"] for one in conflicts)


def _name(series: Mapping[str, Any] | None) -> str:
    if series is None:
        return "series"
    return series["name"] or f"column {series['column']}"


def _fields(report: Mapping[str, Any], series: Mapping[str, Any]) -> dict[str, Any]:
    """Return the contract's statistics of one series."""
    step = report["step"] or {}
    return {
        "utc_min": _naive(report["utc_min"]),
        "utc_max": _naive(report["utc_max"]),
        "datenpunkte": report["rows"],
        "numerische_datenpunkte": series["numeric_rows"],
        "numerischer_anteil": series["numeric_share"],
        "min": series["min"],
        "max": series["max"],
        "zeitschrittweite": step.get("median_min"),
        "zeitschrittweite_mittelwert": step.get("mean_min"),
        "zeitschrittweite_min": step.get("min_min"),
        "offset": step.get("offset"),
        **({"datenform": FORECASTS} if report.get("issues") else {}),
        **({OVERVIEW: series[OVERVIEW]} if OVERVIEW in series else {}),
    }


def _naive(iso: str | None) -> str | None:
    """Return a time as the contract's own fields have it: UTC without an offset."""
    return None if iso is None else iso.removesuffix("Z").replace("T", " ")
