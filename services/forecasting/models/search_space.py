"""Which settings a search tries, per family: ranges as data, drawn through Optuna's trials.

Pure: a trial is anything with Optuna's three ``suggest`` methods.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.forecasting.models.families import ModelSettings

INTEGER, NUMBER, CHOICE = "integer", "number", "choice"


@dataclass(frozen=True, kw_only=True)
class SearchDimension:
    """The range of one setting (by wire name); bounds are inclusive."""

    name: str
    kind: str
    low: float = 0.0
    high: float = 0.0
    step: int = 1
    log: bool = False
    choices: tuple[Any, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the range as JSON."""
        if self.kind == CHOICE:
            return {"name": self.name, "kind": self.kind, "choices": list(self.choices)}
        bounds = {"low": self.low, "high": self.high, "log": self.log}
        return {"name": self.name, "kind": self.kind, **bounds}


class SuggestingTrial(Protocol):
    """What draws values: an ``optuna.Trial``."""

    def suggest_int(self, name: str, low: int, high: int, *, step: int, log: bool) -> int:
        """Return a whole number."""

    def suggest_float(self, name: str, low: float, high: float, *, log: bool) -> float:
        """Return a number."""

    def suggest_categorical(self, name: str, choices: Sequence[Any]) -> Any:
        """Return one of the choices."""


def _integer(
    name: str, low: int, high: int, *, step: int = 1, log: bool = False
) -> SearchDimension:
    return SearchDimension(name=name, kind=INTEGER, low=low, high=high, step=step, log=log)


def _number(name: str, low: float, high: float) -> SearchDimension:
    return SearchDimension(name=name, kind=NUMBER, low=low, high=high, log=True)


def _choice(name: str, *choices: Any) -> SearchDimension:
    return SearchDimension(name=name, kind=CHOICE, choices=choices)


_OPTIMISER = (_number("learning_rate", 1e-4, 1e-2), _choice("batch_size", 16, 32, 64, 128))
_SMOOTH = _choice("ACTF", "relu", "tanh", "elu", "gelu")
_RECURRENT = (
    _integer("LAY", 1, 3),
    _integer("N", 16, 256, log=True),
    _choice("ACTF", "tanh", "relu"),
    *_OPTIMISER,
)
_SVR = (
    _choice("KERNEL", "linear", "poly", "rbf"),
    _number("C", 0.01, 100.0),
    _number("EPSILON", 0.001, 0.5),
)
SPACES: Mapping[str, tuple[SearchDimension, ...]] = {
    "Dense": (_integer("LAY", 1, 5), _integer("N", 32, 1024, log=True), _SMOOTH, *_OPTIMISER),
    "CNN": (
        _integer("LAY", 1, 4),
        _integer("N", 8, 128, log=True),
        _integer("K", 1, 11, step=2),
        _SMOOTH,
        *_OPTIMISER,
    ),
    "LSTM": _RECURRENT,
    "AR LSTM": _RECURRENT,
    "SVR_dir": _SVR,
    "SVR_MIMO": _SVR,
    "LIN": (_choice("features", "auto", "window"),),
    "LGBMR": (
        _integer("trees", 50, 1000, log=True),
        _number("learning_rate", 0.01, 0.3),
        _integer("leaves", 7, 127, log=True),
        _integer("min_child", 5, 100, log=True),
        _choice("depth", -1, 4, 6, 8, 12),
    ),
}


def space_for(settings: ModelSettings) -> tuple[SearchDimension, ...]:
    """Return what a search varies; everything else stays as in the settings."""
    return SPACES[settings.mode]


def suggest(trial: SuggestingTrial, settings: ModelSettings) -> ModelSettings:
    """Return the settings with a drawn value for each dimension of the family's space."""
    return settings.updated({one.name: _drawn(trial, one) for one in space_for(settings)})


def _drawn(trial: SuggestingTrial, one: SearchDimension) -> Any:
    if one.kind == CHOICE:
        return trial.suggest_categorical(one.name, one.choices)
    if one.kind == NUMBER:
        return trial.suggest_float(one.name, one.low, one.high, log=one.log)
    return trial.suggest_int(one.name, int(one.low), int(one.high), step=one.step, log=one.log)
