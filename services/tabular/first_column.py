"""Parses times of fixed form straight from the bytes of lines that begin with them.

Eight digits and signs at a time are taken as one 64-bit word, and dates are worked out only where
they change: this is what makes files of a gigabyte quick.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.tabular.reading import Times
from services.tabular.wall_clock import DAY, SECOND, days_of

Words = NDArray[np.uint64]
Bytes = NDArray[np.uint8]
_DIGITS = "ymdHMS"
_WORD = 8


@dataclass(frozen=True)
class _Window:
    """What eight bytes at a place must be: masks for signs, for digits, and their values."""

    place: int
    mask: np.uint64
    value: np.uint64
    carry: np.uint64
    digits: np.uint64


def parse_starts(
    data: bytes, feeds: NDArray[np.int64], layout: str, separator: str
) -> Times | None:
    """Return the times at the beginning of lines, or None if any has another form.

    ``feeds`` is where each line ends, the last one too. ``layout`` has a letter of "ymdHMS" per
    digit and other signs as they are; date first, then the time of day.
    """
    layout += separator
    starts = np.empty(len(feeds), np.int64)
    starts[0] = 0
    np.add(feeds[:-1], 1, out=starts[1:])
    if len(layout) < 12 or int(starts[-1]) + len(layout) > len(data):
        return None
    fronts = _Fronts(data, starts, len(layout))
    by_place: dict[int, Words] = {}
    for window in _windows(layout):
        word = by_place[window.place] = fronts.word(window.place)
        if window.place and not _fits(word, window):
            return None
    if not _fits_where_new(by_place[0], _window(layout[:8], 0)):
        return None
    return _times(by_place, fronts, layout)


class _Fronts:
    """The first bytes of each line, taken once: they lie in rows of whole words."""

    def __init__(self, data: bytes, starts: NDArray[np.int64], width: int) -> None:
        self._size = size = -(-width // _WORD) * _WORD
        if int(starts[-1]) + size > len(data):
            data += bytes(size)
        every = np.ndarray((len(data) - size + 1,), f"V{size}", data, strides=(1,))
        self._rows = every[starts]
        self._bytes = self._rows.view(np.uint8).reshape(len(starts), size)

    def word(self, place: int) -> Words:
        """Return the eight bytes at a place of each line."""
        shape = (len(self._rows),)
        at_place: Words = np.ndarray(shape, "<u8", self._rows, place, strides=(self._size,))
        return np.ascontiguousarray(at_place)

    def number(self, rows: NDArray[np.int64], first: int, digits: int) -> NDArray[np.int32]:
        """Return the number that begins at byte ``first`` of some lines."""
        number = np.zeros(len(rows), np.int32)
        for position in range(first, first + digits):
            number = number * 10 + (self._bytes[rows, position] & np.uint8(0xF))
        return number


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
    places = [*range(0, last, _WORD), last]
    return [_window(layout[place : place + _WORD], place) for place in places]


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


def _times(by_place: dict[int, Words], fronts: _Fronts, layout: str) -> Times | None:
    changed = _date_changes(by_place[0], fronts.word(_WORD))
    parts = (fronts.number(changed, layout.index(part), layout.count(part)) for part in "ymd")
    days, real = days_of(*parts)
    if not real.all():
        return None
    lengths = np.diff(np.append(changed, len(by_place[0])))
    clock = _clock(by_place, fronts, layout)
    if clock is None:
        return None
    return np.repeat(days * DAY, lengths) + clock


def _date_changes(first: Words, second: Words) -> NDArray[np.int64]:
    """Return the rows whose first ten bytes differ from those of the row before."""
    other = (first[1:] != first[:-1]) | (((second[1:] ^ second[:-1]) & np.uint64(0xFFFF)) != 0)
    return np.concatenate([[0], np.flatnonzero(other) + 1])


def _clock(by_place: dict[int, Words], fronts: _Fronts, layout: str) -> Times | None:
    """Return microseconds past midnight; None if one of the times does not exist."""
    hour, minute, second = (layout.find(letter) for letter in "HMS")
    if hour < 0:
        return np.zeros(len(by_place[0]), np.int64)
    last = second if second >= 0 else minute
    base = next((p for p in by_place if p <= hour and last + 2 <= p + _WORD), hour)
    word = by_place.get(base)
    nibbles = (word if word is not None else fronts.word(hour)) & np.uint64(0x0F0F0F0F0F0F0F0F)
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
