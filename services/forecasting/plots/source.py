"""Where the test samples of a plot come from: a model's files, or the datasets of the session."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.forecasting import ForecastSession, SessionModel
from app.models.run import Artifact
from services.forecasting.datasets.objects import TEST_WINDOWS, require_object
from services.forecasting.errors import ModelNotFound
from services.forecasting.resolve import visible_session

FORECASTS = "test_forecasts.npz"


@dataclass(frozen=True, kw_only=True)
class PlotSource:
    """Keys of objects; those of a model belong together, whatever the session is set to now."""

    wire_id: str
    windows_key: str
    forecasts_key: str | None = None
    run_id: int | None = None
    model_type: str | None = None


def plot_source(
    database: Database, actor: Actor, wire_id: object, run_id: int | None
) -> PlotSource:
    """Return the source; the newest evaluated model where ``run_id`` is None and there is one.

    Raises ModelNotFound where the session has no evaluated model of that run, DatasetsNotFound
    where it has neither models nor datasets.
    """
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        model = _of_model(session, owner, run_id)
        if model is not None:
            return model
        if run_id is not None:
            raise ModelNotFound(
                f"Session {owner.wire_id} has no evaluated model of run {run_id}: choose another."
            )
        row = require_object(session, owner, TEST_WINDOWS)
        return PlotSource(wire_id=owner.wire_id, windows_key=row.object_key)


def _of_model(session: Session, owner: ForecastSession, run_id: int | None) -> PlotSource | None:
    windows, forecasts = aliased(Artifact), aliased(Artifact)
    query = (
        select(SessionModel, windows.object_key, forecasts.object_key)
        .join(windows, (windows.run_id == SessionModel.run_id) & (windows.name == TEST_WINDOWS))
        .join(forecasts, (forecasts.run_id == SessionModel.run_id) & (forecasts.name == FORECASTS))
        .where(SessionModel.session_id == owner.id)
        .order_by(SessionModel.run_id.desc())
        .limit(1)
    )
    if run_id is not None:
        query = query.where(SessionModel.run_id == run_id)
    row = session.execute(query).first()
    if row is None:
        return None
    model, windows_key, forecasts_key = row
    return PlotSource(
        wire_id=owner.wire_id,
        windows_key=windows_key,
        forecasts_key=forecasts_key,
        run_id=model.run_id,
        model_type=model.mode,
    )
