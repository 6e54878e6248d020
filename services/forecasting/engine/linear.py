"""LIN: ordinary least squares over any number of rows, in memory that does not grow with them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import scipy.linalg

from services.engine_kit.serialization import arrays_from_bytes, arrays_to_bytes
from services.forecasting.engine.onnx_graphs import linear_graph
from services.forecasting.engine.rows import (
    Doubles,
    as_rows,
    check_inputs,
    chunks,
    require_samples,
)
from services.forecasting.engine.saved import ModelDocument, write_document
from services.forecasting.engine.scores import both_blocks
from services.forecasting.models.families import LinearSettings, ModelSettings
from services.forecasting.models.ports import (
    Block,
    FitContext,
    FitHistory,
    Floats,
    TrainingBlocks,
    WindowShape,
)
from services.forecasting.models.size import features_for

COEFFICIENTS = "coefficients.safetensors"
MAX_CHUNK_VALUES = 8_000_000  # doubles in one chunk of rows: 64 MB


@dataclass(frozen=True, kw_only=True)
class LinearModel:
    """Output = inputs · weights + intercept, on rows by step or by window."""

    settings: ModelSettings
    shape: WindowShape
    features: str
    weights: Doubles  # (features, targets)
    intercept: Doubles  # (targets,)
    history: FitHistory = field(default_factory=FitHistory)

    def predict(self, inputs: Floats) -> Floats:
        """Return scaled outputs of scaled inputs."""
        check_inputs(inputs, self.shape)
        forecast = as_rows(inputs, self.features) @ self.weights + self.intercept
        return forecast.reshape(len(inputs), *self.shape.output_size).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write coefficients and ONNX."""
        arrays = {"weights": self.weights, "intercept": self.intercept}
        files = {
            COEFFICIENTS: arrays_to_bytes(arrays),
            "model.onnx": linear_graph(self.shape, self.features, self.weights, self.intercept),
        }
        write_document(folder, "linear", self, files, {"features": self.features})


def load_linear(document: ModelDocument) -> LinearModel:
    """Return a saved model."""
    arrays = arrays_from_bytes(document.file(COEFFICIENTS))
    return LinearModel(
        settings=document.settings,
        shape=document.shape,
        features=document.facts["features"],
        weights=arrays["weights"],
        intercept=arrays["intercept"],
        history=document.history,
    )


def fit_linear(settings: LinearSettings, data: TrainingBlocks, context: FitContext) -> LinearModel:
    """Solve the least squares of the training block; report one epoch."""
    require_samples(data.train, "training")
    begun = time.monotonic()
    features = features_for(settings.features, data.shape)
    weights, intercept = least_squares(data.train, features)
    model = LinearModel(
        settings=settings,
        shape=data.shape,
        features=features,
        weights=weights,
        intercept=intercept,
    )
    scores = both_blocks(model.predict, data.train, data.validation)
    seconds = time.monotonic() - begun
    context.on_epoch(1, 1, scores, seconds)
    history = FitHistory(epochs=[scores], best_epoch=1, seconds=seconds)
    return LinearModel(**{**vars(model), "history": history})


def least_squares(
    block: Block, features: str, max_values: int = MAX_CHUNK_VALUES
) -> tuple[Doubles, Doubles]:
    """Return weights (features, targets) and intercept (targets,) of minimal squared error.

    The rows are centred and reduced to a triangle chunk by chunk (QR updating: Golub and Van
    Loan, Matrix Computations, 4th ed., 6.5); the triangle has the same least squares. Of equal
    solutions the shortest is taken, as scikit-learn's ``LinearRegression`` does.
    """
    mean_x, mean_y = _means(block, features, max_values)
    width = len(mean_x)
    triangle = np.empty((0, width + len(mean_y)))
    for x, y in _tables(block, features, max_values):
        rows = np.vstack([triangle, np.hstack([x - mean_x, y - mean_y])])
        triangle = scipy.linalg.qr(rows, mode="r", overwrite_a=True, check_finite=False)[0]
        triangle = triangle[: rows.shape[1]]
    solution = np.linalg.lstsq(triangle[:, :width], triangle[:, width:], rcond=None)[0]
    weights = solution.astype(np.float64)
    return weights, mean_y - mean_x @ weights


def _means(block: Block, features: str, max_values: int) -> tuple[Doubles, Doubles]:
    count, sum_x, sum_y = 0, np.zeros(0), np.zeros(0)
    for x, y in _tables(block, features, max_values):
        sum_x = x.sum(axis=0) + (sum_x if count else 0.0)
        sum_y = y.sum(axis=0) + (sum_y if count else 0.0)
        count += len(x)
    return sum_x / count, sum_y / count


def _tables(block: Block, features: str, max_values: int) -> Iterator[tuple[Doubles, Doubles]]:
    first = np.zeros(1, dtype=np.int64)
    values = block.inputs(first).size + block.outputs(first).size
    for rows in chunks(block, max(1, max_values // values)):
        yield as_rows(block.inputs(rows), features), as_rows(block.outputs(rows), features)
