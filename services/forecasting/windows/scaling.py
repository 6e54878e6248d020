"""Min-max scaling per column: contract 3.6 with Q9 and Q35.

Fitted on the windows of the training samples, flattened; calendar pairs have their known range
-1..1 and the holiday column 0..1. Physical bounds are kept by what comes back.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.forecasting.windows.build import Windows
from services.forecasting.windows.calendar_features import HOLIDAY, calendar_blocks
from services.forecasting.windows.columns import WindowColumn
from services.forecasting.windows.errors import InvalidWindows
from services.forecasting.windows.gather import Tensor
from services.forecasting.windows.plan import CalendarBlock, SeriesPlan, WindowPlan
from services.forecasting.windows.series import Integers
from services.forecasting.windows.split import WindowSplit

FITTED_ON_TRAIN, FITTED_ON_ALL = "train", "all_samples"
FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class MinMaxScaler:
    """x' = (x - low) / (high - low) · (to - from) + from, of one column.

    ``low`` and ``high`` are the lowest and highest value that it was fitted on. A constant column
    goes to ``scale_min`` and comes back as the constant.
    """

    low: float
    high: float
    scale_min: float = 0.0
    scale_max: float = 1.0

    @property
    def scale(self) -> float:
        """Return the factor of x, as scikit-learn's ``scale_``; 0 for a constant column."""
        width = self.high - self.low
        return (self.scale_max - self.scale_min) / width if width else 0.0

    @property
    def shift(self) -> float:
        """Return what is added to x · scale, as scikit-learn's ``min_``."""
        return self.scale_min - self.low * self.scale

    def transform(self, values: Tensor) -> NDArray[np.float64]:
        """Return the values in the target range; in float64, so that nothing cancels."""
        x = np.asarray(values, dtype=np.float64)
        return np.asarray((x - self.low) * self.scale + self.scale_min)

    def inverse(self, scaled: Tensor) -> NDArray[np.float64]:
        """Return values of the target range in physical units."""
        y = np.asarray(scaled, dtype=np.float64)
        back = self.high - self.low
        return np.asarray(
            (y - self.scale_min) * (back / (self.scale_max - self.scale_min)) + self.low
        )


@dataclass(frozen=True, kw_only=True)
class ColumnScaler:
    """The scaler of a named column, None if it is off, and the bounds that forecasts keep."""

    name: str
    scaler: MinMaxScaler | None
    lower: float | None = None
    upper: float | None = None

    def transform(self, values: Tensor) -> Tensor:
        """Return the column scaled, or as it is."""
        return values if self.scaler is None else self.scaler.transform(values)

    def inverse(self, scaled: Tensor) -> Tensor:
        """Return the column in physical units, within its bounds."""
        return self.bounded(scaled if self.scaler is None else self.scaler.inverse(scaled))

    def bounded(self, values: Tensor) -> Tensor:
        """Return values in physical units within the bounds."""
        if self.lower is None and self.upper is None:
            return values
        return np.clip(values, self.lower, self.upper)


