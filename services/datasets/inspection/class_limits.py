"""Divides a column of measurements into classes, at limits that a person chose.

Limits are chosen, not fitted: quantiles of a file would be read from its test rows, too.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.datasets.inspection.bad_numbers import add_bad_numbers
from services.datasets.inspection.faults import Faults, refuse
from services.datasets.limits import InspectionLimits

FIELD = "class_limits"


def check_class_limits(chosen: Sequence[float], limits: InspectionLimits) -> None:
    """Raise ``UploadError`` unless the limits are finite, rise, and make few enough classes.

    Numbers of a file have 64 bits here, so a limit is compared as it is written.
    """
    if len(chosen) >= limits.classes:
        refuse(
            f"{FIELD} has {len(chosen)} limits; at most {limits.classes - 1} are allowed, which "
            f"make {limits.classes} classes.",
            field=FIELD,
        )
    if not np.isfinite(np.asarray(chosen, dtype=np.float64)).all():
        refuse(f"{FIELD} has a limit that is no finite number.", field=FIELD)
    for one, following in pairwise(chosen):
        if following <= one:
            refuse(
                f"{FIELD} has {_shown(following)} after {_shown(one)}; each limit must be above "
                "the one before it.",
                field=FIELD,
            )


def class_names(chosen: Sequence[float]) -> list[str]:
    """Return the names of the classes between rising limits: ``<7``, ``7 … <10``, ``≥10``."""
    shown = [_shown(limit) for limit in chosen]
    between = [f"{low} … <{high}" for low, high in pairwise(shown)]
    return [f"<{shown[0]}", *between, f"≥{shown[-1]}"]


def encode_by_limits(
    frame: pl.DataFrame,
    column: str,
    chosen: Sequence[float],
    limits: InspectionLimits,
    notes: list[str] | None,
) -> tuple[NDArray[np.int64], list[str]]:
    """Return (n,) positions in the classes, and the classes; a limit belongs to the class above.

    Raises ``UploadError`` for cells that are no numbers, and for a class that no row is in, unless
    other sites may have such rows.
    """
    check_class_limits(chosen, limits)
    values = _numbers(frame, column)
    places = np.digitize(values, np.asarray(chosen, dtype=np.float64))
    names = class_names(chosen)
    counts = np.bincount(places, minlength=len(names))
    if limits.fewest_classes > 1:
        _refuse_empty(column, names, counts, values)
    if notes is not None:
        notes.append(_said(column, names, counts))
    present = np.flatnonzero(counts)
    return np.searchsorted(present, places).astype(np.int64), [names[place] for place in present]


def _numbers(frame: pl.DataFrame, column: str) -> NDArray[np.float64]:
    number = frame[column].cast(pl.Float64, strict=False)
    if 2 * number.is_not_null().sum() < frame.height:
        refuse(
            f"Column '{column}' holds texts, which {FIELD} cannot divide. Leave {FIELD} out, or "
            "choose a column of numbers as the target.",
            field=FIELD,
        )
    faults = Faults()
    add_bad_numbers(frame, column, faults)
    faults.refuse_if_any()
    return number.to_numpy().astype(np.float64)


def _refuse_empty(
    column: str, names: Sequence[str], counts: NDArray[np.int64], values: NDArray[np.float64]
) -> None:
    empty = [name for name, count in zip(names, counts, strict=True) if not count]
    if empty:
        refuse(
            f"Column '{column}' has no row in the class '{empty[0]}'; its values are from "
            f"{_shown(float(values.min()))} to {_shown(float(values.max()))}. Choose limits "
            f"({FIELD}) with rows on both sides of each.",
            field=FIELD,
        )


def _said(column: str, names: Sequence[str], counts: NDArray[np.int64]) -> str:
    parts = ", ".join(f"'{name}' {count:,}" for name, count in zip(names, counts, strict=True))
    return f"Column '{column}' is a measurement, divided into classes; rows: {parts}."


def _shown(number: float) -> str:
    return repr(float(number)).removesuffix(".0")
