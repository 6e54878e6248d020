"""Writes a reading as JSON: all of it but the values."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from services.tabular.reading import (
    Finding,
    Gap,
    IssueTimes,
    SeriesReading,
    SeriesStatistics,
    StepWidths,
    iso,
)


def to_json(reading: SeriesReading) -> dict[str, object]:
    """Return the reading with times as ISO 8601 with Z; numbers are finite or null."""
    body = {
        "outcome": reading.outcome,
        "dialect": asdict(reading.dialect),
        "time": asdict(reading.time) if reading.time else None,
        "rows": reading.rows,
        "first_data_row": reading.first_data_row,
        "last_data_row": reading.last_data_row,
        "order": reading.order,
        "out_of_order_rows": reading.out_of_order_rows,
        "duplicates": {
            "rows": reading.duplicate_rows,
            "times": reading.duplicate_times,
            "conflicting_times": reading.conflicting_times,
        },
        **span_to_json(reading.utc_min, reading.utc_max, reading.step),
        **gaps_to_json(reading.gaps, reading.gap_count),
        **series_to_json(reading.series),
        "columns": [asdict(column) for column in reading.columns],
        **({"issues": _issues(reading.issues)} if reading.issues else {}),
        "findings": [_finding(finding) for finding in reading.findings],
        "questions": [asdict(question) for question in reading.questions],
        "head": [[iso(time), *cells] for time, cells in reading.head],
    }
    return {name: _strict(value) for name, value in body.items()}


def span_to_json(first: int | None, last: int | None, step: StepWidths | None) -> dict[str, object]:
    """Return the first and the last time (microseconds UTC), and the distances between times."""
    return {"utc_min": _time(first), "utc_max": _time(last), "step": _steps(step)}


def gaps_to_json(gaps: Sequence[Gap], count: int) -> dict[str, object]:
    """Return the gaps that are listed, and how many there are."""
    listed = [
        {"after": iso(gap.after), "before": iso(gap.before), "missing": gap.missing} for gap in gaps
    ]
    return {"gaps": listed, "gap_count": count}


def series_to_json(series: Sequence[SeriesStatistics]) -> dict[str, object]:
    """Return the statistics of series; numbers are finite or null."""
    return {"series": _strict([asdict(one) for one in series])}


def _time(microseconds: int | None) -> str | None:
    return None if microseconds is None else iso(microseconds)


def _steps(steps: StepWidths | None) -> dict[str, object] | None:
    if steps is None:
        return None
    return {
        "median_min": steps.median,
        "min_min": steps.min,
        "mean_min": steps.mean,
        "max_min": steps.max,
        "offset": steps.offset,
        "offset_by_median": steps.offset_by_median,
    }


def _issues(issues: IssueTimes) -> dict[str, object]:
    return {
        "count": issues.count,
        "first": iso(issues.first),
        "last": iso(issues.last),
        "shortest_hours": issues.shortest,
        "longest_hours": issues.longest,
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind,
        "message": finding.message,
        "row": finding.row,
        "column": finding.column,
        "count": finding.count,
        "rows": finding.rows,
        "warns": finding.warns,
        "option": finding.option,
        "details": dict(finding.details),
    }


def _strict(value: object) -> object:
    """Return the value as JSON can hold it: lists for tuples, null for what is not finite."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): _strict(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(one) for one in value]
    return value
