"""Inputs of a table: gaps filled and categories spread out, by what training rows alone say.

Each place counts its own training rows (``count_columns``); what all use is agreed of the counts
(``fit_of``), so that one place and many sites go the same way and no row travels.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.errors import Invalid
from services.datasets.types import MEDIAN, TrainingData
from services.runs.training.data.split import Rows

Floats = NDArray[np.float32]
Value = TypeVar("Value", str, float)
MISSING = "{} (missing)"  # the input that says where a column has no value


@dataclass(frozen=True, kw_only=True)
class ColumnCounts:
    """What one place says of its training rows.

    ``values`` has the median or mode of each column of numbers with gaps, ``weights`` how many
    cells it stands for (those with a value; for a mode, those equal to it). ``categories`` counts
    the rows of each category.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, int] = field(default_factory=dict)
    categories: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TableFit:
    """What was fitted on training rows; an input for each number, gap and category.

    ``fills`` are values for the gaps of columns of numbers, ``modes`` for those of categories;
    ``methods`` says of both whether it is a median or a mode.
    """

    features: Sequence[str]
    methods: Mapping[str, str] = field(default_factory=dict)
    fills: Mapping[str, float] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """Return whether the inputs are the numbers of the data as they are."""
        return not self.fills and not self.categories

    @property
    def inputs(self) -> list[str]:
        """Return the name of each input, in order."""
        names = [*self.features, *(MISSING.format(name) for name in self.fills)]
        for column, levels in self.categories.items():
            names += [f"{column} = {level}" for level in levels]
            names += [MISSING.format(column)] if column in self.modes else []
        return names

    @property
    def unscaled(self) -> slice:
        """Return which inputs are 0 or 1 and stay so."""
        return slice(len(self.features), None)

    def encode(self, data: TrainingData) -> Floats:
        """Return (n, inputs) of (n, features) and categories; an unseen category is all zero."""
        if self.is_plain:
            return np.asarray(data.x, dtype=np.float32)
        parts = [_filled(data, self.fills), *_gaps(data, self.fills)]
        for column, levels in self.categories.items():
            parts += _spread(data.categories[column], levels, self.modes.get(column))
        return np.ascontiguousarray(np.column_stack(parts), dtype=np.float32)

    def as_json(self) -> dict[str, Any]:
        """Return the fit as plain JSON, in the order of the inputs."""
        return {
            "features": list(self.features),
            "methods": dict(self.methods),
            "fills": dict(self.fills),
            "modes": dict(self.modes),
            "categories": {name: list(levels) for name, levels in self.categories.items()},
            "inputs": self.inputs,
        }


def count_columns(data: TrainingData, rows: Rows) -> ColumnCounts:
    """Return what the training rows ``rows`` say of the columns with gaps and of categories."""
    values, weights = dict[str, float](), dict[str, int]()
    for place, name in enumerate(data.feature_names):
        if (method := data.fills.get(name)) is None:
            continue
        cells = data.x[rows, place]
        cells = cells[~np.isnan(cells)]
        if len(cells):
            values[name], weights[name] = _middle(cells, method)
    return ColumnCounts(
        values=values,
        weights=weights,
        categories={name: _levels(cells[rows]) for name, cells in data.categories.items()},
    )


def fit_of(data: TrainingData, parts: Iterable[ColumnCounts]) -> TableFit:
    """Return what all places use, of what each says; raises ``Invalid`` for a column of gaps.

    Of several medians it is their weighted median (the inverted distribution function at one
    half; Hyndman and Fan, 1996, definition 1), of several modes the one that most cells equal.
    One place keeps its own exact value.
    """
    parts = list(parts)
    categories = {name: _together(part.categories[name] for part in parts)
                  for name in data.categories}  # fmt: skip
    for name, counts in categories.items():
        if not counts:
            raise _empty(name)
    return TableFit(
        features=list(data.feature_names),
        methods=dict(data.fills),
        fills={
            name: _agreed(name, data.fills[name], parts)
            for name in data.feature_names
            if name in data.fills
        },
        modes={
            name: most_common(counts) for name, counts in categories.items() if name in data.fills
        },
        categories={name: sorted(counts) for name, counts in categories.items()},
    )


def _middle(cells: Floats, method: str) -> tuple[float, int]:
    """Return the median or mode of cells, and for how many of them it speaks."""
    if method == MEDIAN:
        return float(np.median(cells.astype(np.float64))), len(cells)
    values, counts = np.unique(cells, return_counts=True)
    return float(values[counts.argmax()]), int(counts.max())


def _agreed(name: str, method: str, parts: Sequence[ColumnCounts]) -> float:
    known = [one for one in parts if name in one.values]
    if not known:
        raise _empty(name)
    values = [one.values[name] for one in known]
    weights = [one.weights[name] for one in known]
    if len(known) == 1:
        return values[0]
    if method == MEDIAN:
        return float(np.quantile(values, 0.5, weights=weights, method="inverted_cdf"))
    votes = Counter[float]()
    for value, weight in zip(values, weights, strict=True):
        votes[value] += weight
    return most_common(votes)


def most_common(counts: Mapping[Value, int]) -> Value:
    """Return the value with the largest count, of equals the smallest value."""
    most = max(counts.values())
    return min(value for value, count in counts.items() if count == most)


def _levels(cells: NDArray[np.str_]) -> dict[str, int]:
    values, counts = np.unique(cells, return_counts=True)
    return {
        str(value): int(count) for value, count in zip(values, counts, strict=True) if value != ""
    }


def _together(parts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total = Counter[str]()
    for part in parts:
        total.update(part)
    return total


def _filled(data: TrainingData, fills: Mapping[str, float]) -> Floats:
    x = np.array(data.x, dtype=np.float32)
    places = {name: place for place, name in enumerate(data.feature_names)}
    for name, value in fills.items():
        column = x[:, places[name]]
        column[np.isnan(column)] = value
    return x


def _gaps(data: TrainingData, fills: Mapping[str, float]) -> list[NDArray[np.bool_]]:
    places = {name: place for place, name in enumerate(data.feature_names)}
    return [np.isnan(data.x[:, places[name]]) for name in fills]


def _spread(
    cells: NDArray[np.str_], levels: Sequence[str], mode: str | None
) -> list[NDArray[np.bool_]]:
    """Return one column for each category, and one for the gaps where they are filled."""
    gaps = cells == ""
    known = cells if mode is None else np.where(gaps, mode, cells)
    return [known == level for level in levels] + ([] if mode is None else [gaps])


def _empty(name: str) -> Invalid:
    message = (
        f"Column '{name}' has no value in any training row, so that nothing can be fitted on it. "
        "Leave it out of the dataset, or train on more rows."
    )
    return Invalid(message, errors={"dataset": [message]})
