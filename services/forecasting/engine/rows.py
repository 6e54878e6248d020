"""Windows as rows of a table, for the families that know no time steps.

By step: a row is one step of one sample, its features the inputs of that step. By window: a row
is one sample, its features all inputs of all steps, flattened.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from services.engine_kit.errors import TrainingFailedError
from services.forecasting.models.errors import WrongWindowShape
from services.forecasting.models.families import STEP
from services.forecasting.models.ports import Block, Floats, Rows, WindowShape

Doubles = NDArray[np.float64]
CHUNK = 4096  # samples


def chunks(block: Block, size: int = CHUNK) -> Iterator[Rows]:
    """Yield the row numbers of a block in order, ``size`` at a time."""
    for start in range(0, len(block), size):
        yield np.arange(start, min(start + size, len(block)), dtype=np.int64)


def as_rows(windows: Floats, features: str) -> Doubles:
    """Return windows (n, steps, columns) as a table in double precision."""
    columns = windows.shape[2] if features == STEP else windows.shape[1] * windows.shape[2]
    return windows.reshape(-1, columns).astype(np.float64)


def check_inputs(inputs: Floats, shape: WindowShape) -> None:
    """Raise ``WrongWindowShape`` unless ``inputs`` is (n, input steps, input columns)."""
    if inputs.ndim != 3 or inputs.shape[1:] != shape.input_size:
        steps, columns = shape.input_size
        raise WrongWindowShape(
            f"The inputs have the shape {tuple(inputs.shape)}; the model reads (samples, {steps} "
            f"steps, {columns} columns: {', '.join(shape.input_names)})."
        )


def require_samples(block: Block, name: str) -> None:
    """Raise ``TrainingFailedError`` if a block is empty."""
    if len(block) == 0:
        raise TrainingFailedError(f"There is no {name} sample: nothing can be trained.")
