"""Times in filters: ISO 8601 in quotes, or milliseconds since 1970 as MLflow's users write."""

from datetime import UTC, datetime, timedelta

from services.search.filter.checks import type_of
from services.search.filter.errors import FilterError
from services.search.filter.tree import Predicate, Value
from services.search.filter.words import TIME

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def check_moments(comparison: Predicate) -> None:
    """Let pass what holds no time, or times that can be read.

    Raises FilterError for anything else.
    """
    if type_of(comparison.identifier) == TIME:
        moments_of(comparison)


def moments_of(comparison: Predicate) -> list[datetime]:
    """Return the times that a comparison names, in UTC; one without an offset is UTC."""
    try:
        return [_moment(value) for value in comparison.values]
    except (ValueError, OverflowError):
        raise FilterError(
            comparison.column,
            "a time is written as '2026-03-01' or '2026-03-01T12:00:00+01:00'",
        ) from None


def _moment(value: Value) -> datetime:
    if isinstance(value, float):
        return _EPOCH + timedelta(milliseconds=value)
    moment = datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
