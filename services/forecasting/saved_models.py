"""The models of a session that can be taken away, and the scalers that belong to them."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import strict_json
from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.models.forecasting import ForecastSession, SessionModel
from app.models.run import Artifact, Run
from app.storage import ObjectStore
from services.forecasting.errors import FieldRefused, ModelNotFound, ScalersNotFound
from services.forecasting.resolve import visible_session
from services.forecasting.training.bundle import BUNDLE
from services.forecasting.windows.scaling import Scalers

SCALERS = "scalers.json"
MIB = 1024 * 1024
NAME = "{mode}_{run_id}.zip"


@dataclass(frozen=True, kw_only=True)
class SavedModel:
    """One model as a file: a zip with the model, its scalers and a script."""

    run_id: int
    filename: str
    model_type: str
    object_key: str
    size_bytes: int
    sha256: str
    created_at: datetime
    skill: float | None

    @property
    def megabytes(self) -> float:
        """Return the size in MiB."""
        return round(self.size_bytes / MIB, 3)


def list_saved(database: Database, actor: Actor, wire_id: object) -> list[SavedModel]:
    """Return the models of a session that are trained, the newest first."""
    with database.read() as session:
        return saved_of(session, visible_session(session, actor, wire_id))


def saved_of(session: Session, owner: ForecastSession) -> list[SavedModel]:
    """Return the trained models of a session in hand, the newest first."""
    query = (
        select(SessionModel, Artifact)
        .join(Artifact, (Artifact.run_id == SessionModel.run_id) & (Artifact.name == BUNDLE))
        .join(Run, Run.id == SessionModel.run_id)
        .where(SessionModel.session_id == owner.id)
        .order_by(SessionModel.run_id.desc())
    )
    return [
        SavedModel(
            run_id=model.run_id,
            filename=model_filename(model),
            model_type=model.mode,
            object_key=file.object_key,
            size_bytes=file.size_bytes,
            sha256=file.sha256,
            created_at=file.created_at,
            skill=((model.summary or {}).get("metrics") or {}).get("skill"),
        )
        for model, file in session.execute(query)
    ]


def model_filename(model: SessionModel) -> str:
    """Return what the zip of a model is called."""
    return NAME.format(mode=model.mode.replace(" ", "-"), run_id=model.run_id)


def find_saved(
    database: Database, actor: Actor, wire_id: object, filename: str | None
) -> SavedModel:
    """Return a model by its file name; without one the best by skill.

    Raises FieldRefused for a name that cannot be one, ModelNotFound where there is none.
    """
    return choose_saved(list_saved(database, actor, wire_id), filename)


def choose_saved(
    saved: Sequence[SavedModel], filename: str | None, field: str = "filename"
) -> SavedModel:
    """Return one of ``saved`` by its file name, the best by skill without one, as ``find_saved``.

    ``field`` is what the request calls the name.
    """
    if filename is not None and any(part in filename for part in ("/", "\\", "..", "\0")):
        detail = f"{field} is {filename[:60]!r}, but it must be a name from the list of models."
        raise InvalidModelFilename(field, detail)
    chosen = [one for one in saved if filename in (None, one.filename)]
    if not chosen:
        missing = "a trained model" if filename is None else f"a model called {filename[:80]!r}"
        raise ModelNotFound(f"This session does not have {missing}.")
    return max(chosen, key=lambda one: (one.skill is not None, one.skill or 0.0, one.run_id))


class InvalidModelFilename(FieldRefused):
    """A name with a separator is no file of ours."""

    code = "INVALID_MODEL_FILENAME"


def scalers_of(database: Database, store: ObjectStore, actor: Actor, wire_id: object) -> Scalers:
    """Return the scalers of the session's newest model; raises ScalersNotFound."""
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        key = session.scalars(
            select(Artifact.object_key)
            .join(SessionModel, SessionModel.run_id == Artifact.run_id)
            .where(SessionModel.session_id == owner.id, Artifact.name == SCALERS)
            .order_by(Artifact.run_id.desc())
            .limit(1)
        ).first()
    if key is None:
        raise ScalersNotFound("This session has no scalers yet: train a model first.")
    return Scalers.from_json(strict_json.loads(store.get(key)))


