"""Which input matters: how much the error on the test block grows without its information.

Permutation importance (Breiman, Random forests, 2001; Fisher, Rudin and Dominici, 2019): a
column's windows are handed to other samples at random, whole, so that each stays a plausible
window, and the model forecasts again. Columns that carry the same information share it: each
of them alone may look needless.
"""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy import special

from services.engine_kit.errors import StopTraining
from services.forecasting.engine.rows import CHUNK
from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.importance import ColumnImportance
from services.forecasting.models.ports import Block, Fitted, Rows
from services.seeding import generator

CONFIDENCE = 0.95


def permutation_importance(
    model: Fitted,
    block: Block,
    seed: int,
    *,
    repeats: int = 5,
    max_samples: int | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    stop_requested: Callable[[], bool] = lambda: False,
) -> list[ColumnImportance]:
    """Return the importance of every input column, the largest first.

    ``groups`` names columns that are permuted together, such as the pairs of a calendar feature;
    columns in no group stand alone. ``max_samples`` are taken evenly spaced. Raises
    ``InvalidModelParams`` for less than 2 samples or repeats, ``StopTraining`` at a stop.
    """
    samples = _samples(block, max_samples)
    if len(samples) < 2 or repeats < 2:
        raise InvalidModelParams("repeats", repeats, "at least 2, on at least 2 test samples")
    base = _rmse(model, block, samples, samples, ())
    rows = []
    for name, columns in grouped_columns(model.shape.input_names, groups or {}).items():
        increases = []
        for repeat in range(repeats):
            if stop_requested():
                raise StopTraining
            order = generator(seed, "importance", name, repeat).permutation(len(samples))
            increases.append(_rmse(model, block, samples, samples[order], columns) - base)
        rows.append(_summary(name, increases, base))
    return sorted(rows, key=lambda row: -row.increase)


def _samples(block: Block, max_samples: int | None) -> Rows:
    count = min(len(block), max_samples or len(block))
    return np.arange(count, dtype=np.int64) * len(block) // max(count, 1)


def grouped_columns(
    names: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> dict[str, tuple[int, ...]]:
    """Return the places of the columns of each group, and of each column in none, by name."""
    places = {name: place for place, name in enumerate(names)}
    for group, members in groups.items():
        for member in members:
            if member not in places:
                raise InvalidModelParams("groups", member, f"a column of the model, in {group!r}")
    named = {group: tuple(places[one] for one in members) for group, members in groups.items()}
    together = {one for members in groups.values() for one in members}
    return {**{name: (place,) for name, place in places.items() if name not in together}, **named}


def _rmse(
    model: Fitted, block: Block, samples: Rows, donors: Rows, columns: Sequence[int]
) -> float:
    """Return the error where ``columns`` are those of the samples ``donors``."""
    total, count = 0.0, 0
    for start in range(0, len(samples), CHUNK):
        rows = samples[start : start + CHUNK]
        inputs = block.inputs(rows)
        if columns:
            inputs = inputs.copy()
            inputs[:, :, columns] = block.inputs(donors[start : start + CHUNK])[:, :, columns]
        errors = model.predict(inputs).astype(np.float64) - block.outputs(rows)
        total, count = total + float(np.square(errors).sum()), count + errors.size
    return math.sqrt(total / count)


def _summary(name: str, increases: Sequence[float], base: float) -> ColumnImportance:
    mean, repeats = float(np.mean(increases)), len(increases)
    quantile = float(special.stdtrit(repeats - 1, (1 + CONFIDENCE) / 2))
    margin = quantile * float(np.std(increases, ddof=1)) / math.sqrt(repeats)
    return ColumnImportance(
        name=name, increase=mean, low=mean - margin, high=mean + margin, rmse=base
    )
