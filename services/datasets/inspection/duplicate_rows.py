"""Rows that are identical: refused, or kept as one unit that no split parts."""

import polars as pl

from services.datasets.inspection.columns import names_of
from services.datasets.inspection.csv_text import ROW
from services.datasets.inspection.faults import MAX_FAULTS, Faults
from services.datasets.inspection.missing import refuse_missing
from services.datasets.types import ReaderOptions

_FIRST = "__first__"


def patients_of(
    frame: pl.DataFrame, patient: str | None, options: ReaderOptions, notes: list[str]
) -> list[str]:
    """Return the unit of each row; identical rows share one, so that no split parts them."""
    frame = _with_first_rows(frame)
    if options.keep_duplicates:
        _note_repeats(frame, notes)
    else:
        _refuse_repeats(frame)
    if patient:
        refuse_missing(frame, [patient], choice=options.missing_rows)
    unit = pl.col(patient) if patient else pl.col(_FIRST).cast(pl.String)
    units: list[str] = frame.select(unit.alias("unit"))["unit"].to_list()
    return units


def _with_first_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the line of the first row that is identical, in ``_FIRST``.

    Only rows with equal hashes are compared cell by cell: comparing all needs a second table.
    """
    names = names_of(frame)
    alike = frame.filter(frame.select(names).hash_rows().is_duplicated())
    firsts = alike.select(ROW, pl.col(ROW).first().over(names).alias(_FIRST))
    joined = frame.join(firsts, on=ROW, how="left", maintain_order="left")
    return joined.with_columns(pl.col(_FIRST).fill_null(pl.col(ROW)))


def _refuse_repeats(frame: pl.DataFrame) -> None:
    faults, repeats = Faults(), _repeats(frame)
    for line, first in repeats.head(MAX_FAULTS).iter_rows():
        faults.add(
            f"Row {line} repeats row {first} exactly. Remove it, or choose to keep repeated rows."
        )
    faults.count_more(max(0, repeats.height - MAX_FAULTS))
    if repeats.height:
        faults.hint(
            "To keep rows that repeat another one, choose that in the form (duplicate_rows: keep).",
            field="duplicate_rows",
        )
    faults.refuse_if_any()


def _note_repeats(frame: pl.DataFrame, notes: list[str]) -> None:
    count = _repeats(frame).height
    if count:
        rows = "1 row repeats" if count == 1 else f"{count:,} rows repeat"
        notes.append(f"{rows} another one exactly. They are kept, and no split parts them.")


def _repeats(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col(ROW) != pl.col(_FIRST)).select(ROW, _FIRST)
