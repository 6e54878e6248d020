"""The file to take away: model, scalings and a script that needs nothing of ours, as one zip."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from services.forecasting.models.ports import Fitted
from services.forecasting.models.scalings import ColumnScaling
from services.forecasting.training.prepare import PreparedData
from services.forecasting.windows.scaling import ColumnScaler, MinMaxScaler

BUNDLE = "model.zip"


class WriteBundle(Protocol):
    """What a worker's engine brings to write a bundle."""

    def __call__(
        self,
        model: Fitted,
        target: Path,
        inputs: Sequence[ColumnScaling | None],
        outputs: Sequence[ColumnScaling | None],
        facts: dict[str, Any],
    ) -> dict[str, Any]:
        """Write the zip ``target``; return its manifest."""


def bundle_of(
    prepared: PreparedData, fitted: Fitted, facts: dict[str, Any], write: WriteBundle
) -> bytes:
    """Return the zip of a model with the scalings of its columns."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / BUNDLE
        inputs = [scaling_of(one) for one in prepared.scalers.inputs]
        outputs = [scaling_of(one) for one in prepared.scalers.outputs]
        write(fitted, target, inputs, outputs, facts)
        return target.read_bytes()


def scaling_of(column: ColumnScaler) -> ColumnScaling:
    """Return a column's scaler in the words of saved models; without one it is the identity."""
    scaler = column.scaler or MinMaxScaler(low=0.0, high=1.0)
    return ColumnScaling(
        name=column.name,
        data_min=scaler.low,
        data_max=scaler.high,
        low=scaler.scale_min,
        high=scaler.scale_max,
        minimum=column.lower,
        maximum=column.upper,
    )
