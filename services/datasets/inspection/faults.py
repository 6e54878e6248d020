"""Collects what is wrong with an upload, so that a person can mend all of it in one go."""

from collections.abc import Sequence
from typing import Never

MAX_FAULTS = 20
_MAX_RANGES = 10


class UploadError(Exception):
    """An upload is refused; ``errors`` maps a form field to its messages.

    ``total`` counts faults: the first message stands for ``in_first`` of them.
    """

    def __init__(self, errors: dict[str, list[str]], total: int, in_first: int = 1) -> None:
        super().__init__(next(iter(errors.values()))[0])
        self.errors = errors
        self.total = total
        self.in_first = in_first


class Faults:
    """The first 20 faults in full, the rest as a count; alike ones in one column are one."""

    def __init__(self) -> None:
        self._errors: dict[str, list[str]] = {}
        self._hints: dict[str, list[str]] = {}
        self._total = 0
        self._listed = 0
        self._in_first = 1

    @property
    def full(self) -> bool:
        """Whether further faults would only be counted."""
        return self._listed >= MAX_FAULTS

    @property
    def total(self) -> int:
        """How many faults there are, also those that are only counted."""
        return self._total

    def hint(self, message: str, *, field: str) -> None:
        """Say once, beside the faults, what a person can choose; it counts as no fault."""
        self._hints[field] = [message]

    def add(self, message: str, *, field: str = "file", count: int = 1) -> None:
        """Note a fault of ``count`` cells under the form field that a person would change."""
        if not self.full:
            self._errors.setdefault(field, []).append(message)
            self._in_first = self._in_first if self._listed else count
            self._listed += 1
        self._total += count

    def count_more(self, number: int) -> None:
        """Count faults that are not spelled out."""
        self._total += number

    def refuse_if_any(self) -> None:
        """Raise ``UploadError`` when something was noted."""
        if self._total:
            raise UploadError({**self._errors, **self._hints}, self._total, self._in_first)


def refuse(message: str, *, field: str = "file") -> Never:
    """Refuse the upload for a fault that makes looking further pointless."""
    raise UploadError({field: [message]}, 1)


def row_ranges(rows: Sequence[int]) -> str:
    """Return ascending rows for a sentence: "4", "3-5, 9", "3-5, 9 and 12 more"."""
    ranges: list[list[int]] = []
    for row in rows:
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        elif len(ranges) == _MAX_RANGES:
            break
        else:
            ranges.append([row, row])
    shown = ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in ranges)
    left = len(rows) - sum(high - low + 1 for low, high in ranges)
    return f"{shown} and {left:,} more" if left else shown


def in_rows(rows: Sequence[int]) -> str:
    """Return ascending rows as the beginning of a sentence."""
    ranges = row_ranges(rows)
    return f"Row {ranges}" if len(rows) == 1 else f"Rows {ranges}"
