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
from app.models.forecasting import ForecastSession, SessionModel
from app.models.run import Artifact, Run
from app.storage import ObjectStore
from services.forecasting.errors import ModelNotFound, TablesNotFound
from services.forecasting.resolve import visible_session
from services.runs.statements import newest_jobs

EVALUATION = "evaluation.json"


@dataclass(frozen=True, kw_only=True)
class ModelOverview:
    """A model with the state of its run; ``progress`` is a share."""

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


@dataclass(frozen=True, kw_only=True)
class ModelTables:
    """The evaluation of one model, as it was stored."""

    session_id: str
    run_id: int
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
    """Return the models of a session, the oldest first."""
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        query = select(SessionModel, Run).join(Run, Run.id == SessionModel.run_id)
        rows = session.execute(
            query.where(SessionModel.session_id == owner.id).order_by(Run.id)
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
    """Return the tables of a model, by default of the newest that has some.

    Raises ModelNotFound where the session has no such model, TablesNotFound where none of it was
    evaluated.
    """
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        model, key = _evaluated(session, owner, run_id)
    evaluation = strict_json.loads(store.get(key))
    return ModelTables(
        session_id=owner.wire_id, run_id=model.run_id, model_type=model.mode, evaluation=evaluation
    )


def _evaluated(
    session: Session, owner: ForecastSession, run_id: int | None
) -> tuple[SessionModel, str]:
    query = (
        select(SessionModel, Artifact.object_key)
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
    done = [row for row in chosen if row[1] is not None]
    if not done:
        raise TablesNotFound(f"No model of session {owner.wire_id} has been evaluated yet.")
    return done[0][0], done[0][1]
