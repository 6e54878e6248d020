"""Numbers as clients of the contract write them: as numbers, or as text."""

import json
import math
import re
from fractions import Fraction

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


def shown(value: object, limit: int = 40) -> str:
    """Return how an error shows a value, in the words of JSON: never long."""
    if isinstance(value, Fraction):
        value = int(value) if value.denominator == 1 else float(value)
    is_text = isinstance(value, str)
    text = repr(value) if is_text else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= limit else text[:limit] + "…"
