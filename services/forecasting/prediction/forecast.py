"""The forecast of a session from its newest rows: what is known, what is missing, what comes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.forecasting import ForecastSession
from app.storage import ObjectStore
from services.forecasting.backtests.windows import windows_keys
from services.forecasting.files.list import files_of
from services.forecasting.prediction.child import run_in_child
from services.forecasting.prediction.config import REQUEST, STORED, ForecastSettings, settings_of
from services.forecasting.prediction.errors import ForecastInputMissing
from services.forecasting.prediction.interval import ForecastOutput, outputs_of
from services.forecasting.prediction.model import (
    TESTED,
    ChosenModel,
    choose_model,
    copied,
    files_for_child,
    forecastable_session,
)
from services.forecasting.prediction.request import (
    ForecastRequest,
    checked_instant,
    checked_series,
    shown,
)
from services.tabular.counted import counted

NAMED = 50  # instants of an input by name; the others are counted
Stored = Mapping[tuple[str, str], tuple[str, int]]
Parts = dict[str, dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """A forecast at a reference time; ``drift`` compares the newest truth by output, if any.

    ``measured`` are the rows of outputs around the forecast: times and values by label.
    """

    session_id: str
    model_used: str
    reference_time: str
    sources: Mapping[str, str]
    outputs: Mapping[str, ForecastOutput]
    drift: Mapping[str, Any] | None
    measured: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class GatheredInputs:
    """What the process of a forecast reads: a model, its inputs by source, and ``request``."""

    model: ChosenModel
    sources: Mapping[str, str]
    request: Mapping[str, Any]


def forecast(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    wire_id: object,
    request: ForecastRequest,
    folder: Path,
) -> Forecast:
    """Return what a kept model forecasts from the newest rows, or from the session's own files.

    Raises FieldRefused for rows that cannot be read, ForecastInputMissing naming each input with
    the instants it lacks, ModelNotFound, and what ``run_in_child`` raises.
    """
    at = request.reference_time
    reference = None if at is None else checked_instant("reference_time", at)
    with gathered_inputs(database, store, actor, wire_id, request, folder) as gathered:
        answer = run_in_child({"task": "forecast", "reference": reference, **gathered.request})
    _refuse_missing(answer)
    model = gathered.model
    return Forecast(
        session_id=model.session_id,
        model_used=model.saved.filename,
        reference_time=shown(answer["reference"]),
        sources=gathered.sources,
        outputs=outputs_of(
            model.window_plan, model.evaluation(store), answer["reference"], answer["values"]
        ),
        drift=answer["drift"],
        measured={
            label: {"times": [shown(at) for at in rows["times"]], "values": rows["values"]}
            for label, rows in answer["measured"].items()
        },
    )


@contextmanager
def gathered_inputs(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    wire_id: object,
    request: ForecastRequest,
    folder: Path,
) -> Iterator[GatheredInputs]:
    """Yield the inputs of a forecast, with files that lie beside its process for so long."""
    with database.read() as session:
        owner = forecastable_session(session, actor, wire_id)
        settings = settings_of(session, owner)
        chosen = request.model_filename
        filename = settings.model_filename if chosen is None else chosen
        model = choose_model(session, owner, filename)
        stored = _stored_series(session, owner, model)
        backtested = windows_keys(session, model.saved.run_id)
    rows = checked_series(request.series, _labels(model))
    sources = _sources(model, settings, rows)
    with files_for_child(store, model, folder) as (here, bundle):
        files = _StoredFiles(store, here, stored)
        yield GatheredInputs(
            model=model,
            sources=sources,
            request={
                "bundle": str(bundle),
                "plan": model.plan,
                "inputs": _inputs(sources, rows, files),
                "truth": _truth(model, sources, rows, files),
                "phase": None if set(sources.values()) == {STORED} else _phase(model),
                "tested": _tested(model, backtested, files),
            },
        )


def _tested(
    model: ChosenModel, backtested: Sequence[str], files: "_StoredFiles"
) -> dict[str, Any] | None:
    """Return the files with errors of earlier windows: those of a backtest, else the test block."""
    for name, keys in (("backtest", backtested), ("test", [model.files.get(TESTED)])):
        paths = [files.copy(key) for key in keys]
        if paths and None not in paths:
            return {"of": name, "paths": paths}
    return None


class _StoredFiles:
    """Stored values beside the child; each object is copied once."""

    def __init__(self, store: ObjectStore, folder: Path, stored: Stored) -> None:
        self._store, self._folder, self._stored = store, folder, stored
        self._copies: dict[str, str] = {}

    def part(self, direction: str, label: str) -> dict[str, Any] | None:
        """Return where the values of a series are, None where nothing is stored."""
        key, column = self._stored.get((direction, label), (None, 0))
        path = self.copy(key)
        return None if path is None else {"path": path, "column": column}

    def copy(self, key: str | None) -> str | None:
        """Return a copy of an object, None where there is none."""
        if key is None or not (key in self._copies or self._store.exists(key)):
            return None
        if key not in self._copies:
            target = self._folder / f"stored-{len(self._copies)}"
            self._copies[key] = str(copied(self._store, key, target))
        return self._copies[key]


def _stored_series(session: Session, owner: ForecastSession, model: ChosenModel) -> Stored:
    """Return object and column by direction and label: of today's files, else of the training."""
    trained = {
        (one["direction"], one["label"]): (one["values_key"], one["series_index"])
        for one in model.plan["files"]
    }
    today = {
        (one.direction, one.label): (one.values_key, one.series_index)
        for one in files_of(session, owner)
        if one.values_key is not None and one.status == "ready"
    }
    return {**trained, **{key: value for key, value in today.items() if key in trained}}


