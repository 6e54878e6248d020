"""Cells of a feature that are no numbers: what is wrong with them, and what to write."""

import re
from collections.abc import Sequence

import polars as pl

from services.datasets.inspection.csv_text import ROW
from services.datasets.inspection.faults import Faults, in_rows
from services.datasets.inspection.missing import MARKERS, hint_at_missing
from services.datasets.inspection.number_cells import (
    CENSORED,
    DECIMAL_COMMA,
    INFINITE,
    ODD_MARKS,
    THOUSANDS,
    is_finite,
)

_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_CENSORED_HINT = (
    "Cells such as <5 or >100 can count as their limit (censored: limit), as half of a lower limit "
    "(half), or as missing (missing)."
)
_DECIMAL_HINT = "Say which mark stands before decimals (decimal: , or .)."


def add_bad_numbers(frame: pl.DataFrame, name: str, faults: Faults) -> None:
    """Note the cells of a feature that are no numbers, alike ones together; null is no fault."""
    cell = pl.col(name)
    bad = frame.filter(cell.is_not_null() & ~is_finite(cell)).select(ROW, name, cause=_cause(cell))
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
        .when(lower.is_in(INFINITE)).then(pl.lit("infinite"))
        .when(cell.str.contains(CENSORED)).then(pl.lit("censored"))
        .when(cell.str.contains(THOUSANDS)).then(pl.lit("thousands"))
        .when(cell.str.contains(DECIMAL_COMMA)).then(pl.lit("decimal"))
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
    if value.lower() in (*MARKERS, *INFINITE):
        return f"'{shown}' is not a finite number; a number is needed."
    if re.match(CENSORED, value):
        return f"'{shown}' says a limit only (a censored value); a number is needed."
    if re.match(THOUSANDS, value):
        return f"'{shown}' {_mending(value)}"
    if re.match(DECIMAL_COMMA, value):
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
