"""What a trait may be: pure rules."""

import re
import unicodedata
from collections.abc import Iterable

VALENCES = (-1, 0, 1)
MAX_ADJECTIVE_LENGTH = 100
MAX_KEY_LENGTH = 200  # of the column; folding makes some letters three
MAX_CATEGORY_LENGTH = 100
MAX_TEMPLATE_LENGTH = 10_000
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_NUMBERED = re.compile(r"g([0-9]{1,18})")


def on_one_line(text: str) -> str:
    """Return the words of a text with single spaces, its letters composed."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def adjective_key(adjective: str) -> str:
    """Return what is the same for adjectives that differ in case, spaces or encoding alone."""
    return unicodedata.normalize("NFKC", on_one_line(adjective).casefold())


def adjective_fault(adjective: str) -> str | None:
    """Return what is wrong with an adjective, as it is on one line."""
    is_long = (
        len(adjective) > MAX_ADJECTIVE_LENGTH or len(adjective_key(adjective)) > MAX_KEY_LENGTH
    )
    if not adjective or is_long or not adjective.isprintable():
        return f"Give 1 to {MAX_ADJECTIVE_LENGTH} printable characters."
    return None


def code_fault(code: str) -> str | None:
    """Return what is wrong with a code; a number alone would be taken for an id."""
    if not CODE.fullmatch(code) or code.isdigit():
        return (
            f"'{code[:40]}' is no code: give letters, digits, points, dashes and underscores, "
            "and not a number alone."
        )
    return None


def next_code(codes: Iterable[str]) -> str:
    """Return the code after the highest g<N> of ``codes``; others do not count."""
    numbers = [int(match[1]) for code in codes if (match := _NUMBERED.fullmatch(code))]
    return f"g{max(numbers, default=0) + 1}"
