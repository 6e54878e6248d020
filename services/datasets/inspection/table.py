"""Reads an uploaded CSV table: numbers and categories to learn from, text to divide by."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.datasets.canonical import Rows, write_table
from services.datasets.inspection.accounting import with_minus_signs
from services.datasets.inspection.bad_numbers import add_bad_numbers
from services.datasets.inspection.categories import categories_of
from services.datasets.inspection.choices import check_choices
from services.datasets.inspection.column_schema import MAX_VALUES, schema_of
from services.datasets.inspection.columns import names_of, optional_column
from services.datasets.inspection.csv_text import read_csv_text
from services.datasets.inspection.doubtful_numbers import codes_written, note_doubtful_numbers
from services.datasets.inspection.duplicate_rows import patients_of
from services.datasets.inspection.faults import Faults, refuse
from services.datasets.inspection.gaps import gappy_columns, rows_must_fill, with_gaps
from services.datasets.inspection.missing import DROP, without_missing
from services.datasets.inspection.number_cells import (
    Profile,
    note_leading_zeros,
    numbers_of,
    profiles_of,
    with_booleans_as_numbers,
)
from services.datasets.inspection.plain_numbers import with_plain_numbers
from services.datasets.inspection.precision import refuse_ambiguous_32_bit_values
from services.datasets.inspection.proposals import notes_of, proposed_roles
from services.datasets.inspection.roles import (
    ColumnRoles,
    assigned_roles,
    other_columns,
    patient_column,
    roles_of,
)
from services.datasets.inspection.summary import summarise
from services.datasets.inspection.targets import encode_targets
from services.datasets.limits import InspectionLimits
from services.datasets.types import ColumnSchema, DatasetSummary, ReaderOptions


def inspect_table(
    source: Path, target: Path, options: ReaderOptions, limits: InspectionLimits
) -> DatasetSummary:
    """Validate the CSV at ``source`` and write its canonical form. Raises ``UploadError``."""
    notes: list[str] = []
    with source.open("rb") as file:
        frame, separator = read_csv_text(file, "The file", limits, notes)
    check_choices(names_of(frame), options)
    parts = assigned_roles(frame, options)
    frame = with_minus_signs(frame, _may_be_numbers(frame, parts, options), notes)
    seen = profiles_of(frame, other_columns(frame, parts))
    target_profile = _measured(frame, parts.target, options)
    plain = seen | target_profile if options.class_limits else seen
    frame = with_plain_numbers(frame, plain, separator, options, notes)
    profiles = _profiles_again(frame, seen)
    known = target_profile | seen | profiles
    schema = schema_of(frame, roles_of(frame, parts, profiles), known, options)
    parts, profiles = _without_gappy_columns(frame, parts, profiles, options, notes)
    schema = [replace(one, role="ignored") if one.name in parts.gappy else one for one in schema]
    rows, x, features = _read_rows(frame, parts, profiles, options, limits, notes)
    sha256 = write_table(target, rows, x, features)
    return summarise(
        "table",
        rows,
        sha256,
        target.stat().st_size,
        num_features=len(features) + len(rows.categories),
        column_schema=schema,
        notes=notes,
    )


def _may_be_numbers(frame: pl.DataFrame, parts: ColumnRoles, options: ReaderOptions) -> list[str]:
    """Return the columns that may be features, and a target that is divided."""
    divided = [parts.target] if options.class_limits and parts.target else []
    return [*other_columns(frame, parts), *divided]


def _profiles_again(frame: pl.DataFrame, seen: dict[str, Profile]) -> dict[str, Profile]:
    """Return the profiles once numbers are plain; what was censored is still counted."""
    changed = [name for name, one in seen.items() if one.odd_marks or one.censored]
    again = profiles_of(frame, changed)
    return {
        name: replace(again[name], censored=one.censored) if name in again else one
        for name, one in seen.items()
    }


def _read_rows(
    frame: pl.DataFrame,
    parts: ColumnRoles,
    profiles: dict[str, Profile],
    options: ReaderOptions,
    limits: InspectionLimits,
    notes: list[str],
) -> tuple[Rows, NDArray[np.float32], list[str]]:
    """Return the rows, their (n, features) numbers, and the names of the features."""
    kept = _without_missing(frame, parts, profiles, options, notes)
    if kept.height < frame.height:  # what is text stays text whichever rows are left
        frame, profiles = kept, profiles | profiles_of(kept, _numeric(profiles))
    y, classes = encode_targets(
        frame,
        parts.target,
        limits,
        missing=options.missing_rows,
        notes=notes,
        class_limits=options.class_limits,
    )
    frame = with_booleans_as_numbers(frame, profiles, notes)
    frame, fills = with_gaps(frame, [*_numeric(profiles), *parts.categories], options, notes)
    features, texts = _divide(frame, parts, profiles)
    refuse_ambiguous_32_bit_values(frame, features, notes)
    note_leading_zeros({name: profiles[name] for name in features}, notes)
    plain = [name for name in features if not profiles[name].is_boolean]
    note_doubtful_numbers(frame, plain, codes_written(frame, plain), notes)
    _note_columns_left_out(parts, texts, notes)
    categories = categories_of(frame, parts.categories, limits, notes)
    patients = patients_of(frame, parts.patient, options, notes)
    columns = {name: frame[name].to_list() for name in texts}
    rows = Rows(
        y=y,
        patients=patients,
        classes=classes,
        columns=columns,
        categories=categories,
        fills=fills,
    )
    return rows, numbers_of(frame, features), features


def _numeric(profiles: dict[str, Profile]) -> list[str]:
    return [name for name, one in profiles.items() if one.is_numeric and not one.is_empty]


def preview_table(
    source: Path, options: ReaderOptions, limits: InspectionLimits
) -> tuple[int, list[ColumnSchema], list[str]]:
    """Return the number of rows, the columns and notes of a table that need not be good.

    Raises ``UploadError`` for what is no table at all.
    """
    notes: list[str] = []
    with source.open("rb") as file:
        frame, separator = read_csv_text(file, "The file", limits, notes)
    return frame.height, suggested_schema(frame, options, notes, separator=separator), notes


def suggested_schema(
    frame: pl.DataFrame,
    options: ReaderOptions,
    notes: list[str],
    *,
    filename: str | None = None,
    separator: str = ",",
) -> list[ColumnSchema]:
    """Return the columns with the roles that they would have; without a target none has it.

    Patients and sites are proposed by name where they are not chosen; ``notes`` says of whom.
    """
    target = optional_column(frame, options.target_column, "Target", field="target_column")
    patient = patient_column(frame, options)
    texts = frozenset(options.text_columns)
    ignored, categories = frozenset(options.ignored_columns), tuple(options.category_columns)
    parts = ColumnRoles(target or "", patient, texts, ignored, categories)
    frame = with_minus_signs(frame, _may_be_numbers(frame, parts, options), [])
    profiles = profiles_of(frame, other_columns(frame, parts))
    frame = with_plain_numbers(frame, profiles, separator, options, [])
    profiles = _profiles_again(frame, profiles)
    open_columns = [name for name in profiles if name != filename]
    proposed = proposed_roles(
        frame, open_columns, is_open=options.patient_column is None and not patient
    )
    notes += notes_of(proposed)
    roles = roles_of(frame, parts, profiles) | proposed
    if filename in roles:
        roles[str(filename)] = "filename"
    measured = {} if target is None else _measured(frame, target, options)
    return schema_of(frame, roles, measured | profiles, options)


def _measured(frame: pl.DataFrame, target: str, options: ReaderOptions) -> dict[str, Profile]:
    """Return the profile of a target that is divided, or of numbers that may be measurements."""
    if not options.class_limits and frame[target].n_unique() <= MAX_VALUES:
        return {}
    profiles = profiles_of(frame, [target])
    return {name: one for name, one in profiles.items() if one.is_numeric}


def _without_gappy_columns(
    frame: pl.DataFrame,
    parts: ColumnRoles,
    profiles: dict[str, Profile],
    options: ReaderOptions,
    notes: list[str],
) -> tuple[ColumnRoles, dict[str, Profile]]:
    """Leave out the features with a missing cell for which that was chosen."""
    features = [*_numeric(profiles), *(n for n, one in profiles.items() if one.is_empty)]
    left = gappy_columns(frame, [*features, *parts.categories], options, notes)
    parts = replace(
        parts,
        ignored=parts.ignored | left,
        gappy=frozenset(left),
        categories=[name for name in parts.categories if name not in left],
    )
    return parts, {name: one for name, one in profiles.items() if name not in left}


def _without_missing(
    frame: pl.DataFrame,
    parts: ColumnRoles,
    profiles: dict[str, Profile],
    options: ReaderOptions,
    notes: list[str],
) -> pl.DataFrame:
    """Leave out the rows with a missing cell in the columns for which that was chosen."""
    features = [*_numeric(profiles), *parts.categories]
    needed = rows_must_fill(features, options)
    if options.missing_rows == DROP:
        needed = [parts.target, *([parts.patient] if parts.patient else []), *needed]
    kept = without_missing(frame, needed, notes) if needed else frame
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
            add_bad_numbers(frame, name, faults)
    faults.refuse_if_any()
    if not features and not parts.categories:
        refuse(
            "No column holds numbers, so there is nothing to learn from. Text columns are learned "
            "from as categories if they are named (category_columns)."
        )
    rest = {parts.target, parts.patient, *features, *parts.ignored, *parts.categories}
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
