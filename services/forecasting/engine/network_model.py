"""A trained network: forecasts, and its files without pickle."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from services.engine_kit.serialization import from_bytes, to_bytes
from services.forecasting.engine.network_graphs import network_graph
from services.forecasting.engine.networks import network_for
from services.forecasting.engine.rows import check_inputs
from services.forecasting.engine.saved import ModelDocument, write_document
from services.forecasting.models.errors import UnreadableModel
from services.forecasting.models.families import NetworkSettings
from services.forecasting.models.ports import FitHistory, Floats, WindowShape

WEIGHTS = "network.safetensors"
PREDICTION_ROWS = 1024


class NetworkModel:
    """A network whose weights stay as they are."""

    def __init__(
        self,
        network: nn.Module,
        settings: NetworkSettings,
        shape: WindowShape,
        history: FitHistory,
    ) -> None:
        self.network, self.settings = network, settings
        self.shape, self.history = shape, history

    def predict(self, inputs: Floats) -> Floats:
        """Return scaled outputs of scaled inputs."""
        check_inputs(inputs, self.shape)
        forecast = np.empty((len(inputs), *self.shape.output_size), dtype=np.float32)
        with torch.inference_mode():
            for start in range(0, len(inputs), PREDICTION_ROWS):
                part = slice(start, start + PREDICTION_ROWS)
                windows = torch.from_numpy(np.ascontiguousarray(inputs[part], dtype=np.float32))
                forecast[part] = self.network(windows).numpy()
        return forecast

    def save(self, folder: Path) -> None:
        """Write weights and ONNX."""
        files = {
            WEIGHTS: to_bytes(self.network.state_dict()),
            "model.onnx": network_graph(self.network, self.settings, self.shape),
        }
        write_document(folder, "network", self, files)


def load_network(document: ModelDocument) -> NetworkModel:
    """Return a saved model."""
    if not isinstance(document.settings, NetworkSettings):
        raise UnreadableModel(f"{document.settings.mode} is no network.")
    network = network_for(document.settings, document.shape)
    try:
        network.load_state_dict(from_bytes(document.file(WEIGHTS)))
    except RuntimeError as error:
        raise UnreadableModel(f"{WEIGHTS} does not fit the settings of the model.") from error
    return NetworkModel(network.eval(), document.settings, document.shape, document.history)
