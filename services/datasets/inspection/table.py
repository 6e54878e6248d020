"""Reads an uploaded CSV table: numbers and categories to learn from, text to divide by."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.datasets.canonical import Rows, write_table
from services.datasets.inspection.categories import categories_of
from services.datasets.inspection.choices import check_choices
from services.datasets.inspection.column_schema import MAX_VALUES, schema_of
from services.datasets.inspection.columns import (
    existing_column,
    names_of,
    optional_column,
    required_column,
)
from services.datasets.inspection.csv_text import ROW, read_csv_text
from services.datasets.inspection.faults import MAX_FAULTS, Faults, refuse
from services.datasets.inspection.gaps import gappy_columns, rows_must_fill, with_gaps
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
from services.datasets.inspection.plain_numbers import with_plain_numbers
from services.datasets.inspection.proposals import notes_of, proposed_roles
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
        frame, separator = read_csv_text(file, "The file", limits, notes)
    check_choices(names_of(frame), options)
    parts = _assign(frame, options)
    seen = profiles_of(frame, _others(frame, parts))
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
    parts: "ColumnRoles",
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
    _note_columns_left_out(parts, texts, notes)
    categories = categories_of(frame, parts.categories, limits, notes)
    patients = _patients(frame, parts.patient, options, notes)
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


@dataclass(frozen=True)
class ColumnRoles:
    """Which columns a person or their names gave a part; the others are looked at.

    ``gappy`` are those of the ignored that are left out because a cell is missing.
    """

    target: str
    patient: str | None
    texts: frozenset[str]
    ignored: frozenset[str]
    categories: Sequence[str] = ()
    gappy: frozenset[str] = frozenset()


def _assign(frame: pl.DataFrame, options: ReaderOptions) -> ColumnRoles:
    target = required_column(frame, options.target_column, "Target", field="target_column")
    patient = _patient_column(frame, options)
    names = names_of(frame)
    for field in ("text_columns", "ignored_columns", "category_columns"):
        for name in getattr(options, field):
            existing_column(names, name, field=field)
    if patient == target:
        refuse(f"'{target}' cannot be both target and patient.", field="patient_column")
    ignored = frozenset(options.ignored_columns)
    if target in ignored:
        refuse(f"'{target}' cannot be both target and ignored.", field="ignored_columns")
    patient = None if patient in ignored else patient
    texts = frozenset(options.text_columns)
    _refuse_two_roles(options, {target, patient} | texts | ignored)
    categories = [name for name in names if name in options.category_columns]
    return ColumnRoles(target, patient, texts, ignored, categories)


def _patient_column(frame: pl.DataFrame, options: ReaderOptions) -> str | None:
    if options.patient_column == "":
        return None
    return optional_column(frame, options.patient_column, "patientId", field="patient_column")


def _refuse_two_roles(options: ReaderOptions, others: set[str | None]) -> None:
    twice = [name for name in options.category_columns if name in others]
    if twice:
        refuse(f"'{twice[0]}' has another role too; give it one.", field="category_columns")


def _others(frame: pl.DataFrame, parts: ColumnRoles) -> list[str]:
    """Return the columns that may be features."""
    given = {parts.target, parts.patient, *parts.texts, *parts.ignored, *parts.categories}
    return [name for name in names_of(frame) if name not in given]


def roles_of(
    frame: pl.DataFrame, parts: ColumnRoles, profiles: dict[str, Profile]
) -> dict[str, str]:
    """Return what each column is used for."""
    given = {parts.target: "target"} | ({parts.patient: "patient"} if parts.patient else {})
    given |= dict.fromkeys(parts.ignored, "ignored") | dict.fromkeys(parts.texts, "site")
    given |= dict.fromkeys(parts.categories, "feature")
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
    patient = _patient_column(frame, options)
    texts = frozenset(options.text_columns)
    ignored, categories = frozenset(options.ignored_columns), tuple(options.category_columns)
    parts = ColumnRoles(target or "", patient, texts, ignored, categories)
    profiles = profiles_of(frame, _others(frame, parts))
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
