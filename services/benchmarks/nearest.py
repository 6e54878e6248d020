"""The valid name that somebody may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches

SHOWN = 8


def hint(given: str, valid: Iterable[str]) -> str:
    """Return a sentence with the nearest valid name, or with the first of them."""
    names = sorted(valid)
    close = get_close_matches(given, names, n=1)
    if close:
        return f"Did you mean '{close[0]}'?"
    return f"There is {', '.join(repr(name) for name in names[:SHOWN])}." if names else ""
