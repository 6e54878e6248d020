"""The test windows of a backtest, which give the band that newer errors are held against."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.backtest import Backtest


def windows_keys(session: Session, run_id: int) -> Sequence[str]:
    """Return the objects with truth and forecast of each cut-off, in order of time.

    They are of the newest backtest of a model that is whole; empty where there is none.
    """
    folds = session.scalars(
        select(Backtest.folds)
        .where(Backtest.run_id == run_id, Backtest.finished_at.is_not(None))
        .order_by(Backtest.id.desc())
        .limit(1)
    ).first()
    return [fold["windows_key"] for fold in folds or ()]
