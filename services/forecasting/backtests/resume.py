"""Resuming a backtest: a new job goes on behind the cut-offs that are measured."""

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.domains import Retry
from app.errors import Conflict
from app.jobs import states
from app.jobs.engine import newest_job
from services.forecasting.backtests.create import queue_backtest, require_no_backtest
from services.forecasting.backtests.resolve import editable_backtest
from services.forecasting.backtests.topics import subject_of
from services.forecasting.topics import subject_of as session_subject
from services.forecasting.training.quota import (
    NO_LIMITS,
    TrainingLimits,
    limits_of,
    require_quota,
)


def resume_backtest(
    database: Database, actor: Actor, number: str, limits: TrainingLimits = NO_LIMITS
) -> int:
    """Queue a backtest again; return its number.

    Raises Conflict unless its newest job failed or was stopped, BacktestInProgress while another
    one of the session is not over, and what ``require_quota`` raises.
    """
    with database.write() as unit:
        row, owner = editable_backtest(unit.session, actor, number)
        previous = newest_job(unit.session, subject_of(row.id), lock=True)
        state = previous.state if previous is not None else "without a job"
        if state not in (states.FAILED, states.CANCELLED):
            raise Conflict(f"Backtest {row.id} is {state}: only a failed or stopped one goes on.")
        require_no_backtest(unit.session, owner)
        require_quota(unit.session, actor, 1, limits)
        queue_backtest(unit, row, owner.owner_id)
        detail = {"backtest": row.id, "resumed": True}
        record(unit, actor, "session_changed", session_subject(owner.id), detail)
        return row.id


def retry_backtest(retry: Retry) -> None:
    """Queue a backtest again that failed; raises as ``resume_backtest``."""
    limits = limits_of(retry.settings)
    resume_backtest(retry.database, retry.actor, retry.number, limits)
