"""Turns a column of targets into classes in a fixed order."""

import math

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.datasets.inspection.csv_text import ROW
from services.datasets.inspection.faults import Faults, refuse
from services.datasets.limits import InspectionLimits


def encode_targets(
    frame: pl.DataFrame, column: str, limits: InspectionLimits
) -> tuple[NDArray[np.int64], list[str]]:
    """Return (n,) positions in the classes, and the classes: numbers by value, text by letter."""
    refuse_empty_cells(frame, column)
    values = frame[column].to_list()
    spelled = {value: _spell(value) for value in set(values)}
    classes = sorted(set(spelled.values()), key=_order)
    _check(classes, len(values), column, limits)
    position = {name: index for index, name in enumerate(classes)}
    encoded = [position[spelled[value]] for value in values]
    return np.asarray(encoded, dtype=np.int64), classes


def refuse_empty_cells(frame: pl.DataFrame, column: str) -> None:
    """Refuse a column that must be filled in every row, naming the rows where it is not."""
    lines = frame.filter(pl.col(column) == "")[ROW].to_list()
    faults = Faults()
    for line in lines:
        faults.add(f"Row {line}, column '{column}': the cell is empty.")
    faults.refuse_if_any()


def _check(classes: list[str], rows: int, column: str, limits: InspectionLimits) -> None:
    if len(classes) < limits.fewest_classes:
        refuse(
            f"Column '{column}' holds one class only ('{classes[0]}'); "
            "training needs at least two.",
            field="target_column",
        )
    if len(classes) > limits.classes or (rows > 20 and len(classes) > rows / 2):
        refuse(
            f"Column '{column}' holds {len(classes)} different values in {rows} rows: "
            f"that looks like a measurement or an id, not a class (at most {limits.classes}).",
            field="target_column",
        )


def _spell(value: str) -> str:
    """Write 1.0 and 01 as 1, so that one class has one name."""
    number = _number(value)
    return str(int(number)) if number is not None and number.is_integer() else value


def _order(name: str) -> tuple[int, float, str]:
    number = _number(name)
    return (1, 0.0, name) if number is None else (0, number, name)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