@dataclass(frozen=True, kw_only=True)
class Scalers:
    """The scalers of all columns, and on which samples they were fitted.

    Arrays have the columns on their last axis; results are float32, shape unchanged.
    """

    inputs: tuple[ColumnScaler, ...]
    outputs: tuple[ColumnScaler, ...]
    fitted_on: str = FITTED_ON_TRAIN

    def transform_inputs(self, x: Tensor) -> NDArray[np.float32]:
        """Return X scaled."""
        return _by_column(x, [one.transform for one in self.inputs])

    def transform_outputs(self, y: Tensor) -> NDArray[np.float32]:
        """Return Y scaled."""
        return _by_column(y, [one.transform for one in self.outputs])

    def inverse_inputs(self, x: Tensor) -> NDArray[np.float32]:
        """Return scaled X in physical units."""
        return _by_column(x, [one.inverse for one in self.inputs])

    def inverse_outputs(self, y: Tensor) -> NDArray[np.float32]:
        """Return scaled forecasts in physical units, within the physical bounds."""
        return _by_column(y, [one.inverse for one in self.outputs])

    def scaled(self, windows: Windows) -> Windows:
        """Return windows that give scaled batches: each instant is scaled once."""
        return windows.with_columns(
            tuple(_scaled(*pair) for pair in zip(windows.input_columns, self.inputs, strict=True)),
            tuple(
                _scaled(*pair) for pair in zip(windows.output_columns, self.outputs, strict=True)
            ),
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON that ``from_json`` reads; it needs no Roundhouse to be understood."""
        return {"format": FORMAT, "kind": "min-max", **asdict(self)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Scalers":
        """Return stored scalers; raise InvalidWindows for anything else."""
        try:
            if stored["format"] != FORMAT:
                raise InvalidWindows("format", stored["format"], f"{FORMAT}")
            return cls(
                inputs=tuple(_column_from(one) for one in stored["inputs"]),
                outputs=tuple(_column_from(one) for one in stored["outputs"]),
                fitted_on=str(stored["fitted_on"]),
            )
        except (KeyError, TypeError, ValueError) as unread:
            raise InvalidWindows("scalers", stored, "scalers as to_json writes them") from unread


def fit_scalers(windows: Windows, split: WindowSplit, plan: WindowPlan) -> Scalers:
    """Return the scalers of a session.

    Fitted on the windows of the training samples alone; on all samples with the named
    compatibility option ``plan.split.leaky``.
    """
    leaky = plan.split.leaky
    grid_rows = windows.kept if leaky else windows.kept[split.train]
    blocks = calendar_blocks(plan.calendar)
    inputs = [
        _fit(column, one, grid_rows)
        for column, one in zip(windows.input_columns, plan.inputs, strict=False)
    ]
    inputs += [_known_range(name, block) for name, block in blocks.items()]
    outputs = [
        _fit(column, one, grid_rows)
        for column, one in zip(windows.output_columns, plan.outputs, strict=True)
    ]
    return Scalers(
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        fitted_on=FITTED_ON_ALL if leaky else FITTED_ON_TRAIN,
    )


def fit_column(values: Tensor, scale_min: float, scale_max: float) -> MinMaxScaler:
    """Return the scaler of some values, of any shape."""
    return _scaler(float(values.min()), float(values.max()), scale_min, scale_max)


def _fit(column: WindowColumn, plan: SeriesPlan, grid_rows: Integers) -> ColumnScaler:
    scaler = None
    if plan.scale:
        scaler = _scaler(*column.range(grid_rows), plan.scale_min, plan.scale_max)
    return ColumnScaler(name=plan.label, scaler=scaler, lower=plan.lower, upper=plan.upper)


def _known_range(name: str, block: CalendarBlock) -> ColumnScaler:
    low = 0.0 if name == HOLIDAY else -1.0
    scaler = _scaler(low, 1.0, block.scale_min, block.scale_max) if block.scale else None
    return ColumnScaler(name=name, scaler=scaler)


def _scaler(low: float, high: float, scale_min: float, scale_max: float) -> MinMaxScaler:
    """Return a scaler whose range runs upwards: swapped if it does not, 0..1 if it is a point."""
    bottom, top = sorted((float(scale_min), float(scale_max)))
    if math.isclose(bottom, top, rel_tol=0.0, abs_tol=0.0):
        bottom, top = 0.0, 1.0
    return MinMaxScaler(low=low, high=high, scale_min=bottom, scale_max=top)


def _by_column(values: Tensor, rules: Sequence[Any]) -> NDArray[np.float32]:
    if values.shape[-1] != len(rules):
        right = f"of {len(rules)} columns on the last axis"
        raise InvalidWindows("values", values.shape, right)
    out = np.empty(values.shape, dtype=np.float32)
    for number, rule in enumerate(rules):
        out[..., number] = rule(values[..., number])
    return out


def _scaled(column: WindowColumn, scaler: ColumnScaler) -> WindowColumn:
    return column.mapped(scaler.transform)


def _column_from(stored: Mapping[str, Any]) -> ColumnScaler:
    scaler = None
    if stored["scaler"] is not None:
        scaler = MinMaxScaler(**{name: float(value) for name, value in stored["scaler"].items()})
        if not scaler.low <= scaler.high or not scaler.scale_min < scaler.scale_max:
            raise InvalidWindows("scaler", stored["scaler"], "a range that runs upwards")
    return ColumnScaler(
        name=str(stored["name"]),
        scaler=scaler,
        lower=stored["lower"],
        upper=stored["upper"],
    )
