"""Forecasts of windows that are given as numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.auth.actor import Actor
from app.db.engine import Database
from app.storage import ObjectStore
from services.forecasting.domain.numbers import shown
from services.forecasting.prediction.child import run_in_child
from services.forecasting.prediction.config import MAX_VALUE
from services.forecasting.prediction.model import ChosenModel, choose_model, files_for_child
from services.forecasting.resolve import visible_session
from services.forecasting.saved_models import MissingPredictionInput

MAX_CELLS = 4_000_000
FIELD = "input_data"
Window = Sequence[Sequence[float]]


@dataclass(frozen=True, kw_only=True)
class PredictionRequest:
    """``input_data`` is one window or a list of them; ``apply_scaling`` means physical units."""

    input_data: object
    model_filename: str | None = None
    apply_scaling: bool = True


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """Forecasts in the form of the request: rows of one window, or a list of windows."""

    predictions: Sequence[Any]
    model_used: str
    input_count: int
    scaling_applied: bool
    outputs: Sequence[str]
    steps: int


def predict(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    wire_id: object,
    request: PredictionRequest,
    folder: Path,
) -> Prediction:
    """Return what a kept model forecasts for windows of input values.

    Raises MissingPredictionInput naming the shape that is right, ModelNotFound, and what
    ``run_in_child`` raises.
    """
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        model = choose_model(session, owner, request.model_filename)
    windows, is_one = checked_windows(model, request.input_data)
    with files_for_child(store, model, folder) as (_, bundle):
        answer = run_in_child(
            {
                "task": "predict",
                "bundle": str(bundle),
                "windows": windows,
                "scaled": not request.apply_scaling,
            }
        )
    predictions = answer["predictions"]
    return Prediction(
        predictions=predictions[0] if is_one else predictions,
        model_used=model.saved.filename,
        input_count=len(windows),
        scaling_applied=request.apply_scaling,
        outputs=model.outputs,
        steps=model.window_plan.steps.output_steps,
    )


def checked_windows(model: ChosenModel, given: object) -> tuple[Sequence[Window], bool]:
    """Return windows of input steps by inputs, and whether a single one was given.

    Raises MissingPredictionInput naming what was given and what would be right.
    """
    steps, names = model.window_plan.steps.input_steps, model.inputs
    rows = "1 row" if steps == 1 else f"{steps} rows (the oldest first)"
    numbers = "1 number" if len(names) == 1 else f"{len(names)} numbers"
    right = f"a window of {model.saved.filename} is {rows} of {numbers}: {', '.join(names)}"
    if not isinstance(given, list) or not given:
        raise MissingPredictionInput(FIELD, f"{FIELD} is {_kind(given)}, but {right}.")
    is_one = _depth(given) < 3
    windows = [given] if is_one else given
    if len(windows) * steps * len(names) > MAX_CELLS:
        has = "has 1 window" if len(windows) == 1 else f"has {len(windows)} windows"
        detail = f"{FIELD} {has}: at most {MAX_CELLS:,} numbers go at once."
        raise MissingPredictionInput(FIELD, detail)
    for number, window in enumerate(windows):
        fault = _fault(window, steps, len(names))
        if fault:
            place = FIELD if is_one else f"{FIELD}[{number}]"
            raise MissingPredictionInput(FIELD, f"{place}{fault}, but {right}.")
    return windows, is_one


def _depth(given: object) -> int:
    depth = 0
    while isinstance(given, list) and given:
        given, depth = given[0], depth + 1
    return depth


def _fault(window: object, steps: int, columns: int) -> str | None:
    if not isinstance(window, list):
        return f" is {_kind(window)}"
    if len(window) != steps:
        return " has 1 row" if len(window) == 1 else f" has {len(window)} rows"
    for place, row in enumerate(window):
        if not isinstance(row, list):
            return f"[{place}] is {_kind(row)}"
        if len(row) != columns:
            values = "1 value" if len(row) == 1 else f"{len(row)} values"
            return f"[{place}] has {values}"
        for at, cell in enumerate(row):
            if not isinstance(cell, int | float) or isinstance(cell, bool):
                return f"[{place}][{at}] is {_kind(cell)}"
            if not -MAX_VALUE <= cell <= MAX_VALUE:
                return f"[{place}][{at}] is {_kind(cell)}, beyond ±{MAX_VALUE:g}"
    return None


def _kind(value: object) -> str:
    if value is None:
        return "not given"
    if isinstance(value, list | Mapping):
        return (
            "an empty list" if value == [] else "a list" if isinstance(value, list) else "an object"
        )
    return shown(value)
