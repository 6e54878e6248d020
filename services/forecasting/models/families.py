"""The eight model families and every setting of each, described once.

Names, defaults and ranges follow section 4 of the wire contract, where a family is its MODE.
"""

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from services.forecasting.models.errors import InvalidModelParams, raise_all
from services.forecasting.models.fields import (
    ModelField,
    model_setting,
    named_field,
    read_value,
)

ACTIVATIONS = (
    "relu", "sigmoid", "tanh", "linear", "softmax", "elu", "selu", "softplus", "softsign",
    "swish", "gelu",
)  # fmt: skip
NO_ACTIVATION = {"none": "linear", "keine": "linear", "silu": "swish"}
KERNELS = ("linear", "poly", "rbf", "sigmoid")
MAX_SEED = 2**31 - 1
STEP, WINDOW = "step", "window"
_FEATURES = (
    "What the model reads for each output step: step, the inputs of the same step; window, all "
    "steps of all inputs; auto, step where input and output have equally many, else window."
)


@dataclass(frozen=True, kw_only=True)
class ModelSettings:
    """A complete and checked set of settings of one family."""

    # fmt: off
    seed: int | None = model_setting(
        "integer", "Seed", "Trainings with the same seed, data and settings give the same "
        "numbers. Empty: the session's.", minimum=0, maximum=MAX_SEED, nullable=True,
        advanced=True, default=None)
    # fmt: on

    mode: ClassVar[str] = ""
    label: ClassVar[str] = ""
    about: ClassVar[str] = ""

    @classmethod
    def fields(cls) -> tuple[ModelField, ...]:
        """Return the description of every setting, in the order of the form."""
        own = [(one.name, one.metadata["spec"]) for one in dataclasses.fields(cls)]
        ours = [pair for pair in own if pair[0] == "seed"]
        return tuple(named_field(*pair) for pair in [*own[len(ours) :], *ours])

    def as_mapping(self) -> dict[str, Any]:
        """Return the settings by wire name, MODE among them: ``read_settings`` takes it back."""
        values = {spec.wire: getattr(self, spec.name) for spec in self.fields()}
        return {"MODE": self.mode, **values}

    def updated(self, values: Mapping[str, object]) -> Self:
        """Return these settings with ``values`` in their place, checked."""
        changed = read_settings({**self.as_mapping(), **values, "MODE": self.mode})
        assert isinstance(changed, type(self))  # noqa: S101 - the mode is the same
        return changed


@dataclass(frozen=True, kw_only=True)
class NetworkSettings(ModelSettings):
    """What all networks have."""

    # fmt: off
    layers: int = model_setting(
        "integer", "Layers", "Hidden layers.", wire="LAY", minimum=1, maximum=16,
        form_minimum=1, form_maximum=10, form_step=1, default=3)
    units: int = model_setting(
        "integer", "Units", "Units (CNN: filters) of each hidden layer.", wire="N", minimum=1,
        maximum=4096, form_minimum=1, form_maximum=2048, form_step=32, default=512)
    epochs: int = model_setting(
        "integer", "Epochs", "Maximum number of passes over the training samples.", wire="EP",
        minimum=1, maximum=2000, form_minimum=1, form_maximum=1000, form_step=1, default=20)
    activation: str = model_setting(
        "choice", "Activation", "Activation of the hidden layers; linear is none at all.",
        wire="ACTF", choices=ACTIVATIONS, spellings=NO_ACTIVATION, default="relu")
    batch_size: int = model_setting(
        "integer", "Batch size", "Samples per step of the optimiser.", minimum=1, maximum=4096,
        advanced=True, default=32)
    learning_rate: float = model_setting(
        "number", "Learning rate", "Step size of Adam.", minimum=1e-7, maximum=1.0,
        advanced=True, default=0.001)
    patience: int = model_setting(
        "integer", "Patience", "Epochs without a better validation loss before training ends; 0 "
        "trains all epochs. The best epoch is kept either way.", minimum=0, maximum=2000,
        advanced=True, default=2)
    # fmt: on


