"""Numbers as clients of the contract write them: as numbers, or as text."""

import math
import re

_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
NOTHING = (None, "", "null", "None")


def number_of(value: object) -> float | None:
    """Return the finite number that ``value`` is or writes, None where it is none.

    A text may have a decimal comma; a boolean is no number.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and len(value) <= 60 and _NUMBER.fullmatch(value.strip()):
        value = float(value.strip().replace(",", "."))
    if not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def whole_number_of(value: object) -> int | None:
    """Return the whole number that ``value`` is or writes, None where it is none."""
    number = number_of(value)
    return int(number) if number is not None and number.is_integer() else None


def shown(value: object) -> str:
    """Return how an error shows a value: never long."""
    text = repr(value)
    return text if len(text) <= 40 else text[:40] + "…"
