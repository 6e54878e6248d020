"""Turns a column of targets into classes in a fixed order.

Labels are texts and stay as they are written: a code of 18 digits, leading zeros or 1e5 would not
survive being a number. Numbers only give the order.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.datasets.inspection.class_limits import encode_by_limits
from services.datasets.inspection.faults import refuse
from services.datasets.inspection.missing import refuse_missing
from services.datasets.limits import InspectionLimits
from services.tabular.missing import boolean_pair_of

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_SIGNS = "<>=\u2264\u2265 "  # before a value that is a limit only
_MAX_PLAIN_NUMBERS = 20  # that are taken for codes without a word
_MAX_NUMBER_LENGTH = 100  # characters; more is no number that an order needs


def encode_targets(
    frame: pl.DataFrame,
    column: str,
    limits: InspectionLimits,
    *,
    missing: str = "refuse",
    notes: list[str] | None = None,
    class_limits: Sequence[float] = (),
) -> tuple[NDArray[np.int64], list[str]]:
    """Return (n,) positions in the classes, and the classes: numbers by value, text by letter.

    Of yes and no in whatever words the yes is the second, whose precision and recall are measured.
    With ``class_limits`` the cells are measurements, and the classes lie between these limits.
    """
    refuse_missing(frame, [column], choice=missing)
    if class_limits:
        return encode_by_limits(frame, column, class_limits, limits, notes)
    values = frame[column].to_list()
    classes = _yes_last(sorted(set(values), key=_order))
    _check(classes, len(values), column, limits)
    if notes is not None:
        notes += [*_notes_on_spellings(classes, column), *_note_on_numbers(classes, column)]
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
        _refuse_measurement(classes, rows, column, limits)
        refuse(
            f"Column '{column}' holds {len(classes)} different values in {rows} rows: "
            f"that looks like a measurement or an id, not a class (at most {limits.classes}).",
            field="target_column",
        )


def _refuse_measurement(
    classes: list[str], rows: int, column: str, limits: InspectionLimits
) -> None:
    """Refuse a target of numbers that go on and on, and say how it can be learned all the same."""
    numbers = {name: _number(name.lstrip(_SIGNS).replace(",", ".")) for name in classes}
    known = {name: number for name, number in numbers.items() if number is not None}
    if 2 * len(known) < len(classes):
        return
    low, high = (pick(known, key=lambda name: known[name]) for pick in (min, max))
    refuse(
        f"Column '{column}' holds {len(classes)} different numbers in {rows} rows, from {low} to "
        f"{high}: that looks like a measurement, and training learns classes (at most "
        f"{limits.classes}). Name the values at which its classes part (class_limits), or choose "
        "another target column. Series in time are forecast in a forecasting session.",
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


def _note_on_numbers(classes: Sequence[str], column: str) -> list[str]:
    """Say that numbers are classes of their own where so many may be measurements."""
    if len(classes) <= _MAX_PLAIN_NUMBERS or any(_number(name) is None for name in classes):
        return []
    said = (
        f"Column '{column}' holds {len(classes)} different numbers, each a class of its own. If it "
        "is a measurement, name the values at which its classes part (class_limits)."
    )
    return [said]


def _yes_last(classes: list[str]) -> list[str]:
    words = [name.strip().lower() for name in classes]
    pair = boolean_pair_of(set(words)) if len(words) == 2 else None
    return classes[::-1] if pair is not None and words[0] == pair[0] else classes


def _order(name: str) -> tuple[int, Decimal, str]:
    number = _number(name)
    return (1, Decimal(0), name) if number is None else (0, number, name)


def _number(text: str) -> Decimal | None:
    if len(text) > _MAX_NUMBER_LENGTH or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text)
