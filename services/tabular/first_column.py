"""Parses times of fixed form straight from the bytes of lines that begin with them.

Eight digits and signs at a time are taken as one 64-bit word, and dates are worked out only where
they change: this is what makes files of a gigabyte quick.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.tabular.reading import Times
from services.tabular.time_parse import DAY, SECOND, days_of

Words = NDArray[np.uint64]
Bytes = NDArray[np.uint8]
_DIGITS = "ymdHMS"
_LINE_FEED = 10


@dataclass(frozen=True)
class _Window:
    """What eight bytes at a place must be: masks for signs, for digits, and their values."""

    place: int
    mask: np.uint64
    value: np.uint64
    carry: np.uint64
    digits: np.uint64


def line_starts(data: Bytes) -> NDArray[np.int64]:
    """Return where each line begins; the last one must end with a line feed."""
    ends = np.flatnonzero(data == _LINE_FEED)
    starts = np.empty(len(ends), np.int64)
    starts[0] = 0
    np.add(ends[:-1], 1, out=starts[1:])
    return starts


def parse_starts(
    data: bytes, starts: NDArray[np.int64], layout: str, separator: str
) -> Times | None:
    """Return the times at the beginning of lines, or None if any has another form.

    ``layout`` has a letter of "ymdHMS" per digit and other signs as they are; date first, then
    the time of day.
    """
    layout += separator
    width = len(layout)
    if len(data) < width + 8 or int(starts[-1]) + width > len(data) or len(layout) < 12:
        return None
    if int(starts[-1]) + width + 8 > len(data):
        data += b"\0" * 16
    words = np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))
    by_place: dict[int, Words] = {}
    for window in _windows(layout):
        word = words[window.place :][starts]
        by_place[window.place] = word
        if window.place and not _fits(word, window):
            return None
    if not _fits_where_new(by_place[0], _window(layout[:8], 0)):
        return None
    return _times(by_place, words, starts, layout)


def _fits(word: Words, window: _Window) -> bool:
    """Whether every word has the signs, and digits from 0 to 9 elsewhere."""
    if ((word & window.mask) != window.value).any():
        return False
    # a digit above 9 carries into the high half when 6 is added
    return not (((word & window.digits) + window.carry) & ~window.digits & window.mask).any()


def _fits_where_new(word: Words, window: _Window) -> bool:
    """Whether every word fits; those equal to their predecessor need no look."""
    new = np.flatnonzero(word[1:] != word[:-1]) + 1
    return _fits(word[np.concatenate([[0], new])], window)


def _windows(layout: str) -> list[_Window]:
    last = len(layout) - 8
    places = [*range(0, last, 8), last]
    hour = layout.find("H")
    if last < hour + 8 and hour > 8 and layout.find("S") > 0:
        places.append(hour)  # hour, minute and second in one word
    return [_window(layout[place : place + 8], place) for place in places]


def _window(text: str, place: int) -> _Window:
    mask = value = carry = digits = 0
    for position, letter in enumerate(text):
        shift = 8 * position
        if letter in _DIGITS:
            mask |= 0xF0 << shift
            value |= 0x30 << shift
            carry |= 0x06 << shift
            digits |= 0x0F << shift
        else:
            mask |= 0xFF << shift
            value |= ord(letter) << shift
    return _Window(place, *(np.uint64(number) for number in (mask, value, carry, digits)))


def _times(
    by_place: dict[int, Words], words: Words, starts: NDArray[np.int64], layout: str
) -> Times | None:
    changed = _date_changes(by_place, words, starts)
    places = starts[changed]
    parts = {letter: _number(words, places, layout, letter) for letter in "ymd"}
    days, real = days_of(parts["y"], parts["m"], parts["d"])
    if not real.all():
        return None
    lengths = np.diff(np.append(changed, len(starts)))
    clock = _clock(words, starts, layout, by_place)
    if clock is None:
        return None
    return np.repeat(days * DAY, lengths) + clock


def _date_changes(
    by_place: dict[int, Words], words: Words, starts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the rows whose first ten bytes differ from those of the row before."""
    second = by_place.get(8)
    if second is None:
        second = words[starts + 8]
    other = (by_place[0][1:] != by_place[0][:-1]) | (
        ((second[1:] ^ second[:-1]) & np.uint64(0xFFFF)) != 0
    )
    return np.concatenate([[0], np.flatnonzero(other) + 1])


def _number(words: Words, places: NDArray[np.int64], layout: str, letter: str) -> NDArray[np.int32]:
    first = layout.index(letter)
    number = np.zeros(len(places), np.int32)
    for position in range(first, first + layout.count(letter)):
        number = number * 10 + (words[places + position] & np.uint64(0xF)).astype(np.int32)
    return number


def _clock(
    words: Words, starts: NDArray[np.int64], layout: str, by_place: dict[int, Words]
) -> Times | None:
    """Return microseconds past midnight; None if one of the times does not exist."""
    hour, minute, second = (layout.find(letter) for letter in "HMS")
    if hour < 0:
        return np.zeros(len(starts), np.int64)
    place = next((p for p in by_place if p <= hour and minute + 2 <= p + 8), None)
    if second >= 0 and (place is None or second + 2 > place + 8):
        place = next((p for p in by_place if p <= hour and second + 2 <= p + 8), None)
    word = by_place[place] if place is not None else words[starts + hour]
    base = place if place is not None else hour
    nibbles = word & np.uint64(0x0F0F0F0F0F0F0F0F)
    pairs = nibbles * np.uint64(10) + (nibbles >> np.uint64(8))
    hours = _pair(pairs, hour - base)
    minutes = _pair(pairs, minute - base)
    if (hours > 23).any() or (minutes > 59).any():
        return None
    total = hours * 3600 + minutes * 60
    if second >= 0:
        seconds = _pair(pairs, second - base)
        if (seconds > 59).any():
            return None
        total += seconds
    return total * SECOND


def _pair(pairs: Words, position: int) -> NDArray[np.int64]:
    return ((pairs >> np.uint64(8 * position)) & np.uint64(0xFF)).view(np.int64)
