"""How large a model becomes and how long it would train, before anything is started."""

import math
from dataclasses import dataclass

from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.families import (
    STEP,
    WINDOW,
    ArLstmSettings,
    CnnSettings,
    LinearSettings,
    LstmSettings,
    ModelSettings,
    NetworkSettings,
    SvrDirSettings,
    SvrSettings,
)
from services.forecasting.models.ports import WindowShape

MAX_PARAMETERS = 300_000_000  # with Adam's two moments and the gradient: 4.8 GB
MAX_SVR_ROWS = 100_000
MAX_SVR_WORK = 1e13  # products of two numbers: some hours of one core
KERNEL_OVERHEAD = 50  # what a value of a kernel costs beside its features, in features
GATES = 4


def parameter_count(settings: NetworkSettings, shape: WindowShape) -> int:
    """Return the number of weights and biases that a network has."""
    inputs = shape.input_size[0] * shape.input_size[1]
    outputs = shape.output_size[0] * shape.output_size[1]
    units, deeper = settings.units, settings.layers - 1
    if isinstance(settings, CnnSettings):
        area = settings.kernel_size**2
        hidden = (area + 1) * units + deeper * (area * units + 1) * units
        head = 0 if shape.input_size == shape.output_size else (inputs + 1) * outputs
        return hidden + units + 1 + head
    if isinstance(settings, LstmSettings | ArLstmSettings):
        return _recurrent(settings, shape)
    return (inputs + 1) * units + deeper * (units + 1) * units + (units + 1) * outputs


def require_parameters_fit(settings: NetworkSettings, shape: WindowShape) -> None:
    """Raise ``InvalidModelParams`` for a network that would not fit into memory."""
    count = parameter_count(settings, shape)
    if count > MAX_PARAMETERS:
        raise InvalidModelParams(
            "N",
            settings.units,
            f"smaller, or LAY{' or K' if isinstance(settings, CnnSettings) else ''}: the network "
            f"would have {count:,} parameters, and at most {MAX_PARAMETERS:,} fit",
        )


@dataclass(frozen=True, kw_only=True)
class SvrCost:
    """What a support vector regression would work through.

    ``rows`` go into each of ``regressions``; the time grows with rows² · features · regressions
    (Bottou and Lin, Support Vector Machine Solvers, 2007). ``sentence`` says so to a person.
    """

    rows: int
    all_rows: int
    regressions: int
    features: int

    @property
    def max_rows(self) -> int:
        """Return how many rows can be trained on within hours."""
        per_pair = (self.features + KERNEL_OVERHEAD) * self.regressions
        return min(MAX_SVR_ROWS, math.isqrt(int(MAX_SVR_WORK / per_pair)))

    @property
    def sentence(self) -> str:
        """Return the cost in words."""
        drawn = "" if self.rows == self.all_rows else f" (drawn from {self.all_rows:,})"
        plural = "" if self.regressions == 1 else "s"
        features = "1 feature" if self.features == 1 else f"{self.features} features"
        rows = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        return (
            f"{self.regressions} support vector regression{plural} on {rows}{drawn} of "
            f"{features}; twice the rows take about four times as long."
        )


def features_for(requested: str, shape: WindowShape) -> str:
    """Return STEP or WINDOW; ``auto`` is STEP where input and output have equally many steps.

    Raises ``InvalidModelParams`` for STEP with unequal numbers.
    """
    equal = shape.input_steps == shape.output_steps
    if requested == STEP and not equal:
        raise InvalidModelParams(
            "features",
            requested,
            f"{WINDOW} or auto: {STEP} needs as many input as output steps, and there are "
            f"{shape.input_steps} and {shape.output_steps}",
        )
    if requested in (STEP, WINDOW):
        return requested
    return STEP if equal else WINDOW


def svr_cost(settings: SvrSettings, shape: WindowShape, samples: int) -> SvrCost:
    """Return the cost of training on ``samples`` samples."""
    (steps, columns), (output_steps, outputs) = shape.input_size, shape.output_size
    by_step = features_for(settings.features, shape) == STEP
    direct = isinstance(settings, SvrDirSettings)
    one_row_each = direct and not by_step
    rows = samples if one_row_each else samples * output_steps
    window = steps * columns
    return SvrCost(
        rows=min(rows, settings.max_rows or rows),
        all_rows=rows,
        regressions=outputs * output_steps if one_row_each else outputs,
        features=columns if by_step else window if direct else window + 1,
    )


def require_svr_feasible(settings: SvrSettings, shape: WindowShape, samples: int) -> SvrCost:
    """Return the cost; raise ``InvalidModelParams`` for one that would take days."""
    cost = svr_cost(settings, shape, samples)
    if cost.rows > cost.max_rows:
        raise InvalidModelParams(
            "max_rows",
            settings.max_rows,
            f"at most {cost.max_rows:,} here: it would be {cost.sentence} Rows are drawn at "
            "random; LIN and LGBMR take all of them",
        )
    return cost


def require_feasible(settings: ModelSettings, shape: WindowShape, samples: int) -> None:
    """Raise ``InvalidModelParams`` for a training that cannot end well, before it is queued."""
    if isinstance(settings, NetworkSettings):
        require_parameters_fit(settings, shape)
    if isinstance(settings, SvrSettings):
        require_svr_feasible(settings, shape, samples)
    if isinstance(settings, LinearSettings):
        features_for(settings.features, shape)


def _recurrent(settings: NetworkSettings, shape: WindowShape) -> int:
    units, outputs, columns = settings.units, shape.output_size[1], shape.input_size[1]
    equal = shape.input_steps == shape.output_steps
    count = _stack(columns, settings) + (units + 1) * outputs
    if isinstance(settings, ArLstmSettings):
        return count + _stack(outputs + (columns if equal else 0), settings)
    return count if equal else count + _stack(units, settings)


def _stack(columns: int, settings: NetworkSettings) -> int:
    units = settings.units
    first = GATES * units * (columns + units + 2)
    return first + (settings.layers - 1) * GATES * units * (2 * units + 2)
