"""What each column of a table is for: target, patient, site, feature, or ignored."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from services.datasets.inspection.columns import (
    existing_column,
    names_of,
    optional_column,
    required_column,
)
from services.datasets.inspection.faults import refuse
from services.datasets.inspection.number_cells import Profile
from services.datasets.types import ReaderOptions


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


def assigned_roles(frame: pl.DataFrame, options: ReaderOptions) -> ColumnRoles:
    """Return the parts that were given. Raises ``UploadError`` for a column with two of them."""
    target = required_column(frame, options.target_column, "Target", field="target_column")
    patient = patient_column(frame, options)
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


def patient_column(frame: pl.DataFrame, options: ReaderOptions) -> str | None:
    """Return the chosen column of patients, or one with their usual name; '' chooses none."""
    if options.patient_column == "":
        return None
    return optional_column(frame, options.patient_column, "patientId", field="patient_column")


def _refuse_two_roles(options: ReaderOptions, others: set[str | None]) -> None:
    twice = [name for name in options.category_columns if name in others]
    if twice:
        refuse(f"'{twice[0]}' has another role too; give it one.", field="category_columns")


def other_columns(frame: pl.DataFrame, parts: ColumnRoles) -> list[str]:
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
