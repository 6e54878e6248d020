"""Turns a column of targets into classes in a fixed order.

Labels are texts and stay as they are written: a code of 18 digits, leading zeros or 1e5 would not
survive being a number. Numbers only give the order.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.datasets.inspection.faults import refuse
from services.datasets.inspection.missing import refuse_missing
from services.datasets.limits import InspectionLimits

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_MAX_NUMBER_LENGTH = 100  # characters; more is no number that an order needs


def encode_targets(
    frame: pl.DataFrame,
    column: str,
    limits: InspectionLimits,
    *,
    missing: str = "refuse",
    notes: list[str] | None = None,
) -> tuple[NDArray[np.int64], list[str]]:
    """Return (n,) positions in the classes, and the classes: numbers by value, text by letter."""
    refuse_missing(frame, [column], choice=missing)
    values = frame[column].to_list()
    classes = sorted(set(values), key=_order)
    _check(classes, len(values), column, limits)
    if notes is not None:
        notes += _notes_on_spellings(classes, column)
    position = {name: index for index, name in enumerate(classes)}
    return np.asarray([position[value] for value in values], dtype=np.int64), classes


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


def _notes_on_spellings(classes: Iterable[str], column: str) -> list[str]:
    """Say which classes are one number in several spellings, or differ in case only."""
    alike: dict[object, list[str]] = defaultdict(list)
    for name in classes:
        number = _number(name)
        alike[name.casefold() if number is None else number].append(name)
    return [
        f"Column '{column}': {', '.join(repr(name) for name in names)} are classes of their own, "
        "as they are written. If they mean the same, write them alike."
        for names in alike.values()
        if len(names) > 1
    ]


def _order(name: str) -> tuple[int, Decimal, str]:
    number = _number(name)
    return (1, Decimal(0), name) if number is None else (0, number, name)


def _number(text: str) -> Decimal | None:
    if len(text) > _MAX_NUMBER_LENGTH or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text)
