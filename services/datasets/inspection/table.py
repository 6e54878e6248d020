"""Reads an uploaded CSV table: numbers become features, text becomes columns to divide by."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.datasets.canonical import Rows, write_table
from services.datasets.inspection.columns import (
    existing_column,
    names_of,
    optional_column,
    required_column,
)
from services.datasets.inspection.csv_text import ROW, read_csv
from services.datasets.inspection.faults import MAX_FAULTS, Faults, refuse
from services.datasets.inspection.summary import summarise
from services.datasets.inspection.targets import encode_targets, refuse_empty_cells
from services.datasets.limits import InspectionLimits
from services.datasets.types import DatasetSummary, ReaderOptions

_MISSING = ["", "na", "n/a", "nan", "-nan", "+nan", "null", "none", "-", "?", "inf", "-inf",
            "+inf", "infinity", "-infinity", "+infinity"]  # fmt: skip
_FIRST = "__first__"
_DECIMAL_COMMA = r"^[+-]?\d+,\d+$"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_LARGEST = float(np.finfo(np.float32).max)


def inspect_table(
    source: Path, target: Path, options: ReaderOptions, limits: InspectionLimits
) -> DatasetSummary:
    """Validate the CSV at ``source`` and write its canonical form. Raises ``UploadError``."""
    with source.open("rb") as file:
        frame = read_csv(file, "The file", limits)
    parts = _assign(frame, options)
    y, classes = encode_targets(frame, parts.target, limits)
    features, texts = _divide(frame, parts)
    patients = _patients(frame, parts.patient, options)
    rows = Rows(
        y=y,
        patients=patients,
        classes=classes,
        columns={name: frame[name].to_list() for name in texts},
    )
    x = _numbers(frame, features)
    sha256 = write_table(target, rows, x, features)
    return summarise("table", rows, sha256, target.stat().st_size, num_features=len(features))


@dataclass(frozen=True)
class _Parts:
    target: str
    patient: str | None
    texts: frozenset[str]


def _assign(frame: pl.DataFrame, options: ReaderOptions) -> _Parts:
    target = required_column(frame, options.target_column, "Target", field="target_column")
    patient = optional_column(frame, options.patient_column, "patientId", field="patient_column")
    if patient == target:
        refuse(f"'{target}' cannot be both target and patient.", field="patient_column")
    names = names_of(frame)
    for name in options.text_columns:
        existing_column(names, name, field="text_columns")
    return _Parts(target, patient, frozenset(options.text_columns))


def _divide(frame: pl.DataFrame, parts: _Parts) -> tuple[list[str], list[str]]:
    """Return the names of numeric features and of text columns. Raises ``UploadError``."""
    others = [name for name in names_of(frame) if name not in (parts.target, parts.patient)]
    if not others:
        refuse("No column holds numbers, so there is nothing to learn from.")
    profiles, faults = _profiles(frame, others), Faults()
    features, texts = list[str](), list[str]()
    for name, profile in profiles.items():
        if profile.is_empty:
            faults.add(f"Column '{name}' is empty in every row. Fill it or leave it out.")
        elif name in parts.texts or not profile.is_numeric:
            texts.append(name)
        else:
            features.append(name)
            _note_bad_numbers(frame, name, profile.bad, faults)
    faults.refuse_if_any()
    if not features:
        refuse("No column holds numbers, so there is nothing to learn from.")
    return features, texts


@dataclass(frozen=True)
class _Profile:
    """Counts of a column's cells: filled at all, not missing, meant as numbers, no numbers."""

    filled: int
    present: int
    meant: int
    bad: int

    @property
    def is_empty(self) -> bool:
        return self.filled == 0

    @property
    def is_numeric(self) -> bool:
        """Whether at least half of the cells that are not missing are meant as numbers."""
        return 2 * self.meant >= self.present


def _profiles(frame: pl.DataFrame, names: list[str]) -> dict[str, _Profile]:
    """Count all columns at once: one by one, thousands of them would take a minute."""
    cell = pl.col(names)
    present = ~cell.str.to_lowercase().is_in(_MISSING)
    number = cell.cast(pl.Float64, strict=False).is_not_null()
    meant = present & (number | cell.str.contains(_DECIMAL_COMMA))
    counts = (
        frame.select(what.sum()).row(0) for what in (cell != "", present, meant, ~_finite(cell))
    )
    return {
        name: _Profile(*numbers)
        for name, numbers in zip(names, zip(*counts, strict=True), strict=True)
    }


def _finite(cell: pl.Expr) -> pl.Expr:
    number = cell.cast(pl.Float64, strict=False)
    return (number.is_finite() & (number.abs() <= _LARGEST)).fill_null(value=False)


def _note_bad_numbers(frame: pl.DataFrame, name: str, number: int, faults: Faults) -> None:
    if number and not faults.full:
        bad = frame.filter(~_finite(pl.col(name))).select(ROW, name).head(MAX_FAULTS)
        for line, value in bad.iter_rows():
            faults.add(f"Row {line}, column '{name}': {_complaint(value)}")
        number -= bad.height
    faults.count_more(number)


def _complaint(value: str) -> str:
    shown = value if len(value) <= 40 else value[:37] + "..."
    if not value:
        return "the cell is empty; a number is needed."
    if value.lower() in _MISSING:
        return f"'{shown}' is not a finite number; a number is needed."
    if re.match(_DECIMAL_COMMA, value):
        return f"'{shown}' has a decimal comma; write it with a point."
    if re.match(_NUMBER, value):
        return f"'{shown}' is too large for a 32-bit number."
    return f"'{shown}' is not a number."


def _patients(frame: pl.DataFrame, patient: str | None, options: ReaderOptions) -> list[str]:
    """Return the unit of each row; identical rows share one, so that no split parts them."""
    frame = _with_first_rows(frame)
    if not options.keep_duplicates:
        _refuse_repeats(frame)
    if patient:
        refuse_empty_cells(frame, patient)
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
    faults = Faults()
    repeats = frame.filter(pl.col(ROW) != pl.col(_FIRST)).select(ROW, _FIRST)
    for line, first in repeats.head(MAX_FAULTS).iter_rows():
        faults.add(
            f"Row {line} repeats row {first} exactly. Remove it or send duplicate_rows=keep."
        )
    faults.count_more(max(0, repeats.height - MAX_FAULTS))
    faults.refuse_if_any()


def _numbers(frame: pl.DataFrame, features: list[str]) -> NDArray[np.float32]:
    """Return (n, features) float32."""
    cast = frame.select(pl.col(features).cast(pl.Float64).cast(pl.Float32))
    return np.ascontiguousarray(cast.to_numpy(), dtype=np.float32)
