"""Collects what is wrong with an upload, so that a person can mend all of it in one go."""

from typing import Never

MAX_FAULTS = 20


class UploadError(Exception):
    """An upload is refused; ``errors`` maps a form field to its messages."""

    def __init__(self, errors: dict[str, list[str]], total: int) -> None:
        super().__init__(next(iter(errors.values()))[0])
        self.errors = errors
        self.total = total


class Faults:
    """The first 20 faults in full, the rest as a count."""

    def __init__(self) -> None:
        self._errors: dict[str, list[str]] = {}
        self._hints: dict[str, list[str]] = {}
        self._total = 0

    @property
    def full(self) -> bool:
        """Whether further faults would only be counted."""
        return self._total >= MAX_FAULTS

    @property
    def total(self) -> int:
        """How many faults there are, also those that are only counted."""
        return self._total

    def hint(self, message: str, *, field: str) -> None:
        """Say once, beside the faults, what a person can choose; it counts as no fault."""
        self._hints[field] = [message]

    def add(self, message: str, *, field: str = "file") -> None:
        """Note one fault under the form field that a person would change."""
        if not self.full:
            self._errors.setdefault(field, []).append(message)
        self._total += 1

    def count_more(self, number: int) -> None:
        """Count faults that are not spelled out."""
        self._total += number

    def refuse_if_any(self) -> None:
        """Raise ``UploadError`` when something was noted."""
        if self._total:
            raise UploadError({**self._errors, **self._hints}, self._total)


def refuse(message: str, *, field: str = "file") -> Never:
    """Refuse the upload for a fault that makes looking further pointless."""
    raise UploadError({field: [message]}, 1)
