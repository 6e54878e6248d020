"""Turns the wall clock of a place into UTC, also in the nights in which the clock is changed."""

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from services.tabular.reading import Times
from services.tabular.time_parse import zone_minutes
from services.tabular.wall_clock import DAY, MINUTE, SECOND

_FOREVER = 2**62


@dataclass(frozen=True)
class Transitions:
    """Offsets of a zone: from ``starts[i]`` (UTC) on, local time is UTC plus ``offsets[i]``."""

    starts: Times
    offsets: Times


@dataclass
class FoldState:
    """What is known of a fold from the block before: rows go on where they stopped."""

    last_local: int | None = None
    second_pass: bool = False
    fold: int = -1
    rows: list[int] = field(default_factory=list)


def transitions_of(zone: str, first: int, last: int) -> Transitions:
    """Return the offsets of an IANA zone or a fixed offset between two local times."""
    if (minutes := zone_minutes(zone)) is not None:
        return Transitions(np.array([-_FOREVER]), np.array([minutes * MINUTE]))
    start = int(np.floor(first / DAY)) // 366 * 366 - 3
    return _scanned(zone, start, int(last // DAY) // 366 * 366 + 370)


@lru_cache(maxsize=64)
def _scanned(zone: str, first_day: int, last_day: int) -> Transitions:
    info = ZoneInfo(zone)
    starts, offsets = [-_FOREVER], [_offset(info, first_day * 86400)]
    for day in range(first_day, last_day):
        low, high = day * 86400, (day + 1) * 86400
        if _offset(info, high) == offsets[-1]:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset(info, middle) == offsets[-1] else (low, middle)
        starts.append(high * SECOND)
        offsets.append(_offset(info, high))
    return Transitions(np.array(starts), np.array(offsets))


def _offset(info: ZoneInfo, seconds: int) -> int:
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    offset = moment.astimezone(info).utcoffset() or dt.timedelta()
    return int(offset.total_seconds()) * SECOND


@dataclass(frozen=True)
class Converted:
    """UTC times, and which rows lie in a repeated hour or in one that does not exist.

    ``second`` marks the rows of ``folds`` that were read as the hour's second pass.
    """

    times: Times
    folds: NDArray[np.bool_]
    second: NDArray[np.bool_]
    missing: NDArray[np.bool_]


def to_utc(local: Times, zone: str, state: FoldState | None = None) -> Converted:
    """Return UTC of local times in file order.

    In a repeated hour the first pass through it is summer time; the pass ends where the clock
    goes back. Rows that come newest first are read the other way round. Local times that do not
    exist are marked and come back as if the clock had not been changed.
    """
    none = np.zeros(len(local), bool)
    if not len(local):
        return Converted(local.copy(), none, none, none)
    table = transitions_of(zone, int(local.min()), int(local.max()))
    if len(table.starts) == 1:
        return Converted(local - table.offsets[0], none, none, none)
    before, after = table.offsets[:-1], table.offsets[1:]
    moment = table.starts[1:]
    position = np.searchsorted(moment + np.maximum(before, after), local, side="right")
    times = local - table.offsets[position]
    # the next change: local time in [moment + min, moment + max) is repeated or missing
    following = np.minimum(position, len(moment) - 1)
    low = moment[following] + np.minimum(before[following], after[following])
    high = moment[following] + np.maximum(before[following], after[following])
    inside = (local >= low) & (local < high)
    folds = inside & (after[following] < before[following])
    missing = inside & ~folds
    second = none
    if folds.any():
        change = before[following] - after[following]
        second = _second_passes(local, folds, following, state or FoldState())
        times = times + np.where(second, change, 0)
    elif state is not None and len(local):
        state.last_local, state.fold = int(local[-1]), -1
    return Converted(times, folds, second, missing)


def from_midnights(days: Times, within: Times, zone: str) -> tuple[Times, NDArray[np.bool_]]:
    """Return UTC of what begins ``within`` behind local midnights, and which lie in their days.

    A day has 25 hours when summer time ends, 23 when it begins, and 24 else.
    """
    begins, ends = (to_utc(at.ravel(), zone).times.reshape(at.shape) for at in (days, days + DAY))
    times = begins + within
    return times, times < ends


def _second_passes(
    local: Times, folds: NDArray[np.bool_], change: NDArray[np.int64], state: FoldState
) -> NDArray[np.bool_]:
    """Return which rows of repeated hours belong to the second pass."""
    second = np.zeros(len(local), bool)
    descending = len(local) > 1 and np.count_nonzero(np.diff(local) < 0) > len(local) / 2
    rows = np.flatnonzero(folds)
    groups = np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1)
    for group in groups:
        number = int(change[group[0]])
        goes_on = group[0] == 0 and state.fold == number and state.last_local is not None
        passed = state.second_pass if goes_on else False
        previous = state.last_local if goes_on else None
        if _is_paired(local[group]):
            second[group[1::2]] = True
            continue
        for row in group:
            value = int(local[row])
            if previous is not None and (value > previous if descending else value <= previous):
                passed = True
            second[row] = passed
            previous = value
        if group[-1] == len(local) - 1:
            state.fold, state.second_pass, state.last_local = number, passed, previous
            return _flipped(second, folds) if descending else second
    state.fold, state.last_local = -1, None
    return _flipped(second, folds) if descending else second


def _is_paired(times: Times) -> bool:
    """Whether each time comes twice in a row: sorted by the wall clock."""
    even = len(times) > 2 and len(times) % 2 == 0
    return bool(even and (times[0::2] == times[1::2]).all() and (times[2::2] > times[:-2:2]).all())


def _flipped(second: NDArray[np.bool_], folds: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Newest first: what comes first in the file is the second pass."""
    return folds & ~second
