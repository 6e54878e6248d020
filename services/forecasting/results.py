"""The models of a session and what they scored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import strict_json
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.forecasting import ForecastSession, SessionModel, SessionObject
from app.models.run import Artifact, Run
from app.storage import ObjectStore
from services.forecasting.datasets.objects import find_object
from services.forecasting.errors import ModelNotFound, TablesNotFound
from services.forecasting.resolve import visible_session
from services.forecasting.saved_tables import SAVED_TABLES
from services.forecasting.training.members import windows_key
from services.forecasting.training.start_from import unkept_trials
from services.runs.statements import newest_jobs

EVALUATION = "evaluation.json"


@dataclass(frozen=True, kw_only=True)
class ModelOverview:
    """A model with the state of its run; ``progress`` is a share.

    Models with equal ``windows_key`` were trained and measured on the same samples.
    """

    run_id: int
    name: str
    mode: str
    settings: Mapping[str, Any]
    status: str
    progress: float
    message: str | None
    started_at: datetime | None
    ended_at: datetime | None
    summary: Mapping[str, Any] | None
    windows_key: str
    start_from: int | None = None


@dataclass(frozen=True, kw_only=True)
class ModelTables:
    """The evaluation of one model, as it was stored; ``run_id`` is None where a client saved it."""

    session_id: str
    run_id: int | None
    model_type: str
    evaluation: Mapping[str, Any]

    @property
    def df_eval(self) -> Mapping[str, Any]:
        """Return the table by averaging level."""
        table: Mapping[str, Any] = self.evaluation["df_eval"]
        return table

    @property
    def df_eval_ts(self) -> Mapping[str, Any]:
        """Return the table by averaging level and place in the window."""
        table: Mapping[str, Any] = self.evaluation["df_eval_ts"]
        return table


def list_models(database: Database, actor: Actor, wire_id: object) -> Sequence[ModelOverview]:
    """Return the models of a session, the oldest first; of a search the one that was kept."""
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        query = select(SessionModel, Run).join(Run, Run.id == SessionModel.run_id)
        rows = session.execute(
            query.where(
                SessionModel.session_id == owner.id, SessionModel.run_id.not_in(unkept_trials())
            ).order_by(Run.id)
        ).all()
        jobs = newest_jobs(session, [run.id for _, run in rows])
    return [
        ModelOverview(
            run_id=run.id,
            name=run.name,
            mode=model.mode,
            settings=model.settings,
            status=run.status,
            progress=jobs[run.id].progress if run.id in jobs else 0.0,
            message=jobs[run.id].message if run.id in jobs else None,
            started_at=run.start_time,
            ended_at=run.end_time,
            summary=model.summary,
            start_from=model.start_from,
            windows_key=windows_key(model.plan),
        )
        for model, run in rows
    ]


def evaluation_of(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    wire_id: object,
    run_id: int | None = None,
) -> ModelTables:
    """Return the tables of a model, by default the newest: of a model, or saved by a client.

    Raises ModelNotFound where the session has no such model, TablesNotFound where none of it was
    evaluated.
    """
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        saved = find_object(session, owner, SAVED_TABLES) if run_id is None else None
        measured = _evaluated(session, owner, run_id, required=saved is None)
        newest = _newer(measured, saved)
    evaluation = strict_json.loads(store.get(newest.key))
    return ModelTables(
        session_id=owner.wire_id,
        run_id=newest.run_id,
        model_type=newest.model_type,
        evaluation=evaluation,
    )


@dataclass(frozen=True, kw_only=True)
class _KeptTables:
    """Where tables lie; ``run_id`` is None for those that a client saved."""

    key: str
    model_type: str
    run_id: int | None
    at: datetime


def _newer(measured: _KeptTables | None, saved: SessionObject | None) -> _KeptTables:
    if saved is None or (measured is not None and measured.at >= saved.created_at):
        assert measured is not None  # noqa: S101 - _evaluated raises where both are missing
        return measured
    return _KeptTables(
        key=saved.object_key,
        model_type=saved.details["model_type"],
        run_id=None,
        at=saved.created_at,
    )


def _evaluated(
    session: Session, owner: ForecastSession, run_id: int | None, *, required: bool
) -> _KeptTables | None:
    query = (
        select(SessionModel, Artifact)
        .outerjoin(
            Artifact, (Artifact.run_id == SessionModel.run_id) & (Artifact.name == EVALUATION)
        )
        .where(SessionModel.session_id == owner.id)
        .order_by(SessionModel.run_id.desc())
    )
    rows = session.execute(query).all()
    chosen = [row for row in rows if run_id is None or row[0].run_id == run_id]
    if run_id is not None and not chosen:
        raise ModelNotFound(f"Session {owner.wire_id} has no model of run {run_id}.")
    for model, file in chosen:
        if file is not None:
            return _KeptTables(
                key=file.object_key, model_type=model.mode, run_id=model.run_id, at=file.created_at
            )
    if required:
        raise TablesNotFound(f"No model of session {owner.wire_id} has been evaluated yet.")
    return None
