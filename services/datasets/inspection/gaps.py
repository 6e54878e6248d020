"""Missing cells of features: filled in training, left out with their row, or with their column.

Nothing is filled here: what is put into a gap is fitted on the training rows of each run.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from services.datasets.inspection.choices import choice_for, fill_for
from services.datasets.inspection.missing import DROP, KEEP, is_missing, refuse_missing
from services.datasets.types import DROP_COLUMN, DROP_ROWS, FILLS, ReaderOptions


def _gaps(frame: pl.DataFrame, names: Sequence[str]) -> dict[str, int]:
    """Return how many cells of each column are missing, of those that have such cells."""
    if not names:
        return {}
    counts = frame.select(is_missing(pl.col(names)).sum()).row(0)
    return {name: count for name, count in zip(names, counts, strict=True) if count}


def gappy_columns(
    frame: pl.DataFrame, features: Sequence[str], options: ReaderOptions, notes: list[str]
) -> set[str]:
    """Return the columns that are left out because a cell is missing; ``notes`` name them."""
    requested = [n for n in features if choice_for(options.missing_features, n) == DROP_COLUMN]
    left = _gaps(frame, requested)
    notes += [
        f"Column '{name}' is left out of the dataset: {count:,} of its cells are missing."
        for name, count in left.items()
    ]
    return set(left)


def rows_must_fill(features: Sequence[str], options: ReaderOptions) -> list[str]:
    """Return the features without whose value a row is left out."""
    choices = {name: choice_for(options.missing_features, name) for name in features}
    if options.missing_rows == DROP:
        return [name for name, choice in choices.items() if choice not in FILLS]
    return [name for name, choice in choices.items() if choice == DROP_ROWS]


def with_gaps(
    frame: pl.DataFrame, features: Sequence[str], options: ReaderOptions, notes: list[str]
) -> tuple[pl.DataFrame, dict[str, str]]:
    """Return the frame with null where a training will fill, and how it will, by column.

    Columns with a missing cell are filled, and those that a choice names: they may have gaps at
    another site. Raises ``UploadError`` for other gaps of categories; those of numbers are named
    with what else is no number.
    """
    gaps = _gaps(frame, features)
    filled = [name for name in features if name in gaps or name in options.missing_features]
    fills = {name: fill for name in filled if (fill := fill_for(options, name))}
    open_texts = [name for name in gaps if name in options.category_columns and name not in fills]
    keep_words = options.missing_rows == KEEP
    refuse_missing(frame, open_texts, choice=KEEP if keep_words else "refuse")
    notes += _notes(gaps, fills)
    empty = [pl.when(~is_missing(pl.col(name))).then(pl.col(name)).alias(name) for name in fills]
    return frame.with_columns(empty), fills


def _notes(gaps: Mapping[str, int], fills: Mapping[str, str]) -> list[str]:
    return [
        f"Column '{name}': {gaps.get(name, 0):,} missing cells are filled in each training with "
        f"the {fill} of its training rows, beside an input that says where."
        for name, fill in fills.items()
    ]
