"""The rules of windows once more, sample by sample in plain Python: what the fast code must equal.

Nothing is shared with ``services.forecasting.windows`` but the settings that it reads: exact
fractions, ``bisect``, ``datetime`` and loops. Times are whole microseconds since 1970 in UTC.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from services.forecasting.windows.plan import CalendarBlock, CalendarPlan, SeriesPlan, WindowPlan

HOUR, MINUTE = 3_600_000_000, 60_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PERIODS = {"Y": 31_557_600, "M": 2_629_800, "W": 604_800, "D": 86_400}


@dataclass
class PlainSeries:
    """Rows as lists: times, values (None = no number), and issue times of forecasts."""

    times: list[int]
    values: list[float | None]
    issued: list[int] | None = None


@dataclass
class PlainSample:
    """One sample: its windows by column, and the raw rows that each series read."""

    reference: int
    x: list[list[float]]
    y: list[list[float]]
    rows: dict[str, set[int]] = field(default_factory=dict)


class Dropped(Exception):
    """The sample cannot be filled; the text is the reason."""


def fraction(number: object) -> Fraction:
    """Return a number as the decimal that it prints as."""
    return Fraction(str(number))


def reference_times(plan: WindowPlan, series: dict[str, PlainSeries]) -> Iterator[int]:
    """Yield reference times by the contract's words: step by step from before the first input."""
    inputs = [series[one.label] for one in plan.inputs]
    begin = min(one.times[0] for one in inputs)
    end = min(one.times[-1] for one in inputs)
    step = int(fraction(plan.steps.step_minutes) * MINUTE)
    at = begin // HOUR * HOUR - HOUR + int(fraction(plan.steps.offset_minutes) * MINUTE)
    while at < begin:
        at += step
    while at <= end:
        yield at
        at += step


class PlainWindows:
    """The oracle of one plan: every sample by itself."""

    def __init__(self, plan: WindowPlan, series: dict[str, PlainSeries]) -> None:
        self.plan, self.series = plan, series
        self.numbers = {label: _numbers(one) for label, one in series.items()}
        self.samples: list[PlainSample] = []
        self.dropped: list[tuple[int, str, str]] = []

    def run(self, limit: int | None = None) -> "PlainWindows":
        """Make all samples, or those of the first ``limit`` reference times."""
        for number, at in enumerate(reference_times(self.plan, self.series)):
            if limit is not None and number >= limit:
                break
            self._add(at)
        return self

    def _add(self, at: int) -> None:
        steps, sample = self.plan.steps, PlainSample(at, [], [])
        sides = (
            (self.plan.inputs, steps.input_steps, sample.x),
            (self.plan.outputs, steps.output_steps, sample.y),
        )
        for one, points, columns in sides:
            for series in one:
                try:
                    values, rows = self._window(series, points, at)
                except Dropped as reason:
                    self.dropped.append((at, series.label, str(reason)))
                    return
                columns.append(values)
                sample.rows.setdefault(series.label, set()).update(rows)
        sample.x.extend(calendar_window(self.plan.calendar, steps.input_steps, at))
        self.samples.append(sample)

    def _window(self, plan: SeriesPlan, points: int, at: int) -> tuple[list[float], set[int]]:
        rows = self.series[plan.label]
        numbers = self.numbers[plan.label]
        places: list[int] | None = None
        if rows.issued is not None:
            rows, places = _known(rows, at)
            numbers = _numbers(rows)
            if not rows.times:
                raise Dropped("no forecast issued yet")
        window, used = self._fill(plan, points, at, rows, numbers)
        return window, used if places is None else {places[row] for row in used}

    def _fill(
        self,
        plan: SeriesPlan,
        points: int,
        at: int,
        rows: PlainSeries,
        numbers: tuple[list[int], list[float], list[int]],
    ) -> tuple[list[float], set[int]]:
        gap = None if plan.max_gap_minutes is None else fraction(plan.max_gap_minutes) * MINUTE
        points_at = _points(plan, points, self.plan.steps.step_minutes)
        if plan.form == "current":
            value, used = _latest(numbers, at, gap)
            return [value] * points, used
        if plan.average:
            value, used = _average(rows, numbers, at + points_at.start, at + points_at.end, gap)
            return [value] * points, used
        window: list[float] = []
        read: set[int] = set()
        for offset, below, above in points_at.offsets:
            point = at + offset
            if plan.method == "linear":
                value, used = _linear(rows, point, gap)
            else:
                near = _mean if plan.method == "mean" else _nearest
                value, used = near(numbers, point, at + below, at + above)
                _refuse_gap(rows, point, gap)
            window.append(value)
            read |= used
        return window, read


