"""Making foreign texts, times and labels fit: what cannot be kept is named, never guessed."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, TypeGuard

from services.datasets.names import MAX_NAME_LENGTH
from services.imports.types import SkippedRecord
from services.tracking.domain.params import MAX_PARAMS, MAX_TEXT_LENGTH
from services.tracking.domain.tags import MAX_TAGS, MAX_VALUE_LENGTH, fault_of_name

OWN_TAGS = 10  # room for what an import itself notes
Pair = tuple[str, str]


def one_line(text: Any, otherwise: str) -> str:
    """Return ``text`` as a name on one line."""
    printable = "".join(letter if letter.isprintable() else " " for letter in str(text or ""))
    return " ".join(printable.split())[:MAX_NAME_LENGTH].strip() or otherwise


def storable(text: Any) -> str:
    """Return a text without what a database cannot hold: NUL and halves of characters."""
    plain = str(text).replace("\0", "")
    return plain.encode("utf-8", "replace").decode("utf-8")


def moment_of(seconds: Any) -> datetime | None:
    """Return the time of unix seconds, None for what is no time of ours."""
    return datetime.fromtimestamp(seconds, UTC) if is_number(seconds) and is_time(seconds) else None


def is_number(value: Any) -> TypeGuard[int | float]:
    """Return whether the value is a number, which a truth is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_time(seconds: float) -> bool:
    """Return whether unix seconds are a time of ours: after 1970 and before the year 3000."""
    return 0 < seconds < 32_503_680_000


def params_that_fit(run: str, pairs: Iterable[Pair]) -> tuple[dict[str, str], list[SkippedRecord]]:
    """Return the parameters that can be kept, and why each other one cannot."""
    return _fitting(run, "parameter", pairs, MAX_TEXT_LENGTH, MAX_PARAMS)


def tags_that_fit(run: str, pairs: Iterable[Pair]) -> tuple[dict[str, str], list[SkippedRecord]]:
    """Return the tags that can be kept, and why each other one cannot."""
    return _fitting(run, "tag", pairs, MAX_VALUE_LENGTH, MAX_TAGS - OWN_TAGS)


def _fitting(
    run: str, what: str, pairs: Iterable[Pair], max_length: int, limit: int
) -> tuple[dict[str, str], list[SkippedRecord]]:
    kept: dict[str, str] = {}
    skipped = []
    for name, value in pairs:
        fault = fault_of_name(name)
        if fault is None and len(value) > max_length:
            fault = f"a value has at most {max_length} characters; this one has {len(value)}"
        if fault is None and len(kept) >= limit:
            fault = f"at most {limit} are kept"
        if fault is None:
            kept[name] = value
        else:
            skipped.append(
                SkippedRecord(name=f"{run}: {what} {one_line(name, '?')[:60]}", reason=fault)
            )
    return kept, skipped


def few(skipped: list[SkippedRecord], limit: int = 50) -> Iterator[SkippedRecord]:
    """Yield at most ``limit`` of them; the last of them also counts the rest."""
    yield from skipped[: limit - 1]
    rest = skipped[limit - 1 :]
    if len(rest) > 1:
        counted = f"{rest[0].reason} (and {len(rest) - 1} more that are not listed)"
        yield SkippedRecord(name=rest[0].name, reason=counted)
    else:
        yield from rest
