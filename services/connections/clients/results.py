"""What a service answered, checked: properties, rows, days of a series."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.connections.clients.days import Day, counted, measured
from services.scheduler.codes.errors import BadData


@dataclass(frozen=True, kw_only=True)
class Property:
    """A site of the connected account. One that is not ``usable`` cannot be read."""

    site: str
    usable: bool
    permission: str = ""


@dataclass(frozen=True, kw_only=True)
class FetchedDays:
    """Some days of a property, in order and without gaps, of which ``rows`` were in the answer.

    Days from ``provisional_from`` on may still change.
    """

    days: Sequence[Day]
    rows: int
    provisional_from: date | None = None


@dataclass(frozen=True, kw_only=True)
class DetailRow:
    """A row by more than its day: ``keys`` by dimension. ``extra`` are further measures."""

    keys: Mapping[str, str]
    clicks: int
    impressions: int
    position: float | None
    extra: Mapping[str, float | None] = field(default_factory=dict)


def objects_in(value: object, what: str) -> list[dict[str, Any]]:
    """Return a list of objects of an answer, empty for null. Raises BadData."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise BadData(f"{what} is not a list of objects.")
    return value


def count_in(row: Mapping[str, Any], name: str, service: str) -> int:
    """Return a number of clicks or impressions of a row. Raises BadData."""
    number = counted(row.get(name))
    if number is None:
        raise BadData(f"A row of {service} has no number as its {name}.")
    return number


def position_in(row: Mapping[str, Any], name: str) -> float | None:
    """Return a mean position, which is at least 1; None where there is none: Bing writes -1."""
    value = measured(row.get(name))
    return value if value is not None and value >= 1 else None


def text_in(row: Mapping[str, Any], name: str, service: str) -> str:
    """Return a text of a row. Raises BadData."""
    value = row.get(name)
    if not isinstance(value, str) or not value:
        raise BadData(f"An entry of {service} has no text as its {name}.")
    return value
