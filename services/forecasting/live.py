"""What the live events of a session are made of: its models, and how each of them stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.auth.actor import Actor
from app.db.engine import Database
from app.events.newest import TopicState, read_newest
from app.models.forecasting import SessionFile, SessionModel
from app.models.run import UNFINISHED, Run
from services.forecasting.datasets.events import DatasetStatusUpdate
from services.forecasting.resolve import visible_session
from services.forecasting.topics import subject_of
from services.runs.topics import run_topic


@dataclass(frozen=True, kw_only=True)
class LiveModel:
    """A model of a session; ``is_live`` while its run is not over."""

    run_id: int
    mode: str
    is_live: bool


@dataclass(frozen=True, kw_only=True)
class LiveSession:
    """A session and its models, the newest first. ``trained`` counts those that are completed."""

    session_id: int
    wire_id: str
    models: tuple[LiveModel, ...]
    trained: int
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class FilesState:
    """How many files a session has, how many could be read, and which cannot be used as it is."""

    total: int
    ready: int
    refused: int


def live_session(database: Database, actor: Actor, wire_id: object) -> LiveSession:
    """Return a session that the actor may see, with its models.

    Raises BadSessionId for what is no id, SessionNotFound where the actor may see none.
    """
    from services.forecasting.training.start_from import is_model_or_live

    with database.read() as session:
        row = visible_session(session, actor, wire_id)
        query = (
            select(SessionModel.run_id, SessionModel.mode, Run.status)
            .join(Run, Run.id == SessionModel.run_id)
            .where(SessionModel.session_id == row.id, is_model_or_live())
            .order_by(SessionModel.run_id.desc())
        )
        models = session.execute(query).all()
    return LiveSession(
        session_id=row.id,
        wire_id=row.wire_id,
        models=tuple(
            LiveModel(run_id=run_id, mode=mode, is_live=status in UNFINISHED)
            for run_id, mode, status in models
        ),
        trained=sum(status == "completed" for _, _, status in models),
        updated_at=row.updated_at,
    )


def mode_of(database: Database, run_id: int) -> str | None:
    """Return the MODE of a model, None where it has been deleted."""
    with database.read() as session:
        model = session.get(SessionModel, run_id)
        return None if model is None else model.mode


def state_of(database: Database, run_id: int, types: Collection[str]) -> TopicState:
    """Return the newest events of these types of a run."""
    with database.read() as session:
        return read_newest(session, run_topic(run_id), types)


def datasets_state(database: Database, session_id: int) -> TopicState:
    """Return what the dataset job of a session has said last, with no event before it said any."""
    with database.read() as session:
        return read_newest(session, subject_of(session_id), [DatasetStatusUpdate.type])


def files_state(database: Database, actor: Actor, wire_id: object) -> FilesState:
    """Return how far the files of a session have been read; raises as ``live_session`` does."""
    with database.read() as session:
        row = visible_session(session, actor, wire_id)
        query = (
            select(SessionFile.status, func.count())
            .where(SessionFile.session_id == row.id)
            .group_by(SessionFile.status)
        )
        counts = dict(session.execute(query).tuples().all())
    return FilesState(
        total=sum(counts.values()),
        ready=counts.get("ready", 0),
        refused=counts.get("refused", 0),
    )
