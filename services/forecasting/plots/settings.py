"""What a person may say about a plot of test samples: contract section 5, and a seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.forecasting.plots.errors import InvalidPlotParams

DEFAULT_SAMPLES = 17
MAX_SAMPLES = 100  # more pictures in one cannot be read
MAX_SEED = 2**53 - 1  # what JSON numbers of browsers hold
X_AXES = ("UTC", "ts")
FORMATS = ("original", "skaliert")
Y_AXES = ("separate Achsen", "gemeinsame Achse")
SETTINGS = ("num_sbpl", "x_sbpl", "y_sbpl_fmt", "y_sbpl_set", "seed", "samples")


@dataclass(frozen=True, kw_only=True)
class SampleChoice:
    """Which test samples: ``count`` random distinct ones, or those at ``positions``.

    Without a seed one is drawn, and the answer names it.
    """

    count: int = DEFAULT_SAMPLES
    seed: int | None = None
    positions: Sequence[int] | None = None


@dataclass(frozen=True, kw_only=True)
class PlotRequest:
    """A checked request: the axes, the samples, and the variables that are switched on."""

    choice: SampleChoice
    by_step: bool
    scaled: bool
    separate_axes: bool
    inputs: frozenset[str]
    outputs: frozenset[str]
    forecasts: frozenset[str]
    model_id: int | None


def plot_request(body: Mapping[str, Any]) -> PlotRequest:
    """Return what a body asks for; raises InvalidPlotParams, also when nothing is selected."""
    settings = _object(body, "plot_settings")
    unknown = sorted(settings.keys() - set(SETTINGS))
    if unknown:
        raise InvalidPlotParams("plot_settings", unknown[0], f"one of {', '.join(SETTINGS)}")
    inputs, outputs, forecasts = (
        _selected(body, name) for name in ("df_plot_in", "df_plot_out", "df_plot_fcst")
    )
    if not inputs | outputs | forecasts:
        right = "maps in which at least one variable is true"
        raise InvalidPlotParams("df_plot_in, df_plot_out, df_plot_fcst", {}, right)
    return PlotRequest(
        choice=sample_choice(settings),
        by_step=_one_of(settings, "x_sbpl", X_AXES) == "ts",
        scaled=_one_of(settings, "y_sbpl_fmt", FORMATS) == "skaliert",
        separate_axes=_one_of(settings, "y_sbpl_set", Y_AXES) == "separate Achsen",
        inputs=inputs,
        outputs=outputs,
        forecasts=forecasts,
        model_id=_model_id(body.get("model_id")),
    )


def sample_choice(settings: Mapping[str, Any]) -> SampleChoice:
    """Return the choice in num_sbpl, seed and samples; raises InvalidPlotParams."""
    count = settings.get("num_sbpl")
    seed = settings.get("seed")
    return SampleChoice(
        count=DEFAULT_SAMPLES if count in (None, "") else _whole("num_sbpl", count, 1),
        seed=None if seed in (None, "") else _whole("seed", seed, 0, MAX_SEED),
        positions=_positions(settings.get("samples")),
    )


def _positions(value: object) -> Sequence[int] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_SAMPLES:
        right = f"a list of 1 to {MAX_SAMPLES} numbers of test samples, from 0"
        raise InvalidPlotParams("samples", value, right)
    return sorted({_whole("samples", one, 0) for one in value})


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidPlotParams(name, value, "an object")
    return value


def _selected(body: Mapping[str, Any], name: str) -> frozenset[str]:
    chosen = _object(body, name)
    for variable, value in chosen.items():
        if not isinstance(value, bool):
            raise InvalidPlotParams(f"{name}.{variable}"[:200], value, "true or false")
    return frozenset(variable for variable, value in chosen.items() if value)


def _one_of(settings: Mapping[str, Any], name: str, allowed: Sequence[str]) -> str:
    value = settings.get(name, allowed[0])
    if value not in allowed:
        raise InvalidPlotParams(name, value, " or ".join(allowed))
    return str(value)


def _whole(name: str, value: object, low: int, high: int | None = None) -> int:
    """Return a whole number, which may come as text."""
    right = f"a whole number of at least {low}" if high is None else f"from {low} to {high}"
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise InvalidPlotParams(name, value, right)
    try:
        number = float(value)
    except (ValueError, OverflowError) as unread:
        raise InvalidPlotParams(name, value, right) from unread
    if not number.is_integer() or number < low or (high is not None and number > high):
        raise InvalidPlotParams(name, value, right)
    return int(value) if isinstance(value, int) else int(number)


def _model_id(value: object) -> int | None:
    return None if value in (None, "") else _whole("model_id", value, 1, 2**63 - 1)
