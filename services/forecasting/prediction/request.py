"""What a request for a forecast brings: rows by label with their times, and a reference time."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from services.forecasting.domain.numbers import shown as shown_value
from services.forecasting.errors import FieldRefused
from services.forecasting.prediction.config import MAX_ROWS, MAX_VALUE

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MIN_INSTANT = (datetime(1900, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND
MAX_INSTANT = (datetime(2200, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND - 1
COLUMNS = ("times", "values", "issued")


@dataclass(frozen=True, kw_only=True)
class ForecastRequest:
    """A request as it came; ``series`` has rows by label."""

    series: object = field(default_factory=dict)
    reference_time: object = None
    model_filename: str | None = None


def checked_series(series: object, labels: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return rows by label: times (and issue times) in microseconds, values with None for gaps.

    Raises FieldRefused naming the place, what was given and what would be right.
    """
    if series is None:
        return {}
    if not isinstance(series, Mapping):
        raise FieldRefused("series", "series must be an object: times and values by label.")
    rows = {label: _rows(str(label), given, labels) for label, given in series.items()}
    if sum(len(one["times"]) for one in rows.values()) > MAX_ROWS:
        raise FieldRefused("series", f"series has over {MAX_ROWS:,} rows: send the newest ones.")
    return rows


def checked_instant(name: str, given: object) -> int:
    """Return an ISO 8601 time in microseconds since 1970; one without an offset is in UTC."""
    try:
        instant: int | None
        moment = datetime.fromisoformat(given if isinstance(given, str) else "")
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        instant = (moment - EPOCH) // MICROSECOND
    except (ValueError, OverflowError):
        instant = None
    if instant is None or not MIN_INSTANT <= instant <= MAX_INSTANT:
        right = "a time such as 2024-12-27T00:00:00Z, of the years 1900 to 2199"
        raise FieldRefused(name, f"{name} is {shown_value(given)}, but it must be {right}.")
    return instant


def shown(instant: int) -> str:
    """Return microseconds since 1970 as ISO 8601 with Z."""
    return (EPOCH + instant * MICROSECOND).isoformat().replace("+00:00", "Z")


def _rows(label: str, given: object, labels: Sequence[str]) -> dict[str, Any]:
    place = f"series.{label:.80}"
    if label not in labels:
        known = ", ".join(labels)
        raise FieldRefused(place, f"{place} is no series of this model; these are: {known}.")
    if not isinstance(given, Mapping) or not {"times", "values"} <= set(given) <= set(COLUMNS):
        raise FieldRefused(place, f"{place} must be an object with times and values.")
    columns = {name: given[name] for name in COLUMNS if given.get(name) is not None}
    for name in ("times", "values"):
        if not isinstance(columns.get(name), list):
            raise FieldRefused(f"{place}.{name}", f"{place}.{name} must be a list.")
    sizes = {len(one) for one in columns.values() if isinstance(one, list)}
    if len(sizes) != 1 or not all(isinstance(one, list) for one in columns.values()):
        raise FieldRefused(place, f"{place} must have lists of one length: times and values.")
    return {
        name: [_cell(f"{place}.{name}[{n}]", name, cell) for n, cell in enumerate(cells)]
        for name, cells in columns.items()
    }


def _cell(place: str, name: str, cell: object) -> float | int | None:
    if name != "values":
        return checked_instant(place, cell)
    if cell is None:
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not math.isfinite(cell):
        said = shown_value(cell)
        raise FieldRefused(place, f"{place} is {said}, but it must be a number or null.")
    if abs(cell) > MAX_VALUE:
        right = f"at most {MAX_VALUE:g} in size"
        raise FieldRefused(place, f"{place} is {shown_value(cell)}, but it must be {right}.")
    return float(cell)
