"""The violins of every column of a session: each block of the split, before and after scaling."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.forecasting.training.prepare import PreparedData
from services.forecasting.violins.shape import ViolinShape, violin_shape
from services.forecasting.violins.sketch import DistributionSketch
from services.forecasting.windows.columns import WindowColumn, chunks
from services.forecasting.windows.layout import Layout
from services.forecasting.windows.scaling import ColumnScaler
from services.forecasting.windows.series import Integers

KINDS = ("input", "time", "output")
ALL = "all"


@dataclass(frozen=True, kw_only=True)
class SessionColumn:
    """A column with its place on the wire: kind, label (IN1 …, OUT1 …) and number of its colour."""

    kind: str
    label: str
    color: int
    column: WindowColumn
    scaler: ColumnScaler

    @property
    def name(self) -> str:
        """Return the series' label, or the name of the calendar feature."""
        return self.column.name

    @property
    def key(self) -> str:
        """Return what the contract calls its plot."""
        return f"{self.kind}_{self.name}"

    @property
    def affine(self) -> tuple[float, float]:
        """Return scale and shift of its scaling; 1 and 0 where it is off."""
        scaler = self.scaler.scaler
        return (1.0, 0.0) if scaler is None else (scaler.scale, scaler.shift)


@dataclass(frozen=True, kw_only=True)
class ColumnViolins:
    """The violins of one column by block (all, train, validation, test), in physical units."""

    of: SessionColumn
    blocks: Mapping[str, ViolinShape]

    def as_mapping(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        scale, shift = self.of.affine
        return {
            "key": self.of.key,
            "name": self.of.name,
            "kind": self.of.kind,
            "label": self.of.label,
            "color": self.of.color,
            "is_scaled": self.of.scaler.scaler is not None,
            "blocks": {name: one.as_mapping() for name, one in self.blocks.items()},
            "scaled": {
                name: one.scaled(scale, shift).as_mapping() for name, one in self.blocks.items()
            },
        }


def session_columns(prepared: PreparedData) -> Iterator[SessionColumn]:
    """Yield the columns in the contract's order: inputs, calendar, outputs."""
    windows, scalers = prepared.windows, prepared.scalers
    series = len(prepared.plan.inputs)
    inputs = zip(windows.input_columns, scalers.inputs, strict=True)
    outputs = zip(windows.output_columns, scalers.outputs, strict=True)
    for number, (column, scaler) in enumerate(inputs):
        kind, label = "input" if number < series else "time", f"IN{number + 1}"
        yield SessionColumn(kind=kind, label=label, color=number, column=column, scaler=scaler)
    for number, (column, scaler) in enumerate(outputs):
        color = len(windows.input_columns) + number
        yield SessionColumn(
            kind="output", label=f"OUT{number + 1}", color=color, column=column, scaler=scaler
        )


def column_violins(
    prepared: PreparedData, on_kind: Callable[[str], None] = lambda _: None
) -> list[ColumnViolins]:
    """Return the violins of all columns; ``on_kind`` is called before each kind of them.

    A violin is that of the flattened windows, as the scalers see them: a value counts as often as
    windows read it.
    """
    windows = prepared.windows
    rows = {ALL: windows.kept}
    rows |= {name: windows.kept[samples] for name, samples in prepared.split.blocks.items()}
    columns = list(session_columns(prepared))
    violins = []
    for kind in KINDS:
        on_kind(kind)
        violins += [_violins(one, rows) for one in columns if one.kind == kind]
    return violins


def _violins(of: SessionColumn, rows: Mapping[str, Integers]) -> ColumnViolins:
    shapes = {}
    for name, grid_rows in rows.items():
        times = times_read(of.column.layout, grid_rows)
        shape = violin_shape(_sketch(of.column, times))
        if shape is not None:
            shapes[name] = shape
    return ColumnViolins(of=of, blocks=shapes)


def _sketch(column: WindowColumn, times: Integers) -> DistributionSketch:
    """Return the sketch of a column whose instants are read so many times, chunk by chunk."""
    sketch = DistributionSketch()
    for part in chunks(len(times)):
        read = np.flatnonzero(times[part])
        sketch.add(column.at(read + part.start), times[part][read])
    return sketch


def times_read(layout: Layout, grid_rows: Integers) -> Integers:
    """Return how often the windows of some reference times read each instant, shape (length,)."""
    count = layout.length
    begins = np.bincount(grid_rows * layout.stride, minlength=count)
    times = np.zeros(count, dtype=np.int64)
    for shift, often in zip(*np.unique(layout.shift, return_counts=True), strict=True):
        times[shift:] += often * begins[: count - shift]
    return times