def described_scalers(scalers: Scalers) -> dict[str, Any]:
    """Return the scalers by number of the column, null where a column is not scaled."""
    stored = scalers.to_json()
    metadata, shown = {}, {}
    for side, name in (("input", "inputs"), ("output", "outputs")):
        metadata[f"{side}_features"] = [one["name"] for one in stored[name]]
        metadata[f"{side}_scaled"] = [one["scaler"] is not None for one in stored[name]]
        shown[side] = {str(number): one["scaler"] for number, one in enumerate(stored[name])}
    return {**shown, "metadata": metadata}


def scalers_zip(scalers: Scalers) -> tuple[str, bytes]:
    """Return a stamp of now and a zip with the scalers of inputs and outputs, as JSON."""
    stamp = now().strftime("%Y%m%d_%H%M%S")
    stored = scalers.to_json()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for letter, side in (("i", "inputs"), ("o", "outputs")):
            part = {"format": stored["format"], "kind": stored["kind"], side: stored[side]}
            archive.writestr(f"{letter}_scale_{stamp}.save", strict_json.dump_bytes(part))
    return stamp, buffer.getvalue()


@dataclass(frozen=True, kw_only=True)
class ScaledRows:
    """Rows after scaling, and what was done to each column."""

    rows: Sequence[Sequence[float]]
    info: Mapping[str, Any]


def scale_rows(scalers: Scalers, given: object, *, inverse: bool = False) -> ScaledRows:
    """Scale rows of input columns, or bring scaled ones back.

    ``given`` is a list of rows, each of numbers or an object by name, or an object of columns by
    name. A column whose scaler is off stays as it is. Raises FieldRefused for anything else, and
    for numbers beyond a double.
    """
    names = [column.name for column in scalers.inputs]
    values = _table(given, names)
    scaled = np.array(values, dtype=np.float64)
    with np.errstate(over="ignore"):
        for number, column in enumerate(scalers.inputs):
            change = column.inverse if inverse else column.transform
            scaled[:, number] = change(scaled[:, number])
            _require_finite(column.name, scaled[:, number])
    info = {
        f"feature_{number}": {
            "name": column.name,
            "scaled": column.scaler is not None,
            "data_min": None if column.scaler is None else column.scaler.low,
            "data_max": None if column.scaler is None else column.scaler.high,
            "range": None
            if column.scaler is None
            else [column.scaler.scale_min, column.scaler.scale_max],
        }
        for number, column in enumerate(scalers.inputs)
    }
    return ScaledRows(rows=scaled.tolist(), info=info)


def _require_finite(name: str, column: NDArray[np.float64]) -> None:
    beyond = np.flatnonzero(~np.isfinite(column))
    if len(beyond):
        detail = f"input_data: {name} in row {beyond[0]} is too large to be scaled."
        raise MissingPredictionInput("input_data", detail)


def _table(given: object, names: Sequence[str]) -> list[list[float]]:
    if isinstance(given, Mapping):
        missing = [name for name in names if name not in given]
        if missing or set(given) != set(names):
            detail = f"input_data has other columns than {', '.join(names)}."
            raise MissingPredictionInput("input_data", detail)
        columns = [given[name] for name in names]
        if not all(isinstance(one, list) for one in columns) or len({len(c) for c in columns}) != 1:
            raise MissingPredictionInput(
                "input_data", "Each column of input_data must be a list, all of one length."
            )
        given = [list(row) for row in zip(*columns, strict=True)]
    rows = _by_name(given, names) if isinstance(given, list) else []
    right = rows and all(isinstance(row, list) and len(row) == len(names) for row in rows)
    numbers = right and all(
        isinstance(cell, int | float) and not isinstance(cell, bool) for row in rows for cell in row
    )
    if not numbers:
        needed = "rows of 1 number" if len(names) == 1 else f"rows of {len(names)} numbers"
        detail = f"input_data must be {needed}: {', '.join(names)}."
        raise MissingPredictionInput("input_data", detail)
    return [[float(cell) for cell in row] for row in rows]


def _by_name(rows: Sequence[Any], names: Sequence[str]) -> Sequence[Any]:
    """Return rows with their numbers in the order of ``names`` where they were given by name."""
    for number, row in enumerate(rows):
        if isinstance(row, Mapping) and set(row) != set(names):
            detail = f"input_data: row {number} has other columns than {', '.join(names)}."
            raise MissingPredictionInput("input_data", detail)
    return [[row[name] for name in names] if isinstance(row, Mapping) else row for row in rows]


class MissingPredictionInput(FieldRefused):
    """What should be scaled or forecast is not there, or is not numbers."""

    code = "MISSING_PREDICTION_INPUT"
