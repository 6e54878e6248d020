"""What backtests add to the hours of computing of a person."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.backtest import Backtest
from app.models.forecasting import ForecastSession


def backtest_seconds(session: Session, owner_id: int, since: datetime) -> float:
    """Return for how many seconds cut-offs were measured, in the person's backtests since then."""
    folds = session.scalars(
        select(Backtest.folds)
        .join(ForecastSession, ForecastSession.id == Backtest.session_id)
        .where(ForecastSession.owner_id == owner_id, Backtest.created_at >= since)
    )
    return sum(float(fold["seconds"]) for one in folds for fold in one)
