"""Steps that are counted through a day, which has 23, 24 or 25 hours by the clock of a place."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.tabular.errors import UnreadableTable
from services.tabular.plan import Plan
from services.tabular.reading import ImportQuestion, Times
from services.tabular.time_formats import ELAPSED, TO_MIDNIGHT, WALL_CLOCK
from services.tabular.time_parse import ParsedTimes
from services.tabular.wall_clock import DAY, HOUR
from services.tabular.zones import to_utc

BEYOND = "step_beyond_day"


def joined_times(parts: Sequence[pl.Series]) -> pl.Series:
    """Return the cells of a time that stands in several columns, with a blank between."""
    first, *rest = parts
    for other in rest:
        first = first.str.strip_chars() + " " + other.str.strip_chars()
    return first


def refuse_beyond(plan: Plan, parsed: ParsedTimes, cells: pl.Series, lines: Times) -> None:
    """Raise at the first step that a clock does not show, as long as it is not known what it is."""
    form = plan.time.form
    if parsed.within is None or form.steps != WALL_CLOCK:
        return
    rows = np.flatnonzero(parsed.matched & (parsed.within >= DAY) & (parsed.within < 2 * DAY))
    if len(rows):
        row = int(rows[0])
        raise UnreadableTable(
            BEYOND,
            f"{(cells[row] or '').strip()!r} is behind the last step of a day of 24 hours.",
            row=int(lines[row]),
            column=plan.time.columns[-1] + 1,
        )


def refuse_outside(plan: Plan, day: int, step: str, *, row: int, column: int) -> NoReturn:
    """Raise for a value at a step that its day, a local midnight, does not have."""
    zone = plan.time.zone
    begin, end = to_utc(np.array([day, day + DAY]), zone).times
    date = np.datetime64(day, "us").astype("datetime64[D]")
    raise UnreadableTable(
        BEYOND,
        f"{date} has {(end - begin) / HOUR:g} hours in {zone}, so {step!r} is behind its end. "
        "Correct it, or choose the time zone of the file.",
        row=row,
        column=column,
    )


def with_steps(plan: Plan, steps: str) -> Plan:
    """Return the plan with another reading of steps of the day."""
    return replace(plan, time=replace(plan.time, form=replace(plan.time.form, steps=steps)))


def meaning_of(first: int, days: NDArray[np.int64], within: Times) -> str:
    """Return what steps are, of which some lie behind the 24th hour of their ``days``.

    Counted from 0, a 24th hour on most days is the end of the day, as in 24:00. Else the steps are
    counted through the day.
    """
    beyond = within >= DAY
    is_usual = 2 * len(np.unique(days[beyond])) > len(np.unique(days))
    return TO_MIDNIGHT if first == 0 and is_usual and (within <= DAY).all() else ELAPSED


def zone_question(column: int) -> ImportQuestion:
    """Return the question in which place a day had 25 hours; ``column`` is counted from 1."""
    return ImportQuestion(
        kind="timezone_unknown",
        field="timezone",
        column=column,
        message="The file counts 25 hours on a day, the one on which summer time ends. In which "
        "time zone, such as Europe/Berlin?",
        choices=(),
    )
