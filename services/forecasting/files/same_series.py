"""Whether a further file holds the series that are here, and what only both together show."""

from collections.abc import Mapping
from typing import Any

from services.forecasting.errors import FieldRefused
from services.forecasting.files.create import FileReading
from services.forecasting.files.series import keys_of
from services.tabular.units import is_same_unit

FIELD = "file"
OFFSET_IN_FILE = "offset in file"


def require_same_series(
    before: Mapping[str, Any], name: str, reading: FileReading, options: Mapping[str, Any]
) -> None:
    """Raise FieldRefused unless a file has the series of ``before``, and no open question.

    ``options`` are those that both were read with.
    """
    questions = reading.report.get("questions") or []
    if reading.status != "ready":
        said = "some times come twice with other values."
        if questions:
            field = questions[0]["field"]
            said = f"{questions[0]['message']} Say it for the series first (importOptions.{field})."
        raise FieldRefused(FIELD, f"{name} cannot be read as the series was: {said}")
    if keys_of(before) != keys_of(reading.report) or _names(before) != _names(reading.report):
        lists = [", ".join(_names(report)) for report in (reading.report, before)]
        detail = f"{name} has the series {lists[0]}; it must have those that are here, {lists[1]}."
        raise FieldRefused(FIELD, detail)
    _require_same_units(before, name, reading)
    if not options.get("timezone"):
        _require_comparable_times(before, name, reading)


def _names(report: Mapping[str, Any]) -> list[str]:
    return [str(one["name"] or f"column {one['column']}") for one in report["series"]]


def _require_same_units(before: Mapping[str, Any], name: str, reading: FileReading) -> None:
    """Raise for a series in MWh below one in kWh: nobody would see the factor."""
    for old, new in zip(before["series"], reading.report["series"], strict=True):
        mine, theirs = old.get("unit"), new.get("unit")
        if mine and theirs and not is_same_unit(mine, theirs):
            detail = f"{name} has {new['name']} in {theirs}; the rows that are here are in {mine}."
            raise FieldRefused(FIELD, detail)


def _require_comparable_times(before: Mapping[str, Any], name: str, reading: FileReading) -> None:
    """Raise for times without an offset beside times with one: their zone was never said."""
    old, new = before.get("time"), reading.report.get("time")
    if old and new and _has_offset(old) != _has_offset(new):
        detail = (
            f"{name} cannot be read as the series was: only one of the two says how its times "
            "stand against UTC. Say the time zone of the other first (importOptions.timezone)."
        )
        raise FieldRefused(FIELD, detail)


def _has_offset(time: Mapping[str, Any]) -> bool:
    text = str(time["format"])
    return time["zone"] == OFFSET_IN_FILE or text.endswith("Z") or text.startswith("epoch")


def notes_on_joining(
    before: Mapping[str, Any],
    added: Mapping[str, Any],
    merged: Mapping[str, Any],
    options: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """Return findings that only both files together have: another step, a difference that lacks."""
    results = []
    steps = [one["step"]["median_min"] for one in (before, added) if one.get("step")]
    if len(set(steps)) > 1:
        message = f"The step changes from {steps[0]:g} to {steps[1]:g} min."
        results.append(_finding("step_change", message))
    if options.get("differences") and not merged["overlap"]["overlapping"]:
        message = (
            "The first row of the file has no reading before it, so that its difference is "
            "missing. Append a file that begins with the last row that is here."
        )
        results.append(_finding("difference_missing", message))
    return results


def _finding(kind: str, message: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("row", "column", "count", "option"))
    return {"kind": kind, "message": message, **nothing, "rows": [], "warns": True, "details": {}}
