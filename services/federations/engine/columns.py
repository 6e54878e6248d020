"""What sites say of columns before a run: how they fill gaps, and which categories they have.

A site sends a median or a mode of its own training rows and counts of categories, never a row; one
fit is agreed of it, which every site and the server then use.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from flwr.app import ConfigRecord, RecordDict

from services.datasets.types import TrainingData
from services.federations.engine.facts import MAX_ROWS, read_json
from services.runs.training.data.table import ColumnCounts, TableFit, fit_of

COLUMNS = "columns"
MAX_CATEGORIES, MAX_NAME_LENGTH = 1_000, 10_000
MAX_VALUE = 3.4e38  # of a 32-bit number


def needs_columns(data: TrainingData) -> bool:
    """Return whether inputs depend on what sites say of their columns."""
    return bool(data.fills or data.categories)


def plain_fit(data: TrainingData) -> TableFit | None:
    """Return the fit of a table whose inputs are its numbers; None for images."""
    if data.kind != "table" or needs_columns(data):
        return None
    return fit_of(data, [])


def columns_record(counts: ColumnCounts) -> ConfigRecord:
    """Return what a site says of its columns as Flower sends it."""
    return ConfigRecord({"json": json.dumps(asdict(counts), allow_nan=False)})


def read_columns(content: RecordDict, data: TrainingData) -> ColumnCounts:
    """Return what a site says in an answer; raises ``ValueError`` for what makes no sense."""
    values = read_json(content, COLUMNS)
    fills, weights = _numbers(values.get("values"), float), _numbers(values.get("weights"), int)
    requested = {name for name in data.feature_names if name in data.fills}
    if not set(fills) <= requested or set(fills) != set(weights):
        raise ValueError("its values are not those of the columns that are filled")
    if any(weight < 1 for weight in weights.values()):
        raise ValueError("its values stand for no cell")
    categories = values.get("categories")
    if not isinstance(categories, dict) or set(categories) != set(data.categories):
        raise ValueError("its categories are not those of the columns of this run")
    return ColumnCounts(
        values=fills,
        weights={name: int(weight) for name, weight in weights.items()},
        categories={name: _counts(counts) for name, counts in categories.items()},
    )


def fit_to_bytes(fit: TableFit) -> bytes:
    """Return what a checkpoint keeps of a fit: a resumed run must not agree again."""
    return json.dumps(fit_to_json(fit), allow_nan=False).encode()


def fit_to_json(fit: TableFit) -> dict[str, Any]:
    """Return a fit as plain JSON, as the plan of a site has it."""
    return asdict(fit)


def fit_from_json(values: Mapping[str, Any]) -> TableFit:
    """Return the fit of a plan or a checkpoint."""
    return TableFit(**values)


def fit_from_bytes(content: bytes) -> TableFit:
    """Return the fit of a checkpoint."""
    return fit_from_json(json.loads(content))


def agreed_fit(data: TrainingData, answers: Sequence[ColumnCounts]) -> TableFit:
    """Return the fit that all use; raises ``Invalid`` for a column that no site has a value of."""
    return fit_of(data, answers)


def _numbers(values: Any, kind: type) -> dict[str, float]:
    if not isinstance(values, dict):
        raise ValueError("its columns cannot be read")
    if not all(_is_number(number, kind) for number in values.values()):
        raise ValueError("its values are no finite numbers")
    return values


def _is_number(number: Any, kind: type) -> bool:
    is_kind = type(number) is kind  # True is no number
    top = MAX_ROWS if kind is int else MAX_VALUE
    return is_kind and math.isfinite(number) and abs(number) <= top


def _counts(counts: Any) -> dict[str, int]:
    if not isinstance(counts, dict) or len(counts) > MAX_CATEGORIES:
        raise ValueError(f"it has over {MAX_CATEGORIES} categories in a column")
    if any(not 0 < len(name) <= MAX_NAME_LENGTH for name in counts):
        raise ValueError("its categories have names that are empty or too long")
    return {name: int(number) for name, number in _numbers(counts, int).items()}
