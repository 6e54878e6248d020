"""Stopping a backtest: the cut-offs that are measured stay."""

from app.auth.actor import Actor
from app.auth.audit import record
from app.jobs.engine import JobEngine
from services.forecasting.backtests.resolve import editable_backtest
from services.forecasting.backtests.topics import subject_of
from services.forecasting.topics import subject_of as session_subject


def stop_backtest(engine: JobEngine, actor: Actor, number: str) -> int:
    """Request the end of a backtest; return its number. Raises Conflict when it is over."""
    with engine.database.write() as unit:
        row, owner = editable_backtest(unit.session, actor, number)
        engine.request_stop(unit, subject_of(row.id))
        detail = {"backtest": row.id, "stopped": True}
        record(unit, actor, "session_changed", session_subject(owner.id), detail)
        return row.id
