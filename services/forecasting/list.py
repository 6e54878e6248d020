"""The sessions that a person may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.forecasting import ForecastSession, SessionFile, SessionModel
from app.models.run import OVER, RunResult
from services.forecasting.read import runs_of


@dataclass(frozen=True, kw_only=True)
class SessionListing:
    """One row of the list."""

    session: ForecastSession
    files: Sequence[SessionFile]
    model_count: int
    status: str
    best_skill: float | None

    @property
    def finalized(self) -> bool:
        """Return whether the session was finalized."""
        return self.session.finalized_at is not None

    @property
    def file_count(self) -> int:
        """Return how many series it has."""
        return len(self.files)

    @property
    def time_steps_count(self) -> int:
        """Return 1 where time steps are kept, 0 where not."""
        return int(self.session.time_steps is not None)

    @property
    def time_info_count(self) -> int:
        """Return 1 where a calendar is kept, 0 where not."""
        return int(self.session.time_info is not None)


@dataclass(frozen=True, kw_only=True)
class SessionPage:
    """The newest sessions, and how many there are."""

    sessions: Sequence[SessionListing]
    total_count: int


def list_sessions(database: Database, actor: Actor, limit: int, offset: int = 0) -> SessionPage:
    """Return the sessions that were changed last first."""
    mine = visible(ForecastSession, actor)
    query = select(ForecastSession).where(mine)
    order = (ForecastSession.updated_at.desc(), ForecastSession.id.desc())
    with database.read() as session:
        rows = session.scalars(query.order_by(*order).limit(limit).offset(offset)).all()
        total = session.scalar(select(func.count()).select_from(ForecastSession).where(mine)) or 0
        ids = [row.id for row in rows]
        files: dict[int, list[SessionFile]] = {}
        owned = select(SessionFile).where(SessionFile.session_id.in_(ids))
        for file in session.scalars(owned.order_by(SessionFile.direction, SessionFile.position)):
            files.setdefault(file.session_id, []).append(file)
        runs = runs_of(session, ids)
        best = _best_skills(session, ids)
    listed = [
        SessionListing(
            session=row,
            files=files.get(row.id, []),
            model_count=len(runs.get(row.id, [])),
            best_skill=best.get(row.id),
            status=_status(row, [run.status for run in runs.get(row.id, [])]),
        )
        for row in rows
    ]
    return SessionPage(sessions=listed, total_count=total)


def _best_skills(session: Session, ids: Sequence[int]) -> dict[int, float]:
    """Return the highest skill among the kept models of each session that has one."""
    query = (
        select(SessionModel.session_id, func.max(RunResult.value))
        .join(RunResult, RunResult.run_id == SessionModel.run_id)
        .where(SessionModel.session_id.in_(ids), RunResult.metric == "skill")
        .group_by(SessionModel.session_id)
    )
    return {owner: value for owner, value in session.execute(query) if value is not None}


def _status(row: ForecastSession, statuses: Sequence[str]) -> str:
    if any(status not in OVER for status in statuses):
        return "training"
    if "completed" in statuses:
        return "trained"
    return "draft" if row.n_dat is None else "prepared"
