"""Comparing texts alike on both databases: by code point, and ILIKE folds ASCII letters only."""

from typing import Any

from sqlalchemy import ColumnElement, String, literal

_GLOB = str.maketrans({"*": "[*]", "?": "[?]", "[": "[[]", "%": "*", "_": "?"})


def by_code_point(text: ColumnElement[Any], *, sqlite: bool) -> ColumnElement[Any]:
    """Return ``text`` so that it sorts and compares by code point; SQLite always does."""
    return text if sqlite else text.collate("C")


def like(
    text: ColumnElement[Any], pattern: str, *, folded: bool, sqlite: bool
) -> ColumnElement[bool]:
    """Return whether ``text`` has the form of ``pattern``: % is any text, _ one character."""
    if sqlite and not folded:  # SQLite's LIKE always folds; GLOB is its pattern that does not
        return text.op("GLOB", is_comparison=True)(literal(pattern.translate(_GLOB), String()))
    escaped = pattern.replace("\\", "\\\\")
    comparable = by_code_point(text, sqlite=sqlite)
    if sqlite or not folded:
        return comparable.like(escaped, escape="\\")
    return comparable.ilike(escaped, escape="\\")
