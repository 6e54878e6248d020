"""Cells that are meant as numbers: what they hold, and what is wrong with those that are none.

Features are kept as 32-bit numbers. A column whose values such a number cannot distinguish is
refused: seconds since 1970 that differ by one, codes of 18 digits.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.datasets.inspection.csv_text import ROW
from services.datasets.inspection.faults import Faults, in_rows
from services.datasets.inspection.missing import MARKERS, hint_at_missing, is_missing
from services.tabular.missing import boolean_pair_of

_INFINITE = ("inf", "-inf", "+inf", "infinity", "-infinity", "+infinity")
_TRUE_FALSE = ("true", "false")
_YES_OR_NO = {"yes", "no", "ja", "nein", "oui", "non", "wahr", "falsch"}  # clear when alone
_MAX_SPELLINGS = 8  # of the two words of a boolean, with their capitals
_DECIMAL_COMMA = r"^[+-]?\d+,\d+$"
# 1,100 or 1,234,567.8, and the same with points, spaces and apostrophes between thousands
_THOUSANDS = r"^[+-]?\d{1,3}([,.' \u00a0\u202f\u2019]\d{3})+([.,]\d+)?$"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_INTEGER = r"^[+-]?\d+$"
_LEADING_ZEROS = r"^0\d+$"
CENSORED = r"^[<>\u2264\u2265]=?\s*[+-]?\d[\d.,' \u00a0\u202f\u2019]*$"
ODD_MARKS = rf"({_DECIMAL_COMMA})|({_THOUSANDS})"
_LARGEST = float(np.finfo(np.float32).max)
_EXACT = float(2**24)  # up to here every whole number is a 32-bit number
_COARSE = 1e-3  # of a column's standard deviation: rounding by more hides what it measures
_CENSORED_HINT = (
    "Cells such as <5 or >100 can count as their limit (censored: limit), as half of a lower limit "
    "(half), or as missing (missing)."
)
_DECIMAL_HINT = "Say which mark stands before decimals (decimal: , or .)."


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
    present = ~missing & ~cell.str.to_lowercase().is_in(_INFINITE)
    number = cell.cast(pl.Float64, strict=False).is_not_null()
    comma, censored = cell.str.contains(ODD_MARKS), cell.str.contains(CENSORED)
    counts = (
        frame.select(what.sum()).row(0)
        for what in (
            cell != "",
            present,
            present & (number | comma | censored),
            cell.str.to_lowercase().is_in(_TRUE_FALSE),
            ~_finite(cell),
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


def _finite(cell: pl.Expr) -> pl.Expr:
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


def add_bad_numbers(frame: pl.DataFrame, name: str, faults: Faults) -> None:
    """Note the cells of a feature that are no numbers, alike ones together; null is no fault."""
    cell = pl.col(name)
    bad = frame.filter(cell.is_not_null() & ~_finite(cell)).select(ROW, name, cause=_cause(cell))
    alike = bad.group_by("cause", maintain_order=True).agg(ROW, pl.col(name))
    for _, lines, values in alike.select("cause", ROW, name).iter_rows():
        said = f"{in_rows(lines)}, column '{name}': {_complaint(values)}"
        faults.add(said, count=len(lines))
        _hint(values[0], faults)


def _cause(cell: pl.Expr) -> pl.Expr:
    """Return one word for what is wrong with a cell that is no finite number."""
    lower = cell.str.to_lowercase()
    return (
        pl.when(cell == "").then(pl.lit("empty"))
        .when(lower.is_in(MARKERS)).then(pl.lit("missing"))
        .when(lower.is_in(_INFINITE)).then(pl.lit("infinite"))
        .when(cell.str.contains(CENSORED)).then(pl.lit("censored"))
        .when(cell.str.contains(_THOUSANDS)).then(pl.lit("thousands"))
        .when(cell.str.contains(_DECIMAL_COMMA)).then(pl.lit("decimal"))
        .when(cell.str.contains(_NUMBER)).then(pl.lit("large"))
        .otherwise(pl.lit("none"))
    )  # fmt: skip


def _hint(value: str, faults: Faults) -> None:
    if value.lower() in MARKERS:
        hint_at_missing(faults)
    elif re.match(CENSORED, value):
        faults.hint(_CENSORED_HINT, field="censored")
    elif re.match(ODD_MARKS, value):
        faults.hint(_DECIMAL_HINT, field="decimal")


def _complaint(values: Sequence[str]) -> str:
    """Return what is wrong with the first value, and which others are alike."""
    said = _complaint_of(values[0])
    if len(values) == 1:
        return said
    bare, count = said.removesuffix("."), f"{len(values):,}"
    others = [value for value in dict.fromkeys(values[:1000]) if value != values[0]][:3]
    if not others:
        return f"{bare} ({count} cells)."
    also = ", ".join(f"'{_shown(value)}'" for value in others)
    return f"{bare} ({count} cells; also {also})."


def _shown(value: str) -> str:
    return value if len(value) <= 40 else value[:37] + "..."


def _complaint_of(value: str) -> str:
    shown = _shown(value)
    if not value:
        return "the cell is empty; a number is needed."
    if value.lower() in (*MARKERS, *_INFINITE):
        return f"'{shown}' is not a finite number; a number is needed."
    if re.match(CENSORED, value):
        return f"'{shown}' says a limit only (a censored value); a number is needed."
    if re.match(_THOUSANDS, value):
        return f"'{shown}' {_mending(value)}"
    if re.match(_DECIMAL_COMMA, value):
        return f"'{shown}' has a decimal comma; write it with a point."
    if re.match(_NUMBER, value):
        return f"'{shown}' is too large for a 32-bit number."
    return f"'{shown}' is not a number."


def _mending(value: str) -> str:
    """Return what to write for a number with signs between its thousands."""
    digits = [letter for letter in value if letter.isdigit() or letter in "+-"]
    if value.count(",") == 1 and not re.search(r"[.' \u00a0\u202f\u2019]", value):
        fraction = value.replace(",", ".")
        return (
            f"has a comma that may part thousands or decimals; write {''.join(digits)} or "
            f"{fraction}."
        )
    return "has signs between its thousands; write it without them, with a point for decimals."


def refuse_ambiguous_32_bit_values(
    frame: pl.DataFrame, features: Sequence[str], notes: list[str]
) -> None:
    """Refuse features that lose their meaning as 32-bit numbers; note which are only rounded."""
    faults, rounded = Faults(), list[str]()
    for name, (top, error, spread) in _precision(frame, features).items():
        same = _same_number(frame, name) if top > _EXACT else None
        if same:
            faults.add(
                f"Column '{name}': {same[0]} and {same[1]} are the same 32-bit number, so that "
                "no training could distinguish them. Subtract a constant such as the smallest "
                "value, use a larger unit, or keep the column as text (text_columns)."
            )
        elif spread > 0 and error > _COARSE * spread:
            faults.add(
                f"Column '{name}': 32-bit numbers are {error:.3g} off, which is much beside how "
                f"its values differ (standard deviation {spread:.3g}). Subtract a constant such "
                "as the mean first."
            )
        elif top > _EXACT and error > 0:
            rounded.append(name)
    faults.refuse_if_any()
    if rounded:
        notes.append(f"Large numbers are rounded to 32 bits (7 digits): {listed(rounded)}.")


def _precision(
    frame: pl.DataFrame, features: Sequence[str]
) -> dict[str, tuple[float, float, float]]:
    """Return (largest value, largest rounding error, standard deviation) of each feature."""
    if not features:
        return {}
    number = pl.col(features).cast(pl.Float64)
    error = (number - number.cast(pl.Float32).cast(pl.Float64)).abs().max()
    parts = (number.abs().max(), error, number.std(ddof=0))
    rows = [frame.select(part).row(0) for part in parts]
    return {name: facts for name, *facts in zip(features, *rows, strict=True)}  # type: ignore[misc]


def _same_number(frame: pl.DataFrame, name: str) -> tuple[str, str] | None:
    """Return two whole numbers of the column that are one 32-bit number, by their digits.

    By their digits, because codes of 18 digits are the same in 64 bits already.
    """
    cell = pl.col(name)
    matches = (
        frame.filter(cell.str.contains(_INTEGER))
        .select(
            digits=cell.str.strip_prefix("+").str.replace(r"^(-?)0+(\d)", "${1}${2}"),
            number=cell.cast(pl.Float64).cast(pl.Float32),
        )
        .group_by("number")
        .agg(pl.col("digits").unique().sort().head(2))
        .filter(pl.col("digits").list.len() > 1)
        .sort("number")
        .head(1)
    )
    return tuple(matches["digits"][0].to_list()) if matches.height else None


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
