"""Starting a model from an earlier one: which can be, and its files when a worker begins."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import Conflict
from app.models.forecast_search import ModelSearch, SearchTrial
from app.models.forecasting import ForecastSession, SessionModel
from app.models.run import UNFINISHED, Artifact, Run
from app.storage import ObjectStore
from services.forecasting.errors import ModelNotFound
from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.families import ModelSettings, read_settings
from services.forecasting.models.ports import Fitted
from services.forecasting.models.warm_start import (
    START_FROM,
    STARTABLE,
    require_same,
    require_startable,
)
from services.forecasting.resolve import visible_session
from services.forecasting.training.feasible import window_shape
from services.forecasting.training.files import MODEL_FOLDER, fetch_model
from services.forecasting.training.plan import plan_of
from services.forecasting.training.prepare import window_plan_of

DOCUMENT = f"{MODEL_FOLDER}model.json"
EXPECTED = "the number of the run of an earlier model"


@dataclass(frozen=True, kw_only=True)
class ModelRequest:
    """A model to train; ``start_from`` is the run of the model that it goes on from."""

    settings: ModelSettings
    start_from: int | None = None


@dataclass(frozen=True, kw_only=True)
class EarlierModel:
    """A model that another one of its family and architecture can go on from."""

    run_id: int
    name: str
    session_id: str
    session_name: str | None
    mode: str
    settings: Mapping[str, Any]


def read_request(parameters: Mapping[str, Any]) -> ModelRequest:
    """Return what is to be trained; raises InvalidModelParams."""
    values = dict(parameters) if isinstance(parameters, Mapping) else parameters
    start = _number(values.pop(START_FROM, None)) if isinstance(values, dict) else None
    settings = read_settings(values)
    if start is not None:
        require_startable(settings)
    return ModelRequest(settings=settings, start_from=start)


def _number(value: object) -> int | None:
    if value is None or value == "":
        return None
    text = value.strip() if isinstance(value, str) else value
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    if isinstance(text, int) and not isinstance(text, bool) and 0 < text < 2**63:
        return text
    raise InvalidModelParams(START_FROM, value, EXPECTED)


def require_fitting_start(
    session: Session,
    actor: Actor,
    owner: ForecastSession,
    request: ModelRequest,
    plan: Mapping[str, Any],
) -> None:
    """Refuse an earlier model that the new one cannot go on from; without one nothing is asked.

    Raises ModelNotFound where the session's owner has no such model that the actor may see, and
    InvalidModelParams naming family, architecture and windows where they differ.
    """
    if request.start_from is None:
        return
    query = _startable(actor, owner).where(SessionModel.run_id == request.start_from)
    earlier = session.scalars(query).first()
    if earlier is None:
        detail = f"There is no trained model of run {request.start_from} to start from."
        raise ModelNotFound(detail, errors={START_FROM: [detail]})
    require_same(
        request.settings,
        window_shape(window_plan_of(plan)),
        read_settings(earlier.settings),
        window_shape(window_plan_of(earlier.plan)),
    )


def list_earlier(database: Database, actor: Actor, wire_id: object) -> list[EarlierModel]:
    """Return the models that one of this session can go on from, the newest first.

    They are the session's own and those of the same owner with the same windows. Raises what
    ``plan_of`` says of a session that cannot be trained yet.
    """
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        shape = window_shape(window_plan_of(plan_of(session, owner, owner.split or {})))
        rows = session.execute(_startable(actor, owner).order_by(SessionModel.run_id.desc())).all()
    return [
        EarlierModel(
            run_id=model.run_id,
            name=run.name,
            session_id=of.wire_id,
            session_name=of.name,
            mode=model.mode,
            settings=model.settings,
        )
        for model, run, of in rows
        if window_shape(window_plan_of(model.plan)) == shape
    ]


def _startable(actor: Actor, owner: ForecastSession) -> Select[SessionModel, Run, ForecastSession]:
    """Select trained models of the session's owner; of a search only the one that was kept."""
    return (
        select(SessionModel, Run, ForecastSession)
        .join(Run, Run.id == SessionModel.run_id)
        .join(ForecastSession, ForecastSession.id == SessionModel.session_id)
        .join(Artifact, (Artifact.run_id == Run.id) & (Artifact.name == DOCUMENT))
        .where(
            ForecastSession.owner_id == owner.owner_id,
            visible(ForecastSession, actor),
            SessionModel.mode.in_(STARTABLE),
            SessionModel.run_id.not_in(unkept_trials()),
        )
    )


def unkept_trials() -> Select[int]:
    """Select the runs of trials that are no models of their session."""
    kept = select(ModelSearch.kept_run_id).where(ModelSearch.kept_run_id.is_not(None))
    return select(SearchTrial.run_id).where(SearchTrial.run_id.not_in(kept))


def is_model_or_live() -> ColumnElement[bool]:
    """Return the condition for runs that are models of their session, or are not over."""
    return or_(Run.status.in_(UNFINISHED), SessionModel.run_id.not_in(unkept_trials()))


def load_model(
    database: Database, store: ObjectStore, run_id: int, load: Callable[[Path], Fitted]
) -> Fitted:
    """Return a trained model from its files; raises Conflict where they have been deleted."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        if not fetch_model(database, store, run_id, folder):
            raise Conflict(f"The model of run {run_id}, from which this one starts, was deleted.")
        return load(folder)