@dataclass(frozen=True, kw_only=True)
class DenseSettings(NetworkSettings):
    """Fully connected layers on the flattened window."""

    mode = "Dense"
    label = "Dense network"
    about = "Fully connected layers on the whole window."


@dataclass(frozen=True, kw_only=True)
class CnnSettings(NetworkSettings):
    """Convolutions over the window as an image of steps and inputs."""

    mode = "CNN"
    label = "Convolutional network"
    about = "Filters that move over the window, steps by inputs."

    # fmt: off
    kernel_size: int = model_setting(
        "integer", "Kernel size", "Height and width of each filter.", wire="K", minimum=1,
        maximum=4096, odd=True, form_minimum=1, form_maximum=11, form_step=2, default=3)
    # fmt: on


@dataclass(frozen=True, kw_only=True)
class LstmSettings(NetworkSettings):
    """Recurrent layers; encoder and decoder where the numbers of steps differ."""

    mode = "LSTM"
    label = "LSTM"
    about = "Recurrent layers that read the window step by step."


@dataclass(frozen=True, kw_only=True)
class ArLstmSettings(NetworkSettings):
    """An LSTM whose decoder reads its own last output."""

    mode = "AR LSTM"
    label = "Autoregressive LSTM"
    about = "Recurrent layers that feed each forecast step into the next one."


@dataclass(frozen=True, kw_only=True)
class SvrSettings(ModelSettings):
    """What both support vector regressions have."""

    # fmt: off
    kernel: str = model_setting(
        "choice", "Kernel", "Similarity of two samples.", wire="KERNEL", choices=KERNELS,
        default="poly")
    c: float = model_setting(
        "number", "C", "Weight of errors against smoothness; larger fits closer.", wire="C",
        above=0.0, maximum=1e6, form_minimum=0.001, form_maximum=1000, default=1.0)
    epsilon: float = model_setting(
        "number", "Epsilon", "Errors below this do not count, in the unit of the scaled output.",
        wire="EPSILON", minimum=0.0, maximum=1e6, form_minimum=0.001, form_maximum=1,
        default=0.1)
    max_rows: int | None = model_setting(
        "integer", "Maximum rows", "Train on this many rows, drawn at random. Empty: all; the "
        "time grows with their square.", minimum=10, maximum=1_000_000, nullable=True,
        default=None)
    features: str = model_setting(
        "choice", "Features", _FEATURES, choices=("auto", STEP, WINDOW), advanced=True,
        default="auto")
    # fmt: on


@dataclass(frozen=True, kw_only=True)
class SvrDirSettings(SvrSettings):
    """One regression per output step and column (direct strategy)."""

    mode = "SVR_dir"
    label = "SVR, direct"
    about = "A support vector regression for each output step; by step: for each output."


@dataclass(frozen=True, kw_only=True)
class SvrMimoSettings(SvrSettings):
    """One regression per output column, shared by all its steps."""

    mode = "SVR_MIMO"
    label = "SVR, shared"
    about = "A support vector regression for each output, shared by all its steps."


@dataclass(frozen=True, kw_only=True)
class LinearSettings(ModelSettings):
    """Ordinary least squares."""

    mode = "LIN"
    label = "Linear"
    about = "Ordinary least squares: solved in one step, nothing to choose."

    # fmt: off
    features: str = model_setting(
        "choice", "Features", _FEATURES, choices=("auto", STEP, WINDOW), advanced=True,
        default="auto")
    # fmt: on