@dataclass
class PlainPoints:
    """Where a window starts and ends, and its points: each with the ends of its half spacing."""

    start: int
    end: int
    offsets: list[tuple[int, int, int]]


@cache
def _points(plan: SeriesPlan | CalendarBlock, points: int, step_minutes: object) -> PlainPoints:
    first, last = fraction(plan.horizon_start) * HOUR, fraction(plan.horizon_end) * HOUR
    spacing = (last - first) / (points - 1) if points > 1 else Fraction(0)
    half = spacing / 2 if points > 1 else fraction(step_minutes) * MINUTE / 2
    exact = [first + k * spacing for k in range(points)]
    offsets = [(round(one), math.ceil(one - half), math.floor(one + half)) for one in exact]
    return PlainPoints(round(first), round(last), offsets)


def _numbers(rows: PlainSeries) -> tuple[list[int], list[float], list[int]]:
    """Return the rows that hold a number: times, values, places."""
    kept = [
        (t, v, i)
        for i, (t, v) in enumerate(zip(rows.times, rows.values, strict=True))
        if v is not None
    ]
    return [t for t, _, _ in kept], [v for _, v, _ in kept], [i for _, _, i in kept]


def _known(rows: PlainSeries, at: int) -> tuple[PlainSeries, list[int]]:
    """Return what was known at a time: of each instant the value that was issued last."""
    newest: dict[int, int] = {}
    for place, (time, issued) in enumerate(zip(rows.times, rows.issued or [], strict=True)):
        if issued <= at and (time not in newest or issued > (rows.issued or [])[newest[time]]):
            newest[time] = place
    times = sorted(newest)
    places = [newest[time] for time in times]
    return PlainSeries(times, [rows.values[place] for place in places]), places


def _linear(rows: PlainSeries, at: int, gap: Fraction | None) -> tuple[float, set[int]]:
    p = bisect_right(rows.times, at) - 1
    if p < 0:
        raise Dropped("before first point")
    if rows.times[p] == at:
        if rows.values[p] is None:
            raise Dropped("non-numeric neighbour")
        return rows.values[p], {p}
    q = p + 1
    if q >= len(rows.times):
        raise Dropped("after last point")
    low, high = rows.values[p], rows.values[q]
    if low is None or high is None:
        raise Dropped("non-numeric neighbour")
    width = rows.times[q] - rows.times[p]
    if gap is not None and width > gap:
        raise Dropped("gap too long")
    return low + (at - rows.times[p]) / width * (high - low), {p, q}


def _mean(
    numbers: tuple[list[int], list[float], list[int]], _at: int, low: int, high: int
) -> tuple[float, set[int]]:
    times, values, places = numbers
    begin, end = bisect_left(times, low), bisect_right(times, high)
    if begin >= end:
        raise Dropped("no numeric point within half a step")
    return math.fsum(values[begin:end]) / (end - begin), set(places[begin:end])


def _nearest(
    numbers: tuple[list[int], list[float], list[int]], at: int, low: int, high: int
) -> tuple[float, set[int]]:
    times, values, places = numbers
    begin, end = bisect_left(times, low), bisect_right(times, high)
    if begin >= end:
        raise Dropped("no numeric point within half a step")
    best = min(range(begin, end), key=lambda row: (abs(times[row] - at), row))
    return values[best], {places[best]}


def _refuse_gap(rows: PlainSeries, at: int, gap: Fraction | None) -> None:
    p = bisect_right(rows.times, at) - 1
    if gap is None or p < 0 or p + 1 >= len(rows.times) or rows.times[p] == at:
        return
    if rows.times[p + 1] - rows.times[p] > gap:
        raise Dropped("gap too long")


