"""Text columns to learn from: their cells are categories, kept exactly as they are written."""

from collections.abc import Sequence

import polars as pl

from services.datasets.inspection.faults import Faults
from services.datasets.inspection.number_cells import listed
from services.datasets.limits import InspectionLimits


def categories_of(
    frame: pl.DataFrame, names: Sequence[str], limits: InspectionLimits, notes: list[str]
) -> dict[str, list[str]]:
    """Return the cells of each column, empty where missing. Raises ``UploadError``."""
    faults = Faults()
    for name in names:
        _check(frame[name].drop_nulls().n_unique(), frame.height, name, limits, faults)
    faults.refuse_if_any()
    if names:
        notes.append(
            f"Learned from as categories, one input for each category of the training rows: "
            f"{listed(names)}."
        )
    return {name: frame[name].fill_null("").to_list() for name in names}


def _check(distinct: int, rows: int, name: str, limits: InspectionLimits, faults: Faults) -> None:
    if distinct == 0:
        faults.add(f"Column '{name}' is empty in every row.", field="category_columns")
    elif distinct > limits.categories or (rows > 20 and distinct > rows / 2):
        faults.add(
            f"Column '{name}' holds {distinct:,} different values in {rows:,} rows: that looks "
            f"like an id or free text, not categories (at most {limits.categories}). Keep it as "
            "text or leave it out.",
            field="category_columns",
        )
