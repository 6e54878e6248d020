"""Decides whether the day or the month comes first, from all the cells there are."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from services.tabular.time_formats import TimeFormat
from services.tabular.time_parse import parse_times
from services.tabular.time_shapes import TimeShape
from services.tabular.wall_clock import DAY

ORDERS = {"day_first": "dmy", "month_first": "mdy", "year_first": "ymd"}
_FIELDS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")


@dataclass(frozen=True)
class DateOrder:
    """The order, or those between which the cells leave the choice."""

    order: str
    open: tuple[str, ...] = ()


def decide_order(shape: TimeShape, cells: Sequence[str], chosen: str | None) -> DateOrder:
    """Return the order of day, month and year in the cells of a column.

    Dates with points are day first. Otherwise a number over 12 is no month and one over 31 no
    day; and where times of day go on over midnight in one order only, that one holds.
    """
    if shape.date != "abc":
        return DateOrder("ymd")
    if chosen in ORDERS:
        return DateOrder(ORDERS[chosen])
    possible = possible_orders(shape, cells)
    if len(possible) != 1 and shape.clock:
        possible = _without_jumps(shape, cells, possible) or possible
    if len(possible) == 1:
        return DateOrder(possible[0])
    if not possible:
        return DateOrder(
            "dmy"
            if _count_valid(shape, cells, "dmy") >= _count_valid(shape, cells, "mdy")
            else "mdy"
        )
    return DateOrder(possible[0], tuple(possible))


def possible_orders(shape: TimeShape, cells: Iterable[str]) -> list[str]:
    """Return the orders in which every cell is a date."""
    fields = [match.groups() for cell in cells if (match := _FIELDS.search(cell))]
    rows = [(int(a), int(b), int(c)) for a, b, c in fields]
    if shape.date_separator == "." and shape.year_digits == 4:
        return ["dmy"]
    names = ["dmy", "mdy"] + (["ymd"] if shape.year_digits == 2 else [])
    fits = [name for name in names if all(_fits(row, name) for row in rows)]
    if shape.date_separator == "." and "dmy" in fits:
        return ["dmy"]
    return fits


def _fits(row: tuple[int, int, int], order: str) -> bool:
    day, month = row[order.index("d")], row[order.index("m")]
    return 1 <= day <= 31 and 1 <= month <= 12


def _count_valid(shape: TimeShape, cells: Sequence[str], order: str) -> int:
    parsed = parse_times(pl.Series(cells[:500], dtype=pl.String), TimeFormat("text", shape, order))
    return int(parsed.valid.sum())


def _without_jumps(shape: TimeShape, cells: Sequence[str], orders: list[str]) -> list[str]:
    """Return the orders in which neighbours are never more than a day apart, if not all are so."""
    text = pl.Series(cells[:2000], dtype=pl.String)
    steady = []
    for order in orders:
        parsed = parse_times(text, TimeFormat("text", shape, order))
        times = parsed.times[parsed.valid]
        days = np.abs(np.diff(times))
        if len(times) > 2 and (days <= DAY).all():
            steady.append(order)
    return steady if len(steady) == 1 else []