def _average(
    rows: PlainSeries,
    numbers: tuple[list[int], list[float], list[int]],
    start: int,
    end: int,
    gap: Fraction | None,
) -> tuple[float, set[int]]:
    if start < rows.times[0] or end > rows.times[-1]:
        raise Dropped("window not inside the series")
    times, values, places = numbers
    begin, stop = bisect_left(times, start), bisect_right(times, end)
    if begin >= stop:
        raise Dropped("no numeric point in the horizon")
    if gap is not None:
        for before, after in pairwise(rows.times):
            if after - before > gap and before < end and after > start:
                raise Dropped("gap too long")
    return math.fsum(values[begin:stop]) / (stop - begin), set(places[begin:stop])


def _latest(
    numbers: tuple[list[int], list[float], list[int]], at: int, gap: Fraction | None
) -> tuple[float, set[int]]:
    times, values, places = numbers
    row = bisect_right(times, at) - 1
    if row < 0:
        raise Dropped("before first point")
    if gap is not None and at - times[row] > gap:
        raise Dropped("gap too long")
    return values[row], {places[row]}


def calendar_window(plan: CalendarPlan, points: int, at: int) -> list[list[float]]:
    """Return the calendar columns of one sample, in the contract's order."""
    columns: list[list[float]] = []
    blocks = (("Y", plan.year), ("M", plan.month), ("W", plan.week), ("D", plan.day))
    zone = ZoneInfo(plan.zone)
    for letter, block in blocks:
        if block is not None:
            phases = [
                _phase(letter, t, zone if block.local else None) for t in _at(block, points, at)
            ]
            columns.append([math.sin(2 * math.pi * phase) for phase in phases])
            columns.append([math.cos(2 * math.pi * phase) for phase in phases])
    if plan.holiday is not None:
        local = zone if plan.holiday.local else UTC
        days = [_moment(t).astimezone(local).date() for t in _at(plan.holiday, points, at)]
        columns.append([float(_is_holiday(plan, day)) for day in days])
    return columns


def _at(block: CalendarBlock, points: int, at: int) -> list[int]:
    if block.form == "current":
        return [at] * points
    return [at + offset for offset, _, _ in _points(block, points, 1).offsets]


def _moment(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)


def _phase(letter: str, at: int, zone: ZoneInfo | None) -> float:
    if zone is None:
        return at / 1e6 / PERIODS[letter]
    clock = _moment(at).astimezone(zone).replace(tzinfo=None)
    midnight = clock.replace(hour=0, minute=0, second=0, microsecond=0)
    day = (clock - midnight).total_seconds()
    if letter == "D":
        return day / 86_400
    if letter == "W":
        return (clock.weekday() * 86_400 + day) / 604_800
    if letter == "M":
        following = (midnight.replace(day=28) + timedelta(days=4)).replace(day=1)
        length = (following - midnight.replace(day=1)).days
        return ((clock.day - 1) * 86_400 + day) / (length * 86_400)
    leap = clock.year % 4 == 0 and (clock.year % 100 != 0 or clock.year % 400 == 0)
    return ((clock.timetuple().tm_yday - 1) * 86_400 + day) / (31_622_400 if leap else 31_536_000)


@cache
def _is_holiday(plan: CalendarPlan, day: date) -> bool:
    """Return whether a day is in the contract's list of a country and no Sunday, or is closed."""
    if day.isoformat() in plan.closing_days:
        return True
    from dateutil.easter import easter

    fixed = {
        "Österreich": "0101 0106 0501 0815 1026 1101 1208 1225 1226",
        "Deutschland": "0101 0501 1003 1225 1226",
        "Schweiz": "0101 0801 1225",
    }[plan.country].split()
    moving = (1, 39, 50, 60) if plan.country == "Österreich" else (-2, 1, 39, 50)
    is_listed = f"{day:%m%d}" in fixed or (day - easter(day.year)).days in moving
    return is_listed and day.weekday() != 6
