"""Finds the columns that play a part, and says which name was probably meant."""

import difflib
from collections.abc import Sequence

import polars as pl

from services.datasets.inspection.csv_text import ROW
from services.datasets.inspection.faults import refuse

_SHOWN = 12


def names_of(frame: pl.DataFrame) -> list[str]:
    """Return the columns of the file, without the line numbers."""
    return [name for name in frame.columns if name != ROW]


def required_column(frame: pl.DataFrame, requested: str | None, default: str, *, field: str) -> str:
    """Return the requested column, else the default one whatever its spelling."""
    column = optional_column(frame, requested, default, field=field)
    if column is None:
        refuse(_missing(default, names_of(frame)), field=field)
    return column


def optional_column(
    frame: pl.DataFrame, requested: str | None, default: str, *, field: str
) -> str | None:
    """Return the requested column, which must exist; else the default one, if there."""
    names = names_of(frame)
    if requested:
        return existing_column(names, requested, field=field)
    alike = [name for name in names if plain_name(name) == plain_name(default)]
    return alike[0] if len(alike) == 1 else default if default in alike else None


def existing_column(names: Sequence[str], requested: str, *, field: str) -> str:
    """Return ``requested`` if the file has it, else refuse with the nearest name."""
    if requested not in names:
        refuse(_missing(requested, names), field=field)
    return requested


def _missing(requested: str, names: Sequence[str]) -> str:
    by_plain = {plain_name(name): name for name in names}
    near = difflib.get_close_matches(plain_name(requested), list(by_plain)[:1000], n=1, cutoff=0.5)
    hint = f" Did you mean '{by_plain[near[0]]}'?" if near else ""
    shown = ", ".join(f"'{name}'" for name in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"There is no column '{requested}'.{hint} The file has {shown}{more}."


def plain_name(name: str) -> str:
    """Return a name without case, blanks and signs: ``patientid`` of "Patient-ID"."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
