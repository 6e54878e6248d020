"""Identifiers inside a text: what a program made up for one thing alone."""

import re
from itertools import pairwise

NUMBER = "<n>"  # also of ids: one of ten hexadecimal digits may have no letter by chance
MIN_HEX_LENGTH = 8
_UUID = re.compile(r"(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])", re.IGNORECASE)
_MAC = re.compile(r"(?<![\w:])(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![\w:])", re.IGNORECASE)
_HEX = re.compile(r"(?<!\w)0x[0-9a-f]+(?!\w)", re.IGNORECASE)
_RUN = re.compile(r"[A-Za-z0-9]{6,}")
# Python's temporary names: "tmp" and eight letters, digits or underscores.
_TEMPORARY = re.compile(r"(?<![A-Za-z0-9])tmp_?[a-z0-9_]{6,8}(?![A-Za-z0-9])")


def without_long_ids(text: str) -> str:
    """Return ``text`` with a mark for each UUID, hardware address and 0x number."""
    return _HEX.sub(NUMBER, _MAC.sub(NUMBER, _UUID.sub(NUMBER, text)))


def without_ids(text: str) -> str:
    """Return ``text`` with a mark for each hash, random word and temporary name."""
    return _RUN.sub(_mark, _TEMPORARY.sub(_temporary, text))


def is_random(word: str) -> bool:
    """Return whether nobody would write ``word`` (letters and digits) by hand.

    Hexadecimal of some length, letters and digits that change often, or a long word of digits and
    both cases; digits alone are a number.
    """
    if word.isdigit() or (word.isalpha() and len(word) < MIN_HEX_LENGTH):
        return False
    if all(one in "0123456789abcdef" for one in word.lower()):
        return True
    has_digit = any(one.isdigit() for one in word)
    changes = sum(one.isdigit() != other.isdigit() for one, other in pairwise(word))
    is_mixed = word != word.lower() and word != word.upper()
    return has_digit and ((len(word) >= 8 and changes >= 3) or (len(word) >= 20 and is_mixed))


def _mark(match: re.Match[str]) -> str:
    return NUMBER if is_random(match[0]) else match[0]


def _temporary(match: re.Match[str]) -> str:
    return NUMBER if any(one.isdigit() or one == "_" for one in match[0]) else match[0]
