"""What is wrong with a request for a backtest."""

from app.errors import Conflict, NotFound
from services.forecasting.errors import FieldRefused


class BacktestNotFound(NotFound):
    """There is no such backtest, or it is of somebody else's session."""

    code = "BACKTEST_NOT_FOUND"

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no backtest {number}.")


class BacktestInProgress(Conflict):
    """A backtest of the session is not over."""

    code = "BACKTEST_IN_PROGRESS"


class NotBacktestable(FieldRefused):
    """The model cannot be fitted again: it is not measured yet, or no family of ours."""

    code = "MODEL_NOT_BACKTESTABLE"
