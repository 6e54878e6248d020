"""Permutation importance within a bounded time, whatever a forecast of the model costs."""

import time
from collections.abc import Callable, Mapping, Sequence

from services.engine_kit.errors import StopTraining
from services.forecasting.engine.importance import grouped_columns, permutation_importance
from services.forecasting.engine.rows import chunks
from services.forecasting.models.importance import InputImportance
from services.forecasting.models.ports import Block, Fitted

REPEATS = 5
MAX_SAMPLES, MIN_SAMPLES = 500, 16
SECONDS = 5.0


def bounded_importance(
    model: Fitted,
    block: Block,
    seed: int,
    groups: Mapping[str, Sequence[str]],
    stop_requested: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.perf_counter,
) -> InputImportance:
    """Return the importance of each column or group, on so many samples as take about 5 s.

    Their number is halved from 500 on, so that a faster machine seldom changes the result.
    """
    samples = min(len(block), MAX_SAMPLES)
    if samples < 2:
        there = "is 1 test sample" if samples else "is no test sample"
        reason = f"There {there}: nothing can be permuted."
        return InputImportance(reason=reason)
    forecasts = 1 + REPEATS * len(grouped_columns(model.shape.input_names, groups))
    while samples > MIN_SAMPLES and forecasts * _seconds(model, block, samples, clock) > SECONDS:
        samples = max(MIN_SAMPLES, samples // 2)
    try:
        columns = permutation_importance(
            model,
            block,
            seed,
            repeats=REPEATS,
            max_samples=samples,
            groups=groups,
            stop_requested=stop_requested,
        )
    except StopTraining:
        return InputImportance(reason="The training was stopped before this was measured.")
    return InputImportance(columns=columns, samples=samples, repeats=REPEATS)


def _seconds(model: Fitted, block: Block, samples: int, clock: Callable[[], float]) -> float:
    """Return how long one forecast of ``samples`` samples takes."""
    rows = next(chunks(block, samples))
    inputs = block.inputs(rows)
    begun = clock()
    model.predict(inputs)
    return clock() - begun
