"""The backtests of a session, with what their cut-offs say together."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.backtest import Backtest
from app.models.forecasting import SessionModel
from app.models.job import Job
from services.forecasting.backtests.topics import subject_of
from services.forecasting.evaluation.backtest import summarise
from services.forecasting.resolve import visible_session

OF_STORE = "windows_key"


@dataclass(frozen=True, kw_only=True)
class BacktestView:
    """A backtest: ``state`` and ``progress`` (a share) are its newest job's.

    ``folds`` are measured cut-offs, the earliest first; ``spread`` has each metric over them, None
    where it is defined in none.
    """

    id: int
    run_id: int
    mode: str
    cutoffs: int
    test_windows: int
    validation_windows: int
    state: str
    progress: float
    detail: str | None
    created_at: datetime
    finished_at: datetime | None
    folds: Sequence[Mapping[str, Any]]
    spread: Mapping[str, Mapping[str, Any] | None]


def list_backtests(
    database: Database, actor: Actor, wire_id: object, run_id: int | None = None
) -> list[BacktestView]:
    """Return the backtests of a session, or of one of its models, the newest first."""
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        query = (
            select(Backtest, SessionModel.mode)
            .join(SessionModel, SessionModel.run_id == Backtest.run_id)
            .where(Backtest.session_id == owner.id)
            .order_by(Backtest.id.desc())
        )
        if run_id is not None:
            query = query.where(Backtest.run_id == run_id)
        rows = session.execute(query).all()
        subjects = [subject_of(row.id) for row, _ in rows]
        jobs = {
            job.subject: job  # the newest comes last
            for job in session.scalars(
                select(Job).where(Job.subject.in_(subjects)).order_by(Job.id)
            )
        }
    return [_view(row, mode, jobs.get(subject_of(row.id))) for row, mode in rows]


def _view(row: Backtest, mode: str, job: Job | None) -> BacktestView:
    spread = summarise([fold["metrics"] for fold in row.folds])
    return BacktestView(
        id=row.id,
        run_id=row.run_id,
        mode=mode,
        cutoffs=row.cutoffs,
        test_windows=row.test_windows,
        validation_windows=row.validation_windows,
        state="cancelled" if job is None else job.state,
        progress=0.0 if job is None else job.progress,
        detail=job.error["detail"] if job is not None and job.error else None,
        created_at=row.created_at,
        finished_at=row.finished_at,
        folds=[
            {name: value for name, value in fold.items() if name != OF_STORE} for fold in row.folds
        ],
        spread={name: None if one is None else asdict(one) for name, one in spread.items()},
    )
