"""Finding a backtest by its number; what is not of a visible session does not exist."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import can_edit, visible
from app.auth.actor import Actor
from app.auth.views import note_view
from app.errors import Forbidden
from app.ids import parse_id
from app.models.backtest import Backtest
from app.models.forecasting import ForecastSession
from services.forecasting.backtests.errors import BacktestNotFound


def editable_backtest(
    session: Session, actor: Actor, number: str
) -> tuple[Backtest, ForecastSession]:
    """Return the backtest, locked, and its session.

    Raises Invalid for what is no number, BacktestNotFound, and Forbidden where the session is only
    shared with the actor.
    """
    chosen = parse_id(number, "backtest_id")
    row = session.execute(
        select(Backtest, ForecastSession)
        .join(ForecastSession, ForecastSession.id == Backtest.session_id)
        .where(Backtest.id == chosen, visible(ForecastSession, actor))
    ).first()
    if row is None:
        raise BacktestNotFound(chosen)
    backtest, owner = row
    note_view(actor, owner)
    if not can_edit(actor, owner):
        raise Forbidden("This backtest is shared with you to read: its owner changes it.")
    session.refresh(backtest, with_for_update=True)
    return backtest, owner
