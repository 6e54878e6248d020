"""Negative numbers as accounting writes them: (12.5) for -12.5, as in files of time series."""

from collections.abc import Sequence

import polars as pl

from services.datasets.inspection.number_cells import listed, profiles_of

# a sign of its own would make it no such number
_IN_PARENTHESES = r"^\(\s*([\d.,][\d.,'\u2019 \u00a0\u202f]*)\)$"


def with_minus_signs(frame: pl.DataFrame, names: Sequence[str], notes: list[str]) -> pl.DataFrame:
    """Return the frame with -12.5 for (12.5) in columns of numbers; ``notes`` say in which.

    A column of nothing but parentheses, such as (1) and (2), may number notes: it stays as it is.
    """
    changed = _signed(frame, names)
    if not changed:
        return frame
    notes.append(
        f"Numbers in parentheses are read as negative, (12.5) as -12.5: {listed(changed)}."
    )
    return frame.with_columns(_with_sign(name) for name in changed)


def _signed(frame: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """Return the columns of numbers of which some, not all, stand in parentheses."""
    if not names:
        return []
    counts = frame.select(pl.col(list(names)).str.contains(_IN_PARENTHESES).sum()).row(0)
    marked = {name: count for name, count in zip(names, counts, strict=True) if count}
    profiles = profiles_of(frame.select(_with_sign(name) for name in marked), list(marked))
    return [name for name, one in profiles.items() if one.is_numeric and one.meant > marked[name]]


def _with_sign(name: str) -> pl.Expr:
    return pl.col(name).str.replace(_IN_PARENTHESES, "-${1}").str.strip_chars_end()
