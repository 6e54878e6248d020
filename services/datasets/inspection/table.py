"""Reads an uploaded CSV table: numbers become features, text becomes columns to divide by."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.datasets.canonical import Rows, write_table
from services.datasets.inspection.column_schema import schema_of
from services.datasets.inspection.columns import (
    existing_column,
    names_of,
    optional_column,
    required_column,
)
from services.datasets.inspection.csv_text import ROW, read_csv
from services.datasets.inspection.faults import MAX_FAULTS, Faults, refuse
from services.datasets.inspection.missing import DROP, refuse_missing, without_missing
from services.datasets.inspection.number_cells import (
    Profile,
    add_bad_numbers,
    note_leading_zeros,
    numbers_of,
    profiles_of,
    refuse_ambiguous_32_bit_values,
    with_booleans_as_numbers,
)
from services.datasets.inspection.summary import summarise
from services.datasets.inspection.targets import encode_targets
from services.datasets.limits import InspectionLimits
from services.datasets.types import ColumnSchema, DatasetSummary, ReaderOptions

_FIRST = "__first__"


def inspect_table(
    source: Path, target: Path, options: ReaderOptions, limits: InspectionLimits
) -> DatasetSummary:
    """Validate the CSV at ``source`` and write its canonical form. Raises ``UploadError``."""
    notes: list[str] = []
    with source.open("rb") as file:
        frame = read_csv(file, "The file", limits, notes)
    parts = _assign(frame, options)
    profiles = profiles_of(frame, _others(frame, parts))
    schema = schema_of(frame, roles_of(frame, parts, profiles), profiles)
    rows, x, features = _read_rows(frame, parts, profiles, options, limits, notes)
    sha256 = write_table(target, rows, x, features)
    return summarise(
        "table",
        rows,
        sha256,
        target.stat().st_size,
        num_features=len(features),
        column_schema=schema,
        notes=notes,
    )


def _read_rows(
    frame: pl.DataFrame,
    parts: "ColumnRoles",
    profiles: dict[str, Profile],
    options: ReaderOptions,
    limits: InspectionLimits,
    notes: list[str],
) -> tuple[Rows, NDArray[np.float32], list[str]]:
    """Return the rows, their (n, features) numbers, and the names of the features."""
    if options.missing_rows == DROP:
        frame = _without_missing(frame, parts, profiles, notes)
        profiles = profiles_of(frame, list(profiles))
    y, classes = encode_targets(
        frame, parts.target, limits, missing=options.missing_rows, notes=notes
    )
    frame = with_booleans_as_numbers(frame, profiles, notes)
    features, texts = _divide(frame, parts, profiles)
    refuse_ambiguous_32_bit_values(frame, features, notes)
    note_leading_zeros({name: profiles[name] for name in features}, notes)
    _note_columns_left_out(parts, texts, notes)
    patients = _patients(frame, parts.patient, options, notes)
    columns = {name: frame[name].to_list() for name in texts}
    rows = Rows(y=y, patients=patients, classes=classes, columns=columns)
    return rows, numbers_of(frame, features), features


@dataclass(frozen=True)
class ColumnRoles:
    """Which columns a person or their names gave a part; the others are looked at."""

    target: str
    patient: str | None
    texts: frozenset[str]
    ignored: frozenset[str]


def _assign(frame: pl.DataFrame, options: ReaderOptions) -> ColumnRoles:
    target = required_column(frame, options.target_column, "Target", field="target_column")
    patient = optional_column(frame, options.patient_column, "patientId", field="patient_column")
    names = names_of(frame)
    for field in ("text_columns", "ignored_columns"):
        for name in getattr(options, field):
            existing_column(names, name, field=field)
    if patient == target:
        refuse(f"'{target}' cannot be both target and patient.", field="patient_column")
    ignored = frozenset(options.ignored_columns)
    if target in ignored:
        refuse(f"'{target}' cannot be both target and ignored.", field="ignored_columns")
    patient = None if patient in ignored else patient
    return ColumnRoles(target, patient, frozenset(options.text_columns), ignored)


def _others(frame: pl.DataFrame, parts: ColumnRoles) -> list[str]:
    """Return the columns that may be features."""
    given = {parts.target, parts.patient, *parts.texts, *parts.ignored}
    return [name for name in names_of(frame) if name not in given]


def roles_of(
    frame: pl.DataFrame, parts: ColumnRoles, profiles: dict[str, Profile]
) -> dict[str, str]:
    """Return what each column is used for."""
    given = {parts.target: "target"} | ({parts.patient: "patient"} if parts.patient else {})
    given |= dict.fromkeys(parts.ignored, "ignored") | dict.fromkeys(parts.texts, "site")
    suggested = {
        name: "feature" if profile.is_numeric and not profile.is_empty else "site"
        for name, profile in profiles.items()
    }
    return {name: (given | suggested)[name] for name in names_of(frame)}


def preview_table(
    source: Path, options: ReaderOptions, limits: InspectionLimits
) -> tuple[int, list[ColumnSchema], list[str]]:
    """Return the number of rows, the columns and notes of a table that need not be good.

    Raises ``UploadError`` for what is no table at all.
    """
    notes: list[str] = []
    with source.open("rb") as file:
        frame = read_csv(file, "The file", limits, notes)
    return frame.height, suggested_schema(frame, options), notes


def suggested_schema(
    frame: pl.DataFrame, options: ReaderOptions, *, filename: str | None = None
) -> list[ColumnSchema]:
    """Return the columns with the roles that they would have; without a target none has it."""
    target = optional_column(frame, options.target_column, "Target", field="target_column")
    patient = optional_column(frame, options.patient_column, "patientId", field="patient_column")
    texts = frozenset(options.text_columns)
    parts = ColumnRoles(target or "", patient, texts, frozenset(options.ignored_columns))
    profiles = profiles_of(frame, _others(frame, parts))
    roles = roles_of(frame, parts, profiles)
    if filename in roles:
        roles[str(filename)] = "filename"
    return schema_of(frame, roles, profiles)


def _without_missing(
    frame: pl.DataFrame, parts: ColumnRoles, profiles: dict[str, Profile], notes: list[str]
) -> pl.DataFrame:
    features = [
        name for name, profile in profiles.items() if profile.is_numeric and not profile.is_empty
    ]
    needed = [parts.target, *([parts.patient] if parts.patient else []), *features]
    kept = without_missing(frame, needed, notes)
    if not kept.height:
        refuse("Every row has a missing cell, so that none is left.", field="missing_rows")
    return kept


def _divide(
    frame: pl.DataFrame, parts: ColumnRoles, profiles: dict[str, Profile]
) -> tuple[list[str], list[str]]:
    """Return the names of numeric features and of text columns. Raises ``UploadError``."""
    faults, features = Faults(), list[str]()
    for name, profile in profiles.items():
        if profile.is_empty:
            faults.add(f"Column '{name}' is empty in every row. Fill it or leave it out.")
        elif profile.is_numeric:
            features.append(name)
            bad = profile.bad - (profile.booleans if profile.is_boolean else 0)
            add_bad_numbers(frame, name, bad, faults)
    faults.refuse_if_any()
    if not features:
        refuse("No column holds numbers, so there is nothing to learn from.")
    rest = {parts.target, parts.patient, *features, *parts.ignored}
    return features, [name for name in names_of(frame) if name not in rest]


def _note_columns_left_out(parts: ColumnRoles, texts: list[str], notes: list[str]) -> None:
    for names, sentence in (
        (texts, "{columns} kept as text and not learned from: {names}."),
        (sorted(parts.ignored), "{columns} left out of the dataset: {names}."),
    ):
        if names:
            shown = ", ".join(f"'{name}'" for name in names[:10])
            more = f" and {len(names) - 10} more" if len(names) > 10 else ""
            columns = "1 column is" if len(names) == 1 else f"{len(names)} columns are"
            notes.append(sentence.format(columns=columns, names=f"{shown}{more}"))


def _patients(
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
