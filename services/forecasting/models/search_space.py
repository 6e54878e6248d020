"""Which settings a search tries, per family: ranges as data, drawn through Optuna's trials.

Pure: a trial is anything with Optuna's three ``suggest`` methods.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.families import ModelSettings
from services.forecasting.models.fields import ModelField, read_value

MAX_CHOICES = 20
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
        bounds = {"low": self.low, "high": self.high, "step": self.step, "log": self.log}
        return {"name": self.name, "kind": self.kind, **bounds}

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Return the range that ``as_dict`` described."""
        return cls(**{**values, "choices": tuple(values.get("choices", ()))})

    @property
    def count(self) -> float:
        """Return how many values can be drawn; infinite for a range of numbers."""
        if self.kind == CHOICE:
            return len(self.choices)
        if self.kind == NUMBER and self.low < self.high:
            return math.inf
        return (self.high - self.low) // self.step + 1 if self.kind == INTEGER else 1


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


def read_space(settings: ModelSettings, given: object) -> tuple[SearchDimension, ...]:
    """Return the ranges that a person chose, checked; None is all that the family offers.

    A setting that is left out stays as in ``settings``. Raises ``InvalidModelParams``.
    """
    offered = {one.name: one for one in space_for(settings)}
    if given is None:
        return tuple(offered.values())
    if not isinstance(given, list) or not given or not all(isinstance(g, Mapping) for g in given):
        raise InvalidModelParams("space", given, "a list of ranges, one for each setting")
    names = [one.get("name") for one in given]
    for name in names:
        if not isinstance(name, str) or name not in offered or names.count(name) > 1:
            right = f"one of {', '.join(offered)}, each once at most"
            raise InvalidModelParams("space", name, right)
    return tuple(_read_range(settings, offered[one["name"]], one) for one in given)


def _read_range(
    settings: ModelSettings, offered: SearchDimension, given: Mapping[str, Any]
) -> SearchDimension:
    spec = next(one for one in settings.fields() if one.wire == offered.name)
    if offered.kind == CHOICE:
        return replace(offered, choices=_read_choices(spec, offered, given.get("choices")))
    ends = {}
    for end in ("low", "high"):
        value = given.get(end)
        value = getattr(offered, end) if value is None or value == "" else value
        ends[end] = read_value(spec, value, f"space.{offered.name}.{end}")
    if offered.log and ends["low"] <= 0:
        raise InvalidModelParams(f"space.{offered.name}.low", ends["low"], "above 0")
    if ends["low"] > ends["high"]:
        right = f"at least {ends['low']:g}, where the range begins"
        raise InvalidModelParams(f"space.{offered.name}.high", ends["high"], right)
    return replace(offered, low=ends["low"], high=ends["high"])


def _read_choices(spec: ModelField, offered: SearchDimension, given: object) -> tuple[Any, ...]:
    field = f"space.{offered.name}.choices"
    if given is None:
        return offered.choices
    if not isinstance(given, list) or not 1 <= len(given) <= MAX_CHOICES:
        raise InvalidModelParams(field, given, f"a list of 1 to {MAX_CHOICES} values")
    if any(one is None or one == "" for one in given):
        raise InvalidModelParams(field, given, "a list without empty values")
    return tuple(dict.fromkeys(read_value(spec, one, field) for one in given))


def largest(settings: ModelSettings, space: Sequence[SearchDimension]) -> ModelSettings:
    """Return the settings with the upper end of each range: the largest model of a search."""
    return settings.updated({one.name: one.high for one in space if one.kind != CHOICE})


def suggest(
    trial: SuggestingTrial,
    settings: ModelSettings,
    space: Sequence[SearchDimension] | None = None,
) -> ModelSettings:
    """Return the settings with a drawn value for each range, by default all of the family."""
    chosen = space_for(settings) if space is None else space
    return settings.updated({one.name: _drawn(trial, one) for one in chosen})


def _drawn(trial: SuggestingTrial, one: SearchDimension) -> Any:
    if one.kind == CHOICE:
        return trial.suggest_categorical(one.name, one.choices)
    if one.kind == NUMBER:
        return trial.suggest_float(one.name, one.low, one.high, log=one.log)
    return trial.suggest_int(one.name, int(one.low), int(one.high), step=one.step, log=one.log)
