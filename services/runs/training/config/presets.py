"""Ready-made settings for the built-in data sets, to start from or to show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.runs.training.config.field_spec import CENTRALIZED, FEDERATED

_HOSPITAL_MLP: Mapping[str, Any] = {
    "seed": 7,
    "network": "mlp",
    "hidden_sizes": [32, 16],
    "dropout_rate": 0.1,
    "batch_size": 16,
    "learning_rate": 0.003,
    "weight_decay": 0.01,
    "monitor_metric": "val_loss",
}
_DIGITS: Mapping[str, Any] = {
    "seed": 7,
    "color_mode": "L",
    "use_imagenet_norm": False,
    "augmentation_strength": 0.0,
    "dropout_rate": 0.1,
    "batch_size": 32,
    "learning_rate": 0.003,
}


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Settings with a name, for one mode and one built-in data set."""

    name: str
    title: str
    description: str
    mode: str
    dataset: str
    config: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return the preset as the schema endpoint shows it."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "mode": self.mode,
            "dataset": self.dataset,
            "config": dict(self.config),
        }


PRESETS = (
    Preset(
        name="demo_federated",
        title="Five hospitals, one model",
        description="Breast cancer cells classified by five hospitals with uneven shares of the "
        "classes (Dirichlet 0.5) in ten rounds; no row leaves its hospital.",
        mode=FEDERATED,
        dataset="breast_cancer",
        config={
            **_HOSPITAL_MLP,
            "num_rounds": 10,
            "num_clients": 5,
            "local_epochs": 4,
            "partitioner": "dirichlet",
            "dirichlet_alpha": 0.5,
            "strategy": "fedavg",
        },
    ),
    Preset(
        name="demo_central",
        title="The same in one place",
        description="The network, the seed and the held-out rows of the federated demo, trained on "
        "all training rows at once, for comparison.",
        mode=CENTRALIZED,
        dataset="breast_cancer",
        config={**_HOSPITAL_MLP, "epochs": 20, "early_stopping_patience": 0},
    ),
    Preset(
        name="digits_quick",
        title="Digits in three rounds",
        description="Hand-written digits with a small MLP at three sites: done in seconds.",
        mode=FEDERATED,
        dataset="digits",
        config={
            **_DIGITS,
            "network": "mlp",
            "hidden_sizes": [64],
            "num_rounds": 3,
            "num_clients": 3,
            "local_epochs": 2,
        },
    ),
    Preset(
        name="digits_federated_cnn",
        title="Digits with a small CNN, federated",
        description="Hand-written digits with a convolutional network at four uneven sites.",
        mode=FEDERATED,
        dataset="digits",
        config={
            **_DIGITS,
            "network": "cnn",
            "hidden_sizes": [16, 32],
            "batch_norm": True,
            "num_rounds": 8,
            "num_clients": 4,
            "local_epochs": 2,
            "partitioner": "dirichlet",
            "dirichlet_alpha": 1.0,
        },
    ),
    Preset(
        name="digits_cnn",
        title="Digits with a small CNN",
        description="Hand-written digits with a convolutional network, in one place.",
        mode=CENTRALIZED,
        dataset="digits",
        config={
            **_DIGITS,
            "network": "cnn",
            "hidden_sizes": [16, 32],
            "batch_norm": True,
            "epochs": 12,
        },
    ),
)


def preset(name: str) -> Preset:
    """Return a preset by its name; raises ``KeyError``."""
    return {one.name: one for one in PRESETS}[name]
