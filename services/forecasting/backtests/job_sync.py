"""The job of a backtest: what the pages of its session are shown when its state changes."""

from app.db.uow import UnitOfWork
from app.jobs import states
from app.models.backtest import Backtest
from app.models.job import Job
from services.forecasting.backtests.events import BacktestProgress
from services.forecasting.backtests.topics import backtest_id_of
from services.forecasting.topics import subject_of

JOB_KIND = "backtest_forecaster"


def follow_backtest(unit: UnitOfWork, job: Job) -> None:
    """Publish the state of ``job`` on the topic of its session: the observer of backtest jobs.

    A backtest that went with its run has nobody who follows it.
    """
    row = unit.session.get(Backtest, backtest_id_of(job.subject))
    if row is not None:
        publish_progress(unit, row, job.state, job.progress, job.error)


def publish_progress(
    unit: UnitOfWork,
    row: Backtest,
    job_state: str,
    share: float,
    error: dict[str, str] | None = None,
) -> None:
    """Publish how far a backtest is."""
    done = job_state == states.SUCCEEDED
    event = BacktestProgress(
        backtest_id=row.id,
        run_id=row.run_id,
        done=len(row.folds),
        cutoffs=row.cutoffs,
        percent=100.0 if done else round(100 * share, 1),
        job_state=job_state,
        detail=error["detail"] if error else None,
    )
    unit.publish(subject_of(row.session_id), event)
