"""Cells that are meant as numbers: what a column holds, and the numbers of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.datasets.inspection.missing import MARKERS, is_missing
from services.tabular.missing import boolean_pair_of

INFINITE = ("inf", "-inf", "+inf", "infinity", "-infinity", "+infinity")
_TRUE_FALSE = ("true", "false")
_YES_OR_NO = {"yes", "no", "ja", "nein", "oui", "non", "wahr", "falsch"}  # clear when alone
_MAX_SPELLINGS = 8  # of the two words of a boolean, with their capitals
DECIMAL_COMMA = r"^[+-]?\d+,\d+$"
# 1,100 or 1,234,567.8, and the same with points, spaces and apostrophes between thousands
THOUSANDS = r"^[+-]?\d{1,3}([,.' \u00a0\u202f\u2019]\d{3})+([.,]\d+)?$"
_LEADING_ZEROS = r"^0\d+$"
CENSORED = r"^[<>\u2264\u2265]=?\s*[+-]?\d[\d.,' \u00a0\u202f\u2019]*$"
ODD_MARKS = rf"({DECIMAL_COMMA})|({THOUSANDS})"
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Profile:
    """Counts of a column's cells.

    Those that are filled, not missing, meant as numbers, true or false, no finite number, those
    with leading zeros, missing ones, ones such as ``<5``, and numbers with other marks than a
    point. ``pair`` has the words for 1 and 0.
    """

    filled: int
    present: int
    meant: int
    booleans: int
    bad: int
    leading_zeros: int
    missing: int = 0
    censored: int = 0
    odd_marks: int = 0
    pair: tuple[str, str] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no cell is filled."""
        return self.filled == 0

    @property
    def is_boolean(self) -> bool:
        """Whether each cell that is not missing is true or false."""
        return 0 < self.present == self.booleans

    @property
    def is_numeric(self) -> bool:
        """Whether at least half of the cells that are not missing are meant as numbers."""
        return self.is_boolean or 2 * self.meant >= self.present


def profiles_of(frame: pl.DataFrame, names: list[str]) -> dict[str, Profile]:
    """Count all columns at once: one by one, thousands of them would take a minute."""
    if not names:
        return {}
    cell = pl.col(names)
    missing = is_missing(cell)
    present = ~missing & ~cell.str.to_lowercase().is_in(INFINITE)
    number = cell.cast(pl.Float64, strict=False).is_not_null()
    comma, censored = cell.str.contains(ODD_MARKS), cell.str.contains(CENSORED)
    counts = (
        frame.select(what.sum()).row(0)
        for what in (
            cell != "",
            present,
            present & (number | comma | censored),
            cell.str.to_lowercase().is_in(_TRUE_FALSE),
            ~is_finite(cell),
            cell.str.contains(_LEADING_ZEROS),
            missing,
            censored,
            comma,
        )
    )
    return {
        name: _with_pair(frame, name, Profile(*numbers))
        for name, numbers in zip(names, zip(*counts, strict=True), strict=True)
    }


def _with_pair(frame: pl.DataFrame, name: str, profile: Profile) -> Profile:
    """Return the profile with the words for yes and no, if all that is filled are such words."""
    if profile.present == 0 or profile.meant:
        return profile
    if profile.booleans == profile.present:
        return replace(profile, pair=_TRUE_FALSE)
    cells = frame[name].unique()
    if len(cells) > _MAX_SPELLINGS + len(MARKERS):
        return profile
    words = {cell.lower() for cell in cells} - set(MARKERS)
    pair = boolean_pair_of(words)
    if pair is None or (len(words) == 1 and not words <= _YES_OR_NO):
        return profile
    return replace(profile, pair=pair, booleans=profile.present)


def is_finite(cell: pl.Expr) -> pl.Expr:
    """Return where a cell of text is a finite 32-bit number."""
    number = cell.cast(pl.Float64, strict=False)
    return (number.is_finite() & (number.abs() <= _LARGEST)).fill_null(value=False)


def with_booleans_as_numbers(
    frame: pl.DataFrame, profiles: dict[str, Profile], notes: list[str]
) -> pl.DataFrame:
    """Return the frame with 1 for true and 0 for false in columns of nothing else."""
    pairs = {name: one.pair for name, one in profiles.items() if one.is_boolean and one.pair}
    if not pairs:
        return frame
    for pair in dict.fromkeys(pairs.values()):
        yes, no = (word.capitalize() for word in pair)
        names = [name for name, own in pairs.items() if own == pair]
        notes.append(f"{yes} and {no} are read as 1 and 0: {listed(names)}.")
    return frame.with_columns(_as_number(name, pair) for name, pair in pairs.items())


def _as_number(name: str, pair: tuple[str, str]) -> pl.Expr:
    lower = pl.col(name).str.to_lowercase()
    one, zero = pl.lit("1"), pl.lit("0")
    number = pl.when(lower == pair[0]).then(one).when(lower == pair[1]).then(zero)
    return number.otherwise(pl.col(name)).alias(name)


def note_leading_zeros(profiles: dict[str, Profile], notes: list[str]) -> None:
    """Say which features look like codes."""
    names = [name for name, profile in profiles.items() if profile.leading_zeros]
    if names:
        notes.append(
            f"Cells with leading zeros are read as numbers: {listed(names)}. "
            "If they are codes, keep the column as text (text_columns)."
        )


def numbers_of(frame: pl.DataFrame, features: list[str]) -> NDArray[np.float32]:
    """Return (n, features) float32, NaN for null."""
    if not features:
        return np.empty((frame.height, 0), dtype=np.float32)
    cast = frame.select(pl.col(features).cast(pl.Float64).cast(pl.Float32))
    return np.ascontiguousarray(cast.to_numpy(), dtype=np.float32)


def listed(names: Sequence[str]) -> str:
    """Return names of columns for a sentence, the first ten of them."""
    shown = ", ".join(f"'{name}'" for name in names[:10])
    return f"{shown} and {len(names) - 10} more columns" if len(names) > 10 else shown
