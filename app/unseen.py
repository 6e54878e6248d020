"""Texts of which nobody sees anything."""

import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})  # categories of characters
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and signs without any ink


def is_unseen(text: str) -> bool:
    """Return whether a text has only blanks and signs without ink; an empty one has."""
    return all(one in _FILLERS or unicodedata.category(one) in _UNSEEN for one in text)
