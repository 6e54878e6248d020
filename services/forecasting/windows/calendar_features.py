"""Calendar columns: contract 3.5, by UTC or by the wall clock of a zone.

Phases by UTC start at 1970-01-01 00:00, a Thursday. By the wall clock the year starts on 1
January, the month on its first day, the week on Monday; a day of the change jumps with the clock.
"""

from collections.abc import Callable, Iterator
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np

from services.forecasting.windows.columns import WindowColumn
from services.forecasting.windows.geometry import Instants, ReferenceGrid, point_offsets
from services.forecasting.windows.holiday_dates import Days, holiday_days
from services.forecasting.windows.layout import Layout, lattice, repeated
from services.forecasting.windows.local_time import DAY_US, SECOND_US, known_zone, wall_clock
from services.forecasting.windows.plan import CalendarBlock, CalendarPlan
from services.forecasting.windows.series import Floats, Integers

WEEK_US = 7 * DAY_US
MONDAY_US = 4 * DAY_US  # 1970-01-05
_UTC_PERIODS = {  # contract 3.5, seconds: 365.25 days, a twelfth of it, 7 days, 1 day
    "year": 31_557_600,
    "month": 2_629_800,
    "week": 604_800,
    "day": 86_400,
}
CYCLES = {"year": "Y", "month": "M", "week": "W", "day": "D"}
HOLIDAY = "H"


def calendar_names(plan: CalendarPlan) -> tuple[str, ...]:
    """Return the names of the calendar columns, in the contract's order."""
    pairs = [f"{CYCLES[c]}_{f}" for c in CYCLES if getattr(plan, c) for f in ("sin", "cos")]
    return (*pairs, HOLIDAY) if plan.holiday else tuple(pairs)


def calendar_blocks(plan: CalendarPlan) -> dict[str, CalendarBlock]:
    """Return the block that each calendar column belongs to, by its name and in order."""
    blocks: dict[str, CalendarBlock] = {}
    for cycle, letter in CYCLES.items():
        block: CalendarBlock | None = getattr(plan, cycle)
        if block is not None:
            blocks |= {f"{letter}_sin": block, f"{letter}_cos": block}
    return blocks | ({HOLIDAY: plan.holiday} if plan.holiday else {})


def calendar_columns(
    plan: CalendarPlan, grid: ReferenceGrid, points: int
) -> Iterator[WindowColumn]:
    """Yield the columns that are switched on: a sine and a cosine each, and 0 or 1 for holidays."""
    zone = known_zone(plan.zone)
    for cycle, letter in CYCLES.items():
        block = getattr(plan, cycle)
        if block is None:
            continue
        layout, local = _layout(block, grid, points), zone if block.local else None
        for name, wave in (("sin", np.sin), ("cos", np.cos)):
            compute = partial(_wave, wave, cycle, layout, local)
            yield WindowColumn.computed(f"{letter}_{name}", layout, compute)
    if plan.holiday is not None:
        layout = _layout(plan.holiday, grid, points)
        days = holiday_days(plan, *_years(layout))
        compute = partial(_is_holiday, days, layout, zone if plan.holiday.local else None)
        yield WindowColumn.computed(HOLIDAY, layout, compute)


def cycle_phase(cycle: str, at: Instants, zone: ZoneInfo | None) -> Floats:
    """Return which share of the cycle has passed, from 0 to below 1; by UTC where zone is None."""
    if zone is None:
        period = _UTC_PERIODS[cycle] * SECOND_US
        return np.asarray(at % period / period)
    return _LOCAL[cycle](wall_clock(at, zone))


def _layout(block: CalendarBlock, grid: ReferenceGrid, points: int) -> Layout:
    if block.form == "current":
        return repeated(grid, points)
    return lattice(grid, point_offsets(block.horizon_start, block.horizon_end, points))


def _wave(
    wave: "np.ufunc", cycle: str, layout: Layout, zone: ZoneInfo | None, index: Integers
) -> Floats:
    return np.asarray(wave(2 * np.pi * cycle_phase(cycle, layout.times(index), zone)))


def _is_holiday(days: Days, layout: Layout, zone: ZoneInfo | None, index: Integers) -> Floats:
    at = layout.times(index)
    clock = at if zone is None else wall_clock(at, zone)
    return np.isin(clock // DAY_US, days).astype(np.float64)


def _years(layout: Layout) -> tuple[int, int]:
    """Return the first and the last year that any instant or clock may show."""
    ends = layout.times(np.array([0, max(0, layout.length - 1)])) + np.array([-DAY_US, DAY_US])
    years = ends.astype("datetime64[us]").astype("datetime64[Y]").astype(int) + 1970
    return int(years[0]), int(years[1])


def _within(at: Instants, unit: str) -> Floats:
    """Return the share of the calendar year or month that has passed."""
    clock = at.astype("datetime64[us]")
    start = clock.astype(f"datetime64[{unit}]")
    begin = start.astype("datetime64[us]")
    length = (start + 1).astype("datetime64[us]") - begin
    return np.asarray((clock - begin) / length)


_LOCAL: dict[str, Callable[[Instants], Floats]] = {
    "year": lambda at: _within(at, "Y"),
    "month": lambda at: _within(at, "M"),
    "week": lambda at: np.asarray((at - MONDAY_US) % WEEK_US / WEEK_US),
    "day": lambda at: np.asarray(at % DAY_US / DAY_US),
}