def _labels(model: ChosenModel) -> list[str]:
    plan = model.window_plan
    return list(dict.fromkeys(one.label for one in (*plan.inputs, *plan.outputs)))


def _sources(
    model: ChosenModel, settings: ForecastSettings, rows: Mapping[str, object]
) -> dict[str, str]:
    return {
        one.label: settings.source(one.label, has_rows=bool(rows))
        for one in model.window_plan.inputs
    }


def _inputs(sources: Mapping[str, str], rows: Parts, files: _StoredFiles) -> Parts:
    return {
        label: {
            "rows": rows.get(label) if source != STORED else None,
            "stored": files.part("input", label) if source != REQUEST else None,
        }
        for label, source in sources.items()
    }


def _truth(
    model: ChosenModel, sources: Mapping[str, str], rows: Parts, files: _StoredFiles
) -> Parts:
    """Return the measured rows of outputs: values of an input that reach ahead are forecasts."""
    plan = model.window_plan
    ahead = {one.label for one in plan.inputs if one.horizon_end > 0 and one.form != "current"}
    stored = any(source != REQUEST for source in sources.values())
    return {
        one.label: {
            "rows": None if one.label in ahead else rows.get(one.label),
            "stored": files.part("output", one.label) if stored else None,
        }
        for one in plan.outputs
    }


def _phase(model: ChosenModel) -> int | None:
    """Return when the session's earliest input began, if its files say so."""
    from services.forecasting.prediction.cut import phase_of

    begins = [
        checked_instant("utc_min", one["fields"]["utc_min"])
        for one in model.plan["files"]
        if one["direction"] == "input" and one["fields"].get("utc_min")
    ]
    return phase_of(model.window_plan, min(begins)) if begins else None


def _refuse_missing(answer: Mapping[str, Any]) -> None:
    if answer.get("nothing"):
        detail = "There are no rows at all: send series, or add files to the session."
        raise ForecastInputMissing(detail, {"series": [detail]})
    missing: Sequence[Mapping[str, Any]] = answer.get("missing", ())
    if not missing:
        return
    counts = ", ".join(f"{one['label']} ({_values(one['instants'])})" for one in missing)
    detail = f"A forecast at {shown(answer['reference'])} needs values that are missing: {counts}."
    errors = {f"series.{one['label']}": _named(one["instants"]) for one in missing}
    raise ForecastInputMissing(detail, errors)


def _values(instants: Sequence[tuple[int, str]]) -> str:
    return counted(len(instants), "1 value", "{n} values")


def _named(instants: Sequence[tuple[int, str]]) -> list[str]:
    named = [f"{shown(at)}: {reason}" for at, reason in instants[:NAMED]]
    more = len(instants) - NAMED
    return [*named, f"and {more} more to {shown(instants[-1][0])}"] if more > 0 else named
