"""How backtests are called by jobs and the audit log."""

from app.topics import id_of, name_of

KIND = "backtest"


def subject_of(backtest_id: int) -> str:
    """Return what jobs and the audit log call a backtest."""
    return name_of(KIND, backtest_id)


def backtest_id_of(name: str) -> int:
    """Return the id of the backtest that ``subject_of`` named; raises ValueError for others."""
    return id_of(KIND, name)