@dataclass(frozen=True, kw_only=True)
class LightGbmSettings(ModelSettings):
    """Gradient boosting on the flattened window, one ensemble of trees per target."""

    mode = "LGBMR"
    label = "LightGBM"
    about = "Gradient-boosted trees on the whole window, for each output step."

    # fmt: off
    trees: int = model_setting(
        "integer", "Trees", "Maximum number of trees for each output step.", minimum=1,
        maximum=5000, default=100)
    learning_rate: float = model_setting(
        "number", "Learning rate", "Weight of each tree.", minimum=1e-4, maximum=1.0,
        default=0.1)
    depth: int = model_setting(
        "integer", "Depth", "Maximum depth of a tree; -1 is no limit.", minimum=-1, maximum=64,
        default=-1)
    min_child: int = model_setting(
        "integer", "Minimum samples in a leaf", "A leaf with fewer samples is not made.",
        minimum=1, maximum=100_000, default=20)
    leaves: int = model_setting(
        "integer", "Leaves", "Maximum number of leaves of a tree.", minimum=2, maximum=4096,
        advanced=True, default=31)
    patience: int = model_setting(
        "integer", "Patience", "Trees without a better validation loss before an output step "
        "ends; 0 makes all trees.", minimum=0, maximum=5000, advanced=True, default=10)
    # fmt: on


FAMILIES: tuple[type[ModelSettings], ...] = (
    DenseSettings,
    CnnSettings,
    LstmSettings,
    ArLstmSettings,
    SvrDirSettings,
    SvrMimoSettings,
    LinearSettings,
    LightGbmSettings,
)
DEFAULT_MODE = "LIN"
MODES = tuple(family.mode for family in FAMILIES)
_ALIASES = {"linear": "LIN", "lightgbm": "LGBMR", "lgbm": "LGBMR", "svr": "SVR_dir"}


def family_of(mode: object) -> type[ModelSettings]:
    """Return the family of a MODE in any usual spelling; of none, the contract's default.

    Raises ``InvalidModelParams`` for an unknown one.
    """
    if mode is None or (isinstance(mode, str) and not mode.strip()):
        mode = DEFAULT_MODE
    if isinstance(mode, str) and len(mode) <= 40:
        plain = _plain(mode)
        by_name = {_plain(family.mode): family for family in FAMILIES}
        by_name |= {alias: by_name[_plain(known)] for alias, known in _ALIASES.items()}
        if plain in by_name:
            return by_name[plain]
    raise InvalidModelParams("MODE", mode, "one of " + ", ".join(MODES))


def read_settings(parameters: object) -> ModelSettings:
    """Return the settings that ``parameters`` (by wire name or field name) ask for, checked.

    Missing, empty and null values become the defaults; numbers may come as text. Settings of
    other families are checked and left out, since a form sends all that it has. Raises
    ``InvalidModelParams`` with everything that is wrong.
    """
    if not isinstance(parameters, Mapping):
        raise InvalidModelParams("model_parameters", parameters, "an object of settings by name")
    family = family_of(parameters.get("MODE", parameters.get("mode")))
    own = _by_key(family)
    values: dict[str, Any] = {}
    errors: list[InvalidModelParams] = []
    for key, value in parameters.items():
        if key in ("MODE", "mode"):
            continue
        try:
            spec = own.get(key) or _field_of_any_family(key, value)
            checked = read_value(spec, value, str(key))
        except InvalidModelParams as error:
            errors.append(error)
            continue
        if key in own:
            values[spec.name] = checked
    raise_all(errors)
    return family(**values)


def model_form() -> list[dict[str, Any]]:
    """Return every family with its settings, for the form and the documentation."""
    return [
        {
            "mode": family.mode,
            "label": family.label,
            "about": family.about,
            "fields": [spec.as_dict() for spec in family.fields()],
        }
        for family in FAMILIES
    ]


def _by_key(family: type[ModelSettings]) -> Mapping[object, ModelField]:
    by_name: dict[object, ModelField] = {spec.name: spec for spec in family.fields()}
    return by_name | {spec.wire: spec for spec in family.fields()}


def _field_of_any_family(key: object, value: object) -> ModelField:
    for family in FAMILIES:
        if key in _by_key(family):
            return _by_key(family)[key]
    names = sorted({spec.wire for family in FAMILIES for spec in family.fields()})
    near = difflib.get_close_matches(str(key)[:80], names, n=1, cutoff=0.5)
    expected = f"left out, or be called {near[0]}" if near else "left out: no setting has that name"
    raise InvalidModelParams(str(key)[:80], value, expected)


def _plain(mode: str) -> str:
    return mode.strip().casefold().replace(" ", "").replace("_", "").replace("-", "")
