"""Parses columns of times, vectorised.

Times whose digits all stand at fixed places are read from their bytes (``fixed_places``); all
others by a regular expression. What does not exist (29 February 2023, 24:15) is no time; 24:00
is the end of its day.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.tabular.fixed_places import read_fixed
from services.tabular.month_names import fold, months_of
from services.tabular.reading import Times
from services.tabular.time_formats import ELAPSED, TO_MIDNIGHT, WALL_CLOCK, ZONE_MINUTES, TimeFormat
from services.tabular.wall_clock import DAY, MINUTE, SECOND, Flags, assemble, days_of

_SERIAL_EPOCH = -25_569 * DAY  # 30 December 1899
_EPOCH_UNITS = {"epoch_s": SECOND, "epoch_ms": 1000, "epoch_us": 1}
_GROUPS = "ymndHMSfpz"
# how far a step may begin behind midnight; whether its own day is as long is seen later
_LAST = {WALL_CLOCK: DAY - 1, TO_MIDNIGHT: DAY, ELAPSED: 2 * DAY}


@dataclass(frozen=True)
class ParsedTimes:
    """Microseconds of the wall clock, or UTC where the format has an offset.

    ``valid`` marks what is a time; ``matched`` also what only has the form of one. ``midnight24``
    marks 24:00. ``within`` is how far numbered steps begin behind midnight; where they are
    counted through the day, ``times`` are midnights.
    """

    times: Times
    valid: Flags
    matched: Flags
    midnight24: Flags
    within: Times | None = None


def parse_times(cells: pl.Series, form: TimeFormat) -> ParsedTimes:
    """Parse a column of text; null and empty cells are not valid."""
    if not len(cells):
        none = np.zeros(0, bool)
        return ParsedTimes(np.empty(0, np.int64), none, none, none)
    if form.kind == "excel_serial":
        return _serials(cells, form.decimal)
    if form.kind != "text":
        return _epochs(cells, form.kind)
    fixed = read_fixed(cells, form)
    if fixed is None:
        return _by_pattern(cells, form)
    times, good = fixed
    none = np.zeros(len(good), bool)
    if good.all():
        return ParsedTimes(times, good, good, none)
    rest = np.flatnonzero(~good)
    slow = _by_pattern(cells.gather(rest), form)
    matched, midnight = good.copy(), none
    times[rest], good[rest], matched[rest] = slow.times, slow.valid, slow.matched
    midnight[rest] = slow.midnight24
    return ParsedTimes(times, good, matched, midnight)


def _epochs(cells: pl.Series, kind: str) -> ParsedTimes:
    text = cells.str.strip_chars()
    whole = text.cast(pl.Int64, strict=False)
    if kind == "epoch_ns":
        times = (whole // 1000).fill_null(0).to_numpy().astype(np.int64)
        valid = whole.is_not_null().to_numpy()
        return ParsedTimes(times, valid, valid, np.zeros(len(valid), bool))
    unit = _EPOCH_UNITS[kind]
    times = (whole * unit).fill_null(0).to_numpy().astype(np.int64)
    valid = whole.is_not_null().to_numpy().copy()
    if not valid.all():
        number = text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        floats = number.to_numpy()
        good = ~valid & np.isfinite(floats) & (np.abs(floats) < 1e18 / unit)
        times = np.where(good, np.rint(np.where(good, floats, 0.0) * unit), times).astype(np.int64)
        valid |= good
    return ParsedTimes(times, valid, valid, np.zeros(len(valid), bool))


def _serials(cells: pl.Series, decimal: str) -> ParsedTimes:
    """Parse days since 30 December 1899, rounded to what their digits can say."""
    text = cells.str.strip_chars()
    if decimal != ".":
        text = text.str.replace(decimal, ".", literal=True)
    days = text.cast(pl.Float64, strict=False).to_numpy()
    valid = np.isfinite(days) & (days > 0) & (days < 2_958_466)
    lengths = text.str.extract(r"\.(\d+)$").str.len_bytes().drop_nulls().to_list()
    digits = max(lengths, default=None)
    unit = DAY if digits is None else MINUTE if digits < 5 else SECOND if digits < 9 else 1000
    micro = np.where(valid, days, 0.0) * DAY
    times = (np.rint(micro / unit) * unit).astype(np.int64) + _SERIAL_EPOCH
    return ParsedTimes(times, valid, valid, np.zeros(len(valid), bool))


def _by_pattern(cells: pl.Series, form: TimeFormat) -> ParsedTimes:
    parts = cells.str.extract_groups(form.pattern()).struct.unnest()
    names = set(parts.columns)
    first = next(name for name in _GROUPS if name in names)
    matched = parts[first].is_not_null().to_numpy()

    def number(name: str, default: int = 0) -> NDArray[np.int32]:
        if name not in names:
            return np.full(len(cells), default, np.int32)
        return parts[name].cast(pl.Int32, strict=False).fill_null(default).to_numpy().copy()

    year = number("y", 1970)
    if form.shape.year_digits == 2:
        year += np.where(year < 70, 2000, 1900).astype(np.int32)
    month = _months(parts["n"], form) if "n" in names else number("m", 1)
    day, good = number("d", 1), matched.copy()
    if "w" in names:
        year, month, day, real = _of_weeks(year, number("w"), number("u", 1))
        good &= real
    hour, minute, second = number("H"), number("M"), number("S")
    within = None
    if form.shape.half_day:
        good &= (hour >= 1) & (hour <= 12)
        hour = (
            hour % 12
            + 12 * (parts["p"].str.to_lowercase() == "p").fill_null(value=False).to_numpy()
        )
    if form.shape.clock == "#":
        within = _within_day(hour, *form.shape.count)
        good &= (within >= 0) & (within <= _LAST[form.steps])
        if form.steps == ELAPSED:
            midnights, real = assemble(year, month, day, *[np.zeros_like(hour)] * 3, fraction=0)
            good &= real
            return ParsedTimes(midnights, good, matched, np.zeros(len(good), bool), within)
        hour, minute = (part.astype(np.int32) for part in np.divmod(within // MINUTE, 60))
    midnight = (hour == 24) & (minute == 0) & (second == 0)
    hour = np.where(midnight, 0, hour).astype(np.int32)
    fraction = _fraction(parts["f"]) if "f" in names else np.zeros(len(cells), np.int64)
    times, valid = assemble(year, month, day, hour, minute, second, fraction=fraction)
    times += midnight * DAY
    if "z" in names:
        shift, known = _offsets(parts["z"])
        times, good = times - shift, good & known
    return ParsedTimes(times, good & valid, matched, midnight & good & valid, within)


def _within_day(numbers: NDArray[np.int32], first: int, minutes: int) -> Times:
    """Return how far behind midnight steps begin that are counted from ``first``."""
    return (numbers.astype(np.int64) - first) * (minutes * MINUTE)


def _of_weeks(
    year: NDArray[np.int32], week: NDArray[np.int32], weekday: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], Flags]:
    """Return year, month and day of a day of a week (ISO 8601: 4 January is in week 1).

    The last says which of the weeks exist: a year has 52 or 53.
    """
    mondays = _first_monday(year)
    dates = mondays + (week.astype(np.int64) - 1) * 7 + weekday - 1
    real = (week >= 1) & (mondays + week.astype(np.int64) * 7 <= _first_monday(year + 1))
    days = dates.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    number = months.astype(np.int64)
    return (
        (1970 + number // 12).astype(np.int32),
        (number % 12 + 1).astype(np.int32),
        (days - months.astype("datetime64[D]")).astype(np.int32) + 1,
        real,
    )


def _first_monday(year: NDArray[np.int32]) -> Times:
    """Return the Monday of week 1, in days since 1970."""
    ones = np.ones(len(year), np.int32)
    fourth, _ = days_of(year, ones, 4 * ones)
    return np.asarray(fourth - (fourth + 3) % 7)  # 1 January 1970 was a Thursday


def _months(names: pl.Series, form: TimeFormat) -> NDArray[np.int32]:
    table = months_of(form.language or "English")
    numbers = {name: table.get(fold(name), 0) for name in names.drop_nulls().unique()}
    looked_up = names.replace_strict(numbers, default=0, return_dtype=pl.Int32)
    return looked_up.fill_null(0).to_numpy().copy()


def _fraction(digits: pl.Series) -> Times:
    micro = digits.str.slice(0, 6).str.pad_end(6, "0").cast(pl.Int64, strict=False)
    return micro.fill_null(0).to_numpy().astype(np.int64)


def _offsets(zones: pl.Series) -> tuple[Times, Flags]:
    """Return the microseconds to take off, and which of the zones are known."""
    minutes = {zone: zone_minutes(zone) for zone in zones.drop_nulls().unique()}
    known = {zone: number for zone, number in minutes.items() if number is not None}
    looked_up = zones.replace_strict(known, default=None, return_dtype=pl.Int64)
    good = looked_up.is_not_null().to_numpy()
    return looked_up.fill_null(0).to_numpy() * MINUTE, good


def zone_minutes(zone: str) -> int | None:
    """Return the minutes east of UTC of "+01:00", "+0100", "UTC+1", "CEST"; None if unknown."""
    if zone.upper() in ZONE_MINUTES:
        return ZONE_MINUTES[zone.upper()]
    text = zone.upper().removeprefix("UTC").removeprefix("GMT")
    if not text or text[0] not in "+-":
        return None
    digits = text[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    if not digits.isdigit() or int(hours) > 14 or int(minutes) > 59:
        return None
    total = int(hours) * 60 + int(minutes)
    return -total if text[0] == "-" else total


def time_of_day(cell: str) -> int | None:
    """Return the minutes past midnight of "00:15" or "24:00"; None if it is none."""
    hours, _, rest = cell.strip().partition(":")
    minutes = rest.split(":")[0]
    if not (hours.isdigit() and minutes.isdigit() and len(minutes) == 2):
        return None
    total = int(hours) * 60 + int(minutes)
    return total if total <= 1440 and int(minutes) < 60 else None
