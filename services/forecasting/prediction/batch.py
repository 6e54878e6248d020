"""Forecasts at many reference times in one request: a list of them, or a range."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.auth.actor import Actor
from app.db.engine import Database
from app.storage import ObjectStore
from services.forecasting.domain.numbers import shown as shown_value
from services.forecasting.errors import FieldRefused
from services.forecasting.evaluation.arrays import cells
from services.forecasting.evaluation.metrics import mae
from services.forecasting.prediction.child import run_in_child
from services.forecasting.prediction.errors import ForecastInputMissing
from services.forecasting.prediction.forecast import gathered_inputs
from services.forecasting.prediction.interval import ForecastOutput, outputs_of
from services.forecasting.prediction.model import ChosenModel
from services.forecasting.prediction.request import ForecastRequest, checked_instant, shown

MAX_WINDOWS = 500


@dataclass(frozen=True, kw_only=True)
class BatchRequest:
    """As for one forecast, at ``reference_times``, or every so many from ``first`` to ``last``."""

    series: object = None
    model_filename: str | None = None
    reference_times: object = None
    first: object = None
    last: object = None
    every: int = 1


@dataclass(frozen=True, kw_only=True)
class BatchWindow:
    """A forecast of a batch; ``missing`` says which inputs lack how many values, if any do.

    ``truth`` has the values by output where all of a window are measured.
    """

    reference_time: str
    outputs: Mapping[str, ForecastOutput]
    truth: Mapping[str, Sequence[float | None]] | None
    missing: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class ForecastBatch:
    """Forecasts in order of time; ``errors`` are over the windows whose truth is known."""

    session_id: str
    model_used: str
    sources: Mapping[str, str]
    windows: Sequence[BatchWindow]
    errors: Mapping[str, Mapping[str, float | int | None]]


def forecast_batch(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    wire_id: object,
    request: BatchRequest,
    folder: Path,
) -> ForecastBatch:
    """Return forecasts at several reference times; one that lacks inputs says so in its place.

    Raises FieldRefused naming what cannot be read or is too much, ForecastInputMissing where there
    are no rows at all, ModelNotFound, and what ``run_in_child`` raises.
    """
    chosen = _chosen_times(request)
    one = ForecastRequest(series=request.series, model_filename=request.model_filename)
    with gathered_inputs(database, store, actor, wire_id, one, folder) as gathered:
        answer = run_in_child({"task": "batch", **chosen, **gathered.request})
    if answer.get("nothing"):
        detail = "There are no rows at all: send series, or add files to the session."
        raise ForecastInputMissing(detail, {"series": [detail]})
    model, evaluation = gathered.model, gathered.model.evaluation(store)
    windows = [_window(model, evaluation, one) for one in answer["windows"]]
    return ForecastBatch(
        session_id=model.session_id,
        model_used=model.saved.filename,
        sources=gathered.sources,
        windows=windows,
        errors={label: _errors(label, windows) for label in model.outputs},
    )


def _chosen_times(request: BatchRequest) -> dict[str, Any]:
    """Return the reference times of a request in microseconds, or their range."""
    given = request.reference_times
    if given is None:
        if request.every < 1:
            detail = f"every is {request.every}, but it must be 1 or more."
            raise FieldRefused("every", detail)
        first, last = (checked_instant(name, getattr(request, name)) for name in ("first", "last"))
        return {
            "references": None, "first": first, "last": last, "every": request.every,
            "most": MAX_WINDOWS,
        }  # fmt: skip
    if request.first is not None or request.last is not None:
        detail = "Send reference_times, or first and last; not both."
        raise FieldRefused("reference_times", detail)
    if not isinstance(given, list) or not 1 <= len(given) <= MAX_WINDOWS:
        right = f"a list of 1 to {MAX_WINDOWS} times"
        said = f"a list of {len(given)}" if isinstance(given, list) else shown_value(given)
        detail = f"reference_times is {said}, but it must be {right}."
        raise FieldRefused("reference_times", detail)
    times = [checked_instant(f"reference_times[{n}]", one) for n, one in enumerate(given)]
    return {"references": times}


def _window(
    model: ChosenModel, evaluation: Mapping[str, Any], answer: Mapping[str, Any]
) -> BatchWindow:
    plan, at, values = model.window_plan, answer["reference"], answer["values"]
    truth = None if answer["truth"] is None else np.array(answer["truth"], dtype=np.float64)
    return BatchWindow(
        reference_time=shown(at),
        outputs={} if values is None else outputs_of(plan, evaluation, at, values),
        truth=None
        if truth is None
        else {label: cells(truth[:, number]) for number, label in enumerate(model.outputs)},
        missing=answer["missing"],
    )


def _errors(label: str, windows: Sequence[BatchWindow]) -> dict[str, float | int | None]:
    """Return the mean absolute error of an output over the windows whose truth is known."""
    pairs = [
        (one.truth[label], one.outputs[label].values)
        for one in windows
        if one.truth is not None and label in one.outputs
    ]
    truth, forecast = ([pair[side] for pair in pairs] for side in (0, 1))
    known = np.array(truth, dtype=np.float64), np.array(forecast, dtype=np.float64)
    return {"windows": len(pairs), "mae": mae(*known) if pairs else None}
