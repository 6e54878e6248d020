"""Doing in the test's own process what a worker does for a backtest."""

from sqlalchemy import select

from app.auth.actor import Actor
from app.models.job import Job
from app.resources import Resources
from services.forecasting.backtests.create import BacktestRequest, create_backtest
from services.forecasting.backtests.list import BacktestView, list_backtests
from services.forecasting.backtests.topics import subject_of
from tests.factories.datasets import claimed
from workers.attempt import Attempt
from workers.forecasting import backtest_model


def started(
    resources: Resources, owner: Actor, wire_id: str, run_id: int, cutoffs: int = 2
) -> tuple[int, Attempt]:
    """Start a backtest; return its number and an attempt at its job."""
    request = BacktestRequest(run_id=run_id, cutoffs=cutoffs)
    number = create_backtest(resources.database, owner, wire_id, request)
    return number, attempt_at(resources, number)


def attempt_at(resources: Resources, number: int) -> Attempt:
    """Return an attempt at the newest job of a backtest."""
    with resources.database.read() as session:
        query = select(Job.id).where(Job.subject == subject_of(number)).order_by(Job.id.desc())
        job_id = session.scalars(query).first()
    assert job_id is not None
    return claimed(resources, job_id)


def backtested(
    resources: Resources, owner: Actor, wire_id: str, run_id: int, cutoffs: int = 2
) -> BacktestView:
    """Backtest a model; return what its page shows."""
    _, attempt = started(resources, owner, wire_id, run_id, cutoffs)
    backtest_model(attempt, resources)
    return list_backtests(resources.database, owner, wire_id, run_id)[0]
