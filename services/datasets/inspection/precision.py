"""What 32 bits keep of a column of numbers.

Features are kept as 32-bit numbers. A column whose values such a number cannot distinguish is
refused: seconds since 1970 that differ by one, codes of 18 digits.
"""

from collections.abc import Sequence

import polars as pl

from services.datasets.inspection.faults import Faults
from services.datasets.inspection.number_cells import listed

_INTEGER = r"^[+-]?\d+$"
_EXACT = float(2**24)  # up to here every whole number is a 32-bit number
_COARSE = 1e-3  # of a column's standard deviation: rounding by more hides what it measures


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
