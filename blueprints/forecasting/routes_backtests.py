"""Backtests of a session's models: started, listed, stopped, resumed and deleted."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.settings import Settings
from blueprints.forecasting import schemas_backtests as say
from services.forecasting.backtests.create import BacktestRequest, create_backtest
from services.forecasting.backtests.delete import delete_backtest
from services.forecasting.backtests.list import list_backtests
from services.forecasting.backtests.resume import resume_backtest
from services.forecasting.backtests.stop import stop_backtest
from services.forecasting.training.quota import TrainingLimits

backtests = ApiBlueprint("forecasting_backtests", __name__, url_prefix="/api/training")
MISSING = {404: "There is no such session, model or backtest, or it is not shared with you."}
REFUSED = {
    400: "Which number the data do not allow, and what would be right.",
    403: "The session is shared to read, or you may train no more: the code says which.",
    409: "A backtest of the session is not over.",
}


@backtests.post("/sessions/<session_id>/backtests")
@creates
@body(say.BacktestBody())
@returns(say.BacktestAnswer())
@fails(MISSING | REFUSED)
def start_backtest(session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Fit a model again at several cut-offs; the answer comes at once, the work follows."""
    parts = resources()
    number = create_backtest(
        parts.database,
        current_actor(),
        session_id,
        BacktestRequest(**body),
        _limits(parts.settings),
    )
    return {"backtest_id": number, "message": "The backtest is queued."}


@backtests.get("/sessions/<session_id>/backtests")
@query(say.BacktestQuery())
@returns(say.BacktestsAnswer())
@fails(MISSING)
def show_backtests(session_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return backtests with every cut-off that is measured, and how their metrics spread."""
    database, actor = resources().database, current_actor()
    return {"backtests": list_backtests(database, actor, session_id, query["run_id"])}


@backtests.post("/backtests/<backtest_id>/stop")
@creates
@returns(say.BacktestAnswer())
@fails(MISSING | {409: "It is over."})
def end_backtest(backtest_id: str) -> dict[str, Any]:
    """Request a backtest to end; the cut-offs that are measured stay."""
    return {"backtest_id": stop_backtest(resources().jobs, current_actor(), backtest_id)}


@backtests.post("/backtests/<backtest_id>/resume")
@creates
@returns(say.BacktestAnswer())
@fails(MISSING | REFUSED)
def continue_backtest(backtest_id: str) -> dict[str, Any]:
    """Go on with a failed or stopped backtest behind the cut-offs that are measured."""
    parts = resources()
    limits = _limits(parts.settings)
    return {
        "backtest_id": resume_backtest(parts.database, current_actor(), backtest_id, limits),
        "message": "The backtest is queued.",
    }


@backtests.delete("/backtests/<backtest_id>")
@returns(say.BacktestAnswer())
@fails(MISSING | {409: "It is not over."})
def remove_backtest(backtest_id: str) -> dict[str, Any]:
    """Delete a backtest."""
    return {"backtest_id": delete_backtest(resources().database, current_actor(), backtest_id)}


def _limits(settings: Settings) -> TrainingLimits:
    return TrainingLimits(
        max_trainings=settings.max_trainings, compute_hours=settings.compute_hours
    )
