"""Starting a backtest: its row and its job, in one commit."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import NewJob, UnitOfWork
from app.errors import Invalid
from app.jobs import states
from app.models.backtest import Backtest
from app.models.forecasting import ForecastSession, SessionModel
from app.models.job import Job
from services.forecasting.backtests.errors import BacktestInProgress, NotBacktestable
from services.forecasting.backtests.folds import FoldSizes, cut_folds, fold_sizes
from services.forecasting.backtests.job_sync import JOB_KIND, follow_backtest
from services.forecasting.backtests.topics import subject_of
from services.forecasting.errors import ModelNotFound
from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.families import read_settings
from services.forecasting.resolve import editable_session
from services.forecasting.topics import subject_of as session_subject
from services.forecasting.training.prepare import window_plan_of
from services.forecasting.training.quota import NO_LIMITS, TrainingLimits, require_quota
from services.runs.queueing import QUEUE

DEFAULT_CUTOFFS = 4
MAX_CUTOFFS = 20
FIELDS = {"folds": "cutoffs", "test": "test_windows"}


@dataclass(frozen=True, kw_only=True)
class BacktestRequest:
    """Which model, at how many cut-offs, and how many windows are tested behind each, or None."""

    run_id: int
    cutoffs: int = DEFAULT_CUTOFFS
    test_windows: int | None = None


def create_backtest(
    database: Database,
    actor: Actor,
    wire_id: object,
    request: BacktestRequest,
    limits: TrainingLimits = NO_LIMITS,
) -> int:
    """Queue the backtest of a measured model; return its number.

    Raises ModelNotFound, NotBacktestable, Invalid and TooFewForBacktest for numbers that the data
    do not allow, BacktestInProgress while another one of the session is not over, and what
    ``require_quota`` raises; nothing is queued then.
    """
    with database.write() as unit:
        owner = editable_session(unit.session, actor, wire_id)
        model = _model(unit.session, owner, request.run_id)
        sizes = _sizes(model, request)
        require_no_backtest(unit.session, owner)
        require_quota(unit.session, actor, 1, limits)
        row = _row(owner, request, sizes)
        unit.session.add(row)
        unit.session.flush()
        queue_backtest(unit, row, owner.owner_id)
        detail = {"backtest": row.id, "run_id": row.run_id}
        record(unit, actor, "session_changed", session_subject(owner.id), detail)
        return row.id


def queue_backtest(unit: UnitOfWork, row: Backtest, owner_id: int) -> Job:
    """Queue a job for the cut-offs that are not measured yet, and publish that."""
    new = NewJob(kind=JOB_KIND, queue=QUEUE, subject=subject_of(row.id), owner_id=owner_id)
    job = unit.enqueue(new)
    job.progress = len(row.folds) / row.cutoffs
    follow_backtest(unit, job)
    return job


def require_no_backtest(session: Session, owner: ForecastSession) -> None:
    """Raise BacktestInProgress while a backtest of the session is not over."""
    numbers = session.scalars(select(Backtest.id).where(Backtest.session_id == owner.id)).all()
    subjects = {subject_of(number): number for number in numbers}
    live = select(Job.subject).where(Job.subject.in_(subjects), Job.state.not_in(states.TERMINAL))
    subject = session.scalars(live.limit(1)).first()
    if subject is not None:
        raise BacktestInProgress(
            f"Backtest {subjects[subject]} of this session is not over: wait for it, or stop it."
        )


def _model(session: Session, owner: ForecastSession, run_id: int) -> SessionModel:
    row = session.get(SessionModel, run_id)
    if row is None or row.session_id != owner.id:
        raise ModelNotFound(f"Session {owner.wire_id} has no model of run {run_id}.")
    if row.summary is None:
        detail = f"run_id is {run_id}, but that model is not measured yet: wait until it is."
        raise NotBacktestable("run_id", detail)
    try:
        read_settings(row.settings)
    except InvalidModelParams:
        detail = f"run_id is {run_id}, but {row.mode} cannot be fitted again: choose another."
        raise NotBacktestable("run_id", detail) from None
    return row


def _sizes(model: SessionModel, request: BacktestRequest) -> FoldSizes:
    if not 1 <= request.cutoffs <= MAX_CUTOFFS:
        detail = f"cutoffs is {request.cutoffs}, but it must be 1 to {MAX_CUTOFFS}."
        raise Invalid(detail, errors={"cutoffs": [detail]})
    summary, plan = model.summary or {}, window_plan_of(model.plan)
    n, tested = summary["n_dat"], summary["sizes"]["test"]
    sizes = fold_sizes(n, tested, request.cutoffs, plan.split, request.test_windows)
    try:
        cut_folds(n, request.cutoffs, sizes, plan)  # what cannot be is said now, not by a worker
    except Invalid as refused:
        refused.errors = {FIELDS.get(one, one): said for one, said in refused.errors.items()}
        raise
    return sizes


def _row(owner: ForecastSession, request: BacktestRequest, sizes: FoldSizes) -> Backtest:
    return Backtest(
        session_id=owner.id,
        run_id=request.run_id,
        cutoffs=request.cutoffs,
        test_windows=sizes.test,
        validation_windows=sizes.validation,
        folds=[],
        created_at=now(),
    )
