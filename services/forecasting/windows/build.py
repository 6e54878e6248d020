"""Windows of a session: built once, gathered batch by batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from services.forecasting.windows.calendar_features import calendar_columns
from services.forecasting.windows.columns import SeriesColumn, WindowColumn
from services.forecasting.windows.drops import Drops, find_drops
from services.forecasting.windows.errors import InvalidRawSeries
from services.forecasting.windows.excluded import touching_periods
from services.forecasting.windows.gather import Gatherer, Tensor
from services.forecasting.windows.geometry import Instants, ReferenceGrid, reference_grid
from services.forecasting.windows.plan import SeriesPlan, WindowPlan
from services.forecasting.windows.series import Integers, RawSeries, series_of
from services.forecasting.windows.series_columns import ColumnBuild, series_column

INPUTS, OUTPUTS = "inputs", "outputs"


@dataclass(frozen=True, kw_only=True, eq=False)
class Windows:
    """The samples of a session: n reference times, each with an input and an output window.

    ``kept`` are the numbers of the kept reference times in ``grid``, sorted, shape (n,). Columns
    hold one value per instant; ``inputs`` and ``outputs`` gather windows from them.
    """

    plan: WindowPlan
    grid: ReferenceGrid
    kept: Integers
    dropped: Drops
    input_columns: tuple[WindowColumn, ...]
    output_columns: tuple[WindowColumn, ...]

    @property
    def n(self) -> int:
        """Return the number of samples (n_dat)."""
        return len(self.kept)

    @property
    def reference_times(self) -> Instants:
        """Return the reference times of the samples, microseconds in UTC, shape (n,)."""
        return self.grid.start + self.grid.step * self.kept

    @property
    def input_names(self) -> tuple[str, ...]:
        """Return the input columns: series in their order, then calendar features."""
        return tuple(column.name for column in self.input_columns)

    @property
    def output_names(self) -> tuple[str, ...]:
        """Return the output columns."""
        return tuple(column.name for column in self.output_columns)

    def inputs(self, rows: Integers | slice, dtype: DTypeLike = np.float32) -> Tensor:
        """Return X of some samples, shape (k, I_N, F_in), in physical units unless scaled."""
        return self._gatherer(INPUTS, np.dtype(dtype)).batch(self.kept[rows])

    def outputs(self, rows: Integers | slice, dtype: DTypeLike = np.float32) -> Tensor:
        """Return Y of some samples, shape (k, O_N, F_out), in physical units unless scaled."""
        return self._gatherer(OUTPUTS, np.dtype(dtype)).batch(self.kept[rows])

    def with_columns(
        self, inputs: tuple[WindowColumn, ...], outputs: tuple[WindowColumn, ...]
    ) -> "Windows":
        """Return the same samples with other values, such as scaled ones."""
        return replace(self, input_columns=inputs, output_columns=outputs)

    @property
    def series_columns(self) -> tuple[SeriesColumn, ...]:
        """Return the columns that come from raw rows, inputs first."""
        columns = (*self.input_columns, *self.output_columns)
        return tuple(one for one in columns if isinstance(one, SeriesColumn))

    def __getstate__(self) -> dict[str, Any]:
        """Return the state without the tables of batches: their views would be copied in full."""
        return {name: of for name, of in self.__dict__.items() if name != "_gatherers"}

    @cached_property
    def _gatherers(self) -> dict[tuple[str, np.dtype[Any]], Gatherer]:
        return {}

    def _gatherer(self, side: str, dtype: np.dtype[Any]) -> Gatherer:
        """Return what gathers batches of one side; its tables are made once."""
        if (side, dtype) not in self._gatherers:
            steps = self.plan.steps
            points = steps.input_steps if side == INPUTS else steps.output_steps
            columns = self.input_columns if side == INPUTS else self.output_columns
            self._gatherers[side, dtype] = Gatherer.of(columns, self.grid.count, points, dtype)
        return self._gatherers[side, dtype]


def build_windows(plan: WindowPlan, series: Mapping[str, RawSeries]) -> Windows:
    """Return the windows of a session.

    ``series`` has the rows of every label of the plan; a label that is both an input and an output
    may be given as ``"output:<label>"`` for its output side. Raises InvalidRawSeries for a label
    without rows and InvalidCalendar for an unknown zone or country.
    """
    steps = plan.steps
    sides = (plan.inputs, steps.input_steps), (plan.outputs, steps.output_steps)
    raw_inputs = [_rows_of(one, series) for one in plan.inputs]
    raw_outputs = [_rows_of(one, series, "output:") for one in plan.outputs]
    raw = [*raw_inputs, *raw_outputs]
    ranges = [(int(one.times[0]), int(one.times[-1])) for one in raw_inputs or raw_outputs]
    grid = reference_grid(steps, ranges)
    chosen = [(one, points) for side, points in sides for one in side]
    builds = [
        series_column(one, rows, grid, steps, points=points)
        for (one, points), rows in zip(chosen, raw, strict=True)
    ]
    kept, dropped = find_drops(grid, builds, raw, touching_periods(plan, grid, builds, raw))
    calendar = tuple(calendar_columns(plan.calendar, grid, steps.input_steps))
    inputs, outputs = _columns(builds[: len(plan.inputs)]), _columns(builds[len(plan.inputs) :])
    _check_names(inputs + calendar)
    return Windows(
        plan=plan,
        grid=grid,
        kept=kept,
        dropped=dropped,
        input_columns=inputs + calendar,
        output_columns=outputs,
    )


def _rows_of(plan: SeriesPlan, series: Mapping[str, RawSeries], side: str = "") -> RawSeries:
    label = f"{side}{plan.label}" if f"{side}{plan.label}" in series else plan.label
    return series_of(series, label, issued=plan.form == "forecasts")


def _columns(builds: Sequence[ColumnBuild]) -> tuple[WindowColumn, ...]:
    return tuple(build.column for build in builds)


def _check_names(columns: Sequence[WindowColumn]) -> None:
    names = [column.name for column in columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        right = "named unlike every other column; Y_sin to H are the calendar's"
        raise InvalidRawSeries("label", twice, right)
