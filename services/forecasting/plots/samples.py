"""Some test samples of a session with their windows and a model's forecasts, as numbers.

Of large arrays only the rows that are shown are held.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.auth.actor import Actor
from app.db.engine import Database
from app.storage import ObjectStore
from services.forecasting.datasets.npz import NpzReader
from services.forecasting.plots.errors import InvalidPlotParams
from services.forecasting.plots.settings import MAX_SAMPLES, MAX_SEED, SampleChoice
from services.forecasting.plots.source import PlotSource, plot_source
from services.seeding import generator

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class PlotVariable:
    """A column of the samples: kind (input, time, output), label and colour as violins have them.

    ``hours`` are where its points lie from the reference time, shape (N,); ``values`` (k, N) are
    in physical units, and scaled they are ``values · scale + shift``. ``forecast`` is an output's.
    """

    name: str
    kind: str
    label: str
    color: int
    hours: Floats
    scale: float
    shift: float
    values: Floats
    forecast: Floats | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class PlotSamples:
    """The chosen samples: their places in the test block and reference times in seconds."""

    session_id: str
    run_id: int | None
    model_type: str | None
    seed: int
    n_test: int
    positions: Sequence[int]
    reference_times: Sequence[int]
    variables: Sequence[PlotVariable]


def read_samples(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    wire_id: object,
    choice: SampleChoice,
    run_id: int | None = None,
) -> PlotSamples:
    """Return test samples of a model, by default of the newest; without one those of the datasets.

    More samples than there are become all of them, at most MAX_SAMPLES. Raises SessionNotFound,
    ModelNotFound, DatasetsNotFound where nothing was cut yet, and InvalidPlotParams for a position
    beyond the test block.
    """
    source = plot_source(database, actor, wire_id, run_id)
    with _opened(store, source.windows_key) as windows:
        n_test = windows.shape("X")[0]
        seed = secrets.randbelow(MAX_SEED) if choice.seed is None else choice.seed
        positions = chosen_positions(choice, n_test, seed)
        times = windows.array("t_ref")[positions].tolist()
        forecast = _forecast(store, source, positions, times)
        variables = _variables(windows, positions, forecast)
    return PlotSamples(
        session_id=source.wire_id,
        run_id=source.run_id,
        model_type=source.model_type,
        seed=seed,
        n_test=n_test,
        positions=positions,
        reference_times=times,
        variables=variables,
    )


def chosen_positions(choice: SampleChoice, n_test: int, seed: int) -> list[int]:
    """Return positions in the test block, sorted and distinct; the same for the same seed."""
    if choice.positions is not None:
        if choice.positions[-1] >= n_test:
            right = f"below the number of test samples, {n_test}"
            raise InvalidPlotParams("samples", choice.positions[-1], right)
        return list(choice.positions)
    count = min(choice.count, n_test, MAX_SAMPLES)
    drawn = generator(seed, "sample plot").choice(n_test, size=count, replace=False)
    return sorted(int(one) for one in drawn)


def _opened(store: ObjectStore, key: str) -> NpzReader:
    return NpzReader(store.open(key))


def _forecast(
    store: ObjectStore, source: PlotSource, positions: Sequence[int], times: Sequence[int]
) -> NDArray[Any] | None:
    """Return the forecasts (k, N, outputs) of those samples, None without a model."""
    if source.forecasts_key is None:
        return None
    with _opened(store, source.forecasts_key) as forecasts:
        if forecasts.array("t_ref")[positions].tolist() != list(times):
            raise ValueError("the forecasts of a model are not those of its test windows")
        return forecasts.rows("forecast", positions)


def _variables(
    windows: NpzReader, positions: Sequence[int], forecast: NDArray[Any] | None
) -> list[PlotVariable]:
    inputs, outputs = windows.array("input_names"), windows.array("output_names")
    kinds = [*windows.array("kinds").tolist(), *("output" for _ in outputs)]
    numbers = [*range(1, len(inputs) + 1), *range(1, len(outputs) + 1)]
    hours = np.concatenate([windows.array("input_hours"), windows.array("output_hours")])
    scaling = np.concatenate([windows.array("input_scaling"), windows.array("output_scaling")])
    x, y = windows.rows("X", positions), windows.rows("Y", positions)
    blocks = [x[:, :, n] for n in range(len(inputs))] + [y[:, :, n] for n in range(len(outputs))]
    variables = []
    for place, name in enumerate([*inputs.tolist(), *outputs.tolist()]):
        is_output = kinds[place] == "output"
        own = None
        if is_output and forecast is not None:
            own = forecast[:, :, place - len(inputs)].astype(np.float64)
        variables.append(
            PlotVariable(
                name=name,
                kind=kinds[place],
                label=f"{'OUT' if is_output else 'IN'}{numbers[place]}",
                color=place,
                hours=_points(hours[place], blocks[place].shape[1]),
                scale=float(scaling[place, 0]),
                shift=float(scaling[place, 1]),
                values=blocks[place].astype(np.float64),
                forecast=own,
            )
        )
    return variables


def _points(ends: Floats, steps: int) -> Floats:
    """Return where the points lie: equally spaced, both ends inclusive; one is at the start."""
    return np.linspace(ends[0], ends[1] if steps > 1 else ends[0], steps)


def samples_mapping(samples: PlotSamples) -> dict[str, Any]:
    """Return samples as JSON has them; scaled values are ``value · scale + shift``."""
    return {
        "session_id": samples.session_id,
        "run_id": samples.run_id,
        "model_type": samples.model_type,
        "seed": samples.seed,
        "n_test": samples.n_test,
        "samples": [
            {"position": position, "t_ref": f"{np.datetime64(at, 's')}Z"}
            for position, at in zip(samples.positions, samples.reference_times, strict=True)
        ],
        "variables": [_variable_mapping(one) for one in samples.variables],
    }


def _variable_mapping(variable: PlotVariable) -> dict[str, Any]:
    return {
        "name": variable.name,
        "kind": variable.kind,
        "label": variable.label,
        "color": variable.color,
        "hours": variable.hours,
        "scale": variable.scale,
        "shift": variable.shift,
        "values": variable.values,
        "forecast": variable.forecast,
    }
