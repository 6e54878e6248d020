"""The quick path: blocks of even lines in which every time and number is in order.

Whatever is odd in a block (an empty cell, a word, a quote that matters, a line too long) makes it
go the thorough way instead.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from services.tabular.blocks import TextBlock, count_byte
from services.tabular.first_column import parse_starts
from services.tabular.fixed_places import places_of
from services.tabular.frames import parse_block
from services.tabular.plan import Plan
from services.tabular.reading import Times, Values
from services.tabular.time_parse import parse_times


@dataclass(frozen=True)
class TypedRows:
    """Times of the wall clock and values of every line of a block."""

    times: Times
    values: Values


def can_be_typed(plan: Plan) -> bool:
    """Whether the quick path can read files of this plan at all."""
    values = [value.column for value in plan.values]
    return (
        plan.numbers.thousands is None
        and plan.key is None
        and not plan.missing_codes
        and not plan.is_matrix
        and len(plan.time.columns) == 1
        and plan.time.columns[0] not in values
        and not any(value.pair for value in plan.values)
        and max(values) < plan.row_width
    )


def read_typed(block: TextBlock, plan: Plan, values: list[int]) -> TypedRows | None:
    """Return the rows of the block; None if anything in it is odd."""
    data = block.data
    if not data.endswith(b"\n"):
        return None
    comma = plan.numbers.decimal == ","
    if comma and not _has_points_in_times_only(block, plan):
        return None
    times = _times_in_front(block, plan)
    columns = sorted({*values, *([] if times is not None else plan.time.columns)})
    types: dict[str, type[pl.DataType]] = {f"column_{column}": pl.Float64 for column in values}
    frame = parse_block(data, plan, columns, types, comma=comma)
    if frame is None or not _is_even(block, plan, frame):
        return None
    if times is None:
        parsed = parse_times(frame[f"column_{plan.time.columns[0]}"], plan.time.form)
        if not parsed.valid.all() or parsed.midnight24.any():
            return None
        times = parsed.times
    numbers = frame[list(types)]
    if len(times) != frame.height or any(column.null_count() for column in numbers):
        return None
    array = numbers.to_numpy()
    return TypedRows(times, array) if np.isfinite(array).all() else None


def _times_in_front(block: TextBlock, plan: Plan) -> Times | None:
    """Return the times if they begin the lines, unquoted and in fixed places."""
    layout = places_of(plan.time.form) if plan.time.form.kind == "text" else None
    if layout is None or plan.time.columns != (0,) or plan.time.form.shape.fraction:
        return None
    shape = plan.time.form.shape
    if b'"' in block.data or len(shape.date_separator) != 1 or shape.clock == "H":
        return None
    return parse_starts(block.data, block.feeds, layout, plan.separator)


def _is_even(block: TextBlock, plan: Plan, frame: pl.DataFrame) -> bool:
    """Whether every line is one row with all its cells: the parser passes over surplus ones."""
    if block.lines != frame.height:
        return False
    return count_byte(block.data, plan.separator.encode()) == (plan.row_width - 1) * frame.height


def _has_points_in_times_only(block: TextBlock, plan: Plan) -> bool:
    """Whether every point of the block stands in a time: 1.234 may be 1234."""
    if plan.row_width != 1 + len(plan.values):
        return False
    points = plan.time.form.name.count(".")
    if points == 0:
        return b"." not in block.data
    return count_byte(block.data, b".") == points * block.lines
