"""The model that forecasts: which of a session's, what it reads, and its files beside the child."""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app import strict_json
from app.auth.actor import Actor
from app.models.forecasting import ForecastSession, SessionModel
from app.models.run import Artifact
from app.storage import ObjectStore
from services.forecasting.errors import SessionNotFound
from services.forecasting.ids import checked_session_id
from services.forecasting.prediction.errors import PredictionUnavailable
from services.forecasting.resolve import visible_session
from services.forecasting.results import EVALUATION
from services.forecasting.saved_models import SavedModel, choose_saved, saved_of
from services.forecasting.training.prepare import window_plan_of
from services.forecasting.windows.calendar_features import calendar_names
from services.forecasting.windows.plan import WindowPlan

TESTED = "test_forecasts.npz"


@dataclass(frozen=True, kw_only=True)
class ChosenModel:
    """A kept model of a session; ``files`` are the object keys of its artifacts by name."""

    session_id: str
    saved: SavedModel
    plan: Mapping[str, Any]
    files: Mapping[str, str]

    @cached_property
    def window_plan(self) -> WindowPlan:
        """Return how its windows are cut, as it was when the model was trained."""
        return window_plan_of(self.plan)

    @property
    def inputs(self) -> list[str]:
        """Return the columns of an input window: series, then calendar features."""
        plan = self.window_plan
        return [*(one.label for one in plan.inputs), *calendar_names(plan.calendar)]

    @property
    def outputs(self) -> list[str]:
        """Return the columns of a forecast."""
        return [one.label for one in self.window_plan.outputs]

    def evaluation(self, store: ObjectStore) -> Mapping[str, Any]:
        """Return the stored evaluation, empty where there is none."""
        if EVALUATION not in self.files:
            return {}
        evaluation: Mapping[str, Any] = strict_json.loads(store.get(self.files[EVALUATION]))
        return evaluation


def forecastable_session(session: Session, actor: Actor, wire_id: object) -> ForecastSession:
    """Return the session of a request; a forecast key knows only the one that it is bound to.

    Raises BadSessionId, and SessionNotFound where the actor may not see it.
    """
    if actor.via != "key":
        return visible_session(session, actor, wire_id)
    name = checked_session_id(wire_id)
    row = session.scalars(
        select(ForecastSession).where(
            ForecastSession.id == actor.bound_to,
            or_(ForecastSession.wire_id == name, ForecastSession.uuid == name),
        )
    ).one_or_none()
    if row is None:
        raise SessionNotFound(name)
    return row


def choose_model(session: Session, owner: ForecastSession, filename: str | None) -> ChosenModel:
    """Return a kept model by its file name, the best by skill without one.

    Raises InvalidModelFilename and ModelNotFound.
    """
    saved = choose_saved(saved_of(session, owner), filename, "model_filename")
    query = select(Artifact.name, Artifact.object_key).where(Artifact.run_id == saved.run_id)
    return ChosenModel(
        session_id=owner.wire_id,
        saved=saved,
        plan=session.get_one(SessionModel, saved.run_id).plan,
        files={row.name: row.object_key for row in session.execute(query)},
    )


@contextmanager
def files_for_child(
    store: ObjectStore, model: ChosenModel, folder: Path
) -> Iterator[tuple[Path, Path]]:
    """Yield a folder for the time of a forecast, and the model's bundle in it.

    Raises PredictionUnavailable where the bundle is not the file that training kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix="forecast-") as name:
        here = Path(name)
        bundle = copied(store, model.saved.object_key, here / "model.zip")
        with bundle.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        if sha256 != model.saved.sha256:
            raise PredictionUnavailable("The kept model is not the file that training wrote.")
        yield here, bundle


def copied(store: ObjectStore, key: str, target: Path) -> Path:
    """Return ``target`` with the bytes of a stored object."""
    with store.open(key) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    return target
