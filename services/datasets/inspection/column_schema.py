"""What each column of a file holds and what it is used for: for a preview and for the page."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from services.datasets.inspection.choices import choice_for, fill_for
from services.datasets.inspection.columns import names_of
from services.datasets.inspection.missing import is_missing
from services.datasets.inspection.number_cells import Profile
from services.datasets.types import ColumnSchema, ReaderOptions

MAX_VALUES = 20  # that are named of a column


def schema_of(
    frame: pl.DataFrame,
    roles: Mapping[str, str],
    profiles: Mapping[str, Profile],
    options: ReaderOptions,
) -> list[ColumnSchema]:
    """Return the columns in the order of the file; ``profiles`` are those of possible features."""
    names = names_of(frame)
    if not names:
        return []
    cell = pl.col(names)
    missing = dict(zip(names, frame.select(is_missing(cell).sum()).row(0), strict=True))
    distinct = dict(zip(names, frame.select(cell.n_unique()).row(0), strict=True))
    ranges = _ranges(frame, [name for name in names if _kind(profiles.get(name)) == "number"])
    values = {name: _values(frame, name) for name in names if distinct[name] <= MAX_VALUES}
    return [
        ColumnSchema(
            name=name,
            type=_kind(profiles.get(name)),
            role=roles[name],
            missing=missing[name],
            distinct=distinct[name],
            low=ranges.get(name, (None, None))[0],
            high=ranges.get(name, (None, None))[1],
            values=[value for value, _ in values.get(name, [])],
            counts=[number for _, number in values.get(name, [])],
            **_treatment(name, roles[name], profiles.get(name), missing[name], options),
        )
        for name in names
    ]


def _treatment(
    name: str, role: str, profile: Profile | None, missing: int, options: ReaderOptions
) -> dict[str, Any]:
    """Return what is done with the cells of a feature that hold no plain value."""
    if role != "feature":
        return {}
    censored = 0 if profile is None else profile.censored
    missing_choice = fill_for(options, name) or choice_for(options.missing_features, name)
    return {
        "is_category": name in options.category_columns,
        "censored": censored,
        "missing_choice": missing_choice if missing else None,
        "censored_choice": choice_for(options.censored, name) if censored else None,
    }


def _kind(profile: Profile | None) -> str:
    if profile is None or not profile.is_numeric or profile.is_empty:
        return "text"
    return "boolean" if profile.is_boolean else "number"


def _ranges(frame: pl.DataFrame, names: Sequence[str]) -> dict[str, tuple[Any, Any]]:
    """Return the lowest and the highest finite number of each column."""
    if not names:
        return {}
    number = pl.col(names).cast(pl.Float64, strict=False)
    finite = pl.when(number.is_finite()).then(number)
    low, high = frame.select(finite.min()).row(0), frame.select(finite.max()).row(0)
    return {name: pair for name, *pair in zip(names, low, high, strict=True)}  # type: ignore[misc]


def _values(frame: pl.DataFrame, name: str) -> list[tuple[str, int]]:
    """Return the different values that stand for something, sorted, and how often each occurs."""
    shown = frame.filter(~is_missing(pl.col(name))).group_by(name).len().sort(name)
    return [(value[:100], count) for value, count in shown.iter_rows()]
