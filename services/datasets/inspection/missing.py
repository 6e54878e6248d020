"""Cells that stand for no value, however a program writes them.

A marker in a target would become a class, and in a patient column all rows without a patient
would become one patient: so they are refused, or set aside and counted, as the person says.
"""

from collections.abc import Sequence

import polars as pl

from services.datasets.inspection.csv_text import ROW
from services.datasets.inspection.faults import Faults, in_rows

# in lower case: what R, pandas, SQL, SAS, Weka, Excel and people write for a missing value
MARKERS = ("", "na", "n/a", "n.a.", "#n/a", "#n/a n/a", "#na", "<na>", "nan", "-nan", "+nan",
           "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan", "nat", "null", "nil", "none", "missing",
           "-", "--", "\u2013", "\u2014", "?", ".", "#nv", "#wert!", "#value!", "#div/0!", "#ref!",
           "#bezug!", "#num!", "#zahl!", "#name?", "#null!", "k.a.", "k. a.", "k.w.", "n.v.",
           "n. v.", "n.d.", "n.b.", "keine angabe", "nicht bestimmt", "nicht gemessen",
           "not available", "not measured", "fehlt")  # fmt: skip
REFUSE, DROP, KEEP = CHOICES = ("refuse", "drop", "keep")
_HINT = (
    "To leave out the rows with a missing cell, choose that in the form (missing_rows: drop). "
    "Where labels such as NA or None are values of their own: missing_rows: keep."
)
_FILL_HINT = (
    "Missing cells of a feature can be filled in training with the median or mode of the training "
    "rows, beside an input that says where (missing_features: median or mode), or left out with "
    "their rows (drop_rows) or their column (drop_column)."
)


def is_missing(cell: pl.Expr) -> pl.Expr:
    """Return whether a stripped cell of text stands for no value."""
    return cell.str.to_lowercase().is_in(MARKERS)


def refuse_missing(frame: pl.DataFrame, columns: Sequence[str], *, choice: str) -> None:
    """Refuse columns that must be filled in every row, naming the rows where they are not.

    With the choice ``keep`` only empty cells are refused: markers are values of their own.
    """
    faults = Faults()
    for column in columns:
        cell = pl.col(column)
        bad = cell == "" if choice == KEEP else is_missing(cell)
        alike = frame.filter(bad).group_by(column, maintain_order=True).agg(ROW)
        for value, lines in alike.select(column, ROW).iter_rows():
            said = f"{in_rows(lines)}, column '{column}': {_said(value)}"
            faults.add(said, count=len(lines))
    if faults.total:
        faults.hint(_HINT, field="missing_rows")
    faults.refuse_if_any()


def hint_at_missing(faults: Faults) -> None:
    """Say how rows with missing cells can be left out, and how gaps of features are filled."""
    faults.hint(_HINT, field="missing_rows")
    faults.hint(_FILL_HINT, field="missing_features")


def _said(value: str) -> str:
    return f"'{value}' stands for a missing value." if value else "the cell is empty."


def without_missing(frame: pl.DataFrame, columns: Sequence[str], notes: list[str]) -> pl.DataFrame:
    """Return the rows in which all of ``columns`` are filled, and note how many are set aside."""
    missing = {
        name: count
        for name, count in zip(
            columns, frame.select(is_missing(pl.col(columns)).sum()).row(0), strict=True
        )
        if count
    }
    if not missing:
        return frame
    kept = frame.filter(~pl.any_horizontal(is_missing(pl.col(list(missing)))))
    by_column = ", ".join(f"'{name}' {count:,}" for name, count in list(missing.items())[:10])
    more = f" and {len(missing) - 10} more columns" if len(missing) > 10 else ""
    notes.append(
        f"{frame.height - kept.height:,} of {frame.height:,} rows are left out because a cell is "
        f"missing ({by_column}{more})."
    )
    return kept
