"""The requests for the routes of forecasting: about a session with one file and no model.

A reading route that answers 200 for it needs no line.
"""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from app.auth.policy import Rule, Who
from app.clock import now
from app.models import Backtest, ForecastKey, ForecastSession, Run
from app.resources import Resources
from tests.factories.session_rows import make_session_row
from tests.support.asks import Ask, DomainAsks


def a_session(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write a session with a file; ``id`` is what its client calls it, ``uuid`` what we do."""
    uuid = str(uuid4())
    wire_id, _ = make_session_row(resources, owner_id, visibility, uuid=uuid)
    return {"id": wire_id, "uuid": uuid}


def a_file(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write a session with a file; ``id`` is the file's."""
    _, file_id = make_session_row(resources, owner_id, visibility)
    return {"id": file_id}


def a_key(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write a session with a key for its forecasts; ``id`` is the key's."""
    wire_id, _ = make_session_row(resources, owner_id, visibility)
    with resources.database.write() as unit:
        session = unit.session.scalars(
            select(ForecastSession).where(ForecastSession.wire_id == wire_id)
        ).one()
        key = ForecastKey(
            session_id=session.id,
            user_id=owner_id,
            name="matrix",
            prefix="sk_fcst_matr",
            secret_hash=uuid4().hex * 2,
            recent=[],
            created_at=now(),
        )
        unit.session.add(key)
        unit.session.flush()
        return {"id": key.id}


def a_backtest(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write a session with a backtest without a job; ``id`` is the backtest's."""
    wire_id, _ = make_session_row(resources, owner_id, visibility)
    with resources.database.write() as unit:
        query = select(ForecastSession.id).where(ForecastSession.wire_id == wire_id)
        number = unit.session.scalars(query).one()
        run = Run(
            name="matrix", training_mode="centralized", task="forecasting", status="completed",
            start_time=now(), owner_id=owner_id, visibility=visibility, config={}, seed=0,
        )  # fmt: skip
        unit.session.add(run)
        unit.session.flush()
        row = Backtest(
            session_id=number, run_id=run.id, cutoffs=2, test_windows=1, validation_windows=1,
            folds=[], created_at=now(),
        )  # fmt: skip
        unit.session.add(row)
        unit.session.flush()
        return {"id": row.id}


def named(who: Who, status: int = 200, code: str = "", **values: Any) -> Ask:
    """Return a request whose body names the session."""
    json = {"sessionId": "{id}", **values}
    return Ask(status, json=json, code=code, names=who)


NEW = {"sessionId": "session_1_new"}
CSV = {"fileName": "load.csv", "type": "input"}
DRAWN = {"df_plot_out": {"load": True}}
NO_DATASETS = Ask(404, code="DATASETS_NOT_FOUND")
NO_PLOTS = Ask(404, code="VISUALIZATION_NOT_FOUND")
NO_MODEL = Ask(404, code="MODEL_NOT_FOUND")
NO_SEARCH = Ask(404, json={}, code="SEARCH_NOT_FOUND")
NO_SCALERS = Ask(404, code="SCALER_NOT_FOUND")
NO_TABLES = Ask(404, code="EVALUATION_TABLES_NOT_FOUND")

SESSIONS = {
    "POST /api/training/sessions": Ask(201, json=NEW | {"sessionName": "matrix"}),
    "POST /api/training/sessions/sample": Ask(400, json={"sample": "none"}),
    "DELETE /api/training/sessions/{id}": Ask(),
    "POST /api/training/init-session": Ask(json=NEW),
    "POST /api/training/finalize-session": named(Who.EDITS),
    "POST /api/training/create-database-session": Ask(json=NEW | {"sessionName": "matrix"}),
    "POST /api/training/session-name-change": named(Who.EDITS, sessionName="new name"),
    "POST /api/training/session/{id}/delete": Ask(),
    "POST /api/training/delete-all-sessions": Ask(json={"confirm_delete_all": True}),
    "POST /api/training/save-time-info": named(Who.EDITS, timeInfo={"tag": True, "feiertag": True}),
    "POST /api/training/save-zeitschritte": named(Who.EDITS, zeitschritte={"eingabe": 3}),
    "POST /api/training/save-zeitschritte/{id}": Ask(json={"zeitschritte": {"eingabe": 3}}),
}
FILES = {
    "POST /api/training/csv-files": Ask(json=NEW | {"fileData": CSV}),
    # 400 for a file that is not there, by the contract
    "PUT /api/training/csv-files/{id}": Ask(json={"min": 1}, hidden=400, about=a_file),
    "DELETE /api/training/csv-files/{id}": Ask(about=a_file),
    "GET /api/training/csv-files/{id}/content": Ask(about=a_file),
    "GET /api/training/uploads/{id}/reading": Ask(404, code="upload_not_found"),
    "POST /api/training/csv-files/{id}/append": Ask(400, json={}, about=a_file),
    "PUT /api/training/csv-files/{id}/series": Ask(400, json={"series": []}, about=a_file),
}
DATASETS = {
    "POST /api/training/generate-datasets/{id}": Ask(400, json={}),
    "POST /api/training/sessions/{id}/datasets/stop": Ask(409),
    "GET /api/training/sessions/{id}/windows": NO_DATASETS,
    "GET /api/training/sessions/{id}/windows/dropped": NO_DATASETS,
    "GET /api/training/violins/{id}": NO_PLOTS,
    "GET /api/training/visualizations/{id}": NO_PLOTS,
    "GET /api/training/download-arrays/{id}": NO_DATASETS,
    "GET /api/training/training-datasets/{id}": NO_DATASETS,
    "POST /api/training/generate-plot": named(Who.READS, 404, "DATASETS_NOT_FOUND", **DRAWN),
    "POST /api/training/create-plots/{id}": Ask(404, json=DRAWN, code="DATASETS_NOT_FOUND"),
    "GET /api/training/plot-data/{id}": NO_DATASETS,
}
MODELS = {
    "POST /api/training/train-models/{id}": Ask(400, json={}),
    "GET /api/training/sessions/{id}/earlier-models": Ask(400),
    "POST /api/training/sessions/{id}/ensembles": Ask(400, json={}),
    "GET /api/training/evaluation-tables/{id}": NO_TABLES,
    "POST /api/training/save-evaluation-tables/{id}": Ask(json={"df_eval": {}, "df_eval_ts": {}}),
    "POST /api/training/save-model/{id}": NO_MODEL,
    "GET /api/training/list-models-database/{id}": NO_MODEL,
    "GET /api/training/list-models/{id}": NO_MODEL,
    "GET /api/training/download-model-h5/{id}": NO_MODEL,
    "GET /api/training/download-model/{id}": NO_MODEL,
    "GET /api/training/scalers/{id}": NO_SCALERS,
    "GET /api/training/scalers/{id}/download": NO_SCALERS,
    "POST /api/training/scale-data/{id}": Ask(404, json={}, code="SCALER_NOT_FOUND"),
}
SEARCHES = {
    "POST /api/training/sessions/{id}/searches": Ask(400, json={}),
    "POST /api/training/sessions/{id}/searches/stop": NO_SEARCH,
    "POST /api/training/sessions/{id}/searches/resume": NO_SEARCH,
    "POST /api/training/sessions/{id}/searches/keep": NO_SEARCH,
}
FORECASTS = {
    "POST /api/training/predict/{id}": Ask(
        404, json={"input_data": [[1.0]]}, code="MODEL_NOT_FOUND"
    ),
    "POST /api/training/forecast/{id}": Ask(404, json={}, code="MODEL_NOT_FOUND"),
    "POST /api/training/forecast-batch/{id}": Ask(
        404, json={"reference_times": ["2024-01-01"]}, code="MODEL_NOT_FOUND"
    ),
    "POST /api/training/save-forecast-config/{id}": Ask(json={}),
    "POST /api/training/api-keys/{id}": Ask(201, json={"name": "matrix"}),
    "DELETE /api/training/api-keys/{id}": Ask(about=a_key),
}
RECIPES = {
    "POST /api/training/import-recipes": Ask(404, json={"name": "matrix", "fileId": "none"}),
    "PUT /api/training/import-recipes/{id}": Ask(404, json={"name": "matrix"}),
    "POST /api/training/import-recipes/{id}/apply": Ask(404, json={"fileId": "none"}),
    "DELETE /api/training/import-recipes/{id}": Ask(404),  # no recipe has the number of a run
}
BACKTESTS = {
    "POST /api/training/sessions/{id}/backtests": Ask(404, json={"run_id": 999}),
    "POST /api/training/backtests/{id}/stop": Ask(409, about=a_backtest),
    "POST /api/training/backtests/{id}/resume": Ask(409, about=a_backtest),
    "DELETE /api/training/backtests/{id}": Ask(about=a_backtest),
}
COSTS = {
    "POST /api/training/sessions/{id}/prices": Ask(json={"currency": "EUR", "outputs": {}}),
    "GET /api/training/sessions/{id}/error-costs": Ask(
        404, query="?run_id=999", code="MODEL_NOT_FOUND"
    ),
}
FORECASTING_ASKS: dict[str, Ask] = (
    SESSIONS | FILES | DATASETS | MODELS | FORECASTS | RECIPES | SEARCHES | BACKTESTS | COSTS
)
DOMAIN_ASKS = DomainAsks(FORECASTING_ASKS, {"/api/training/": a_session})


def about_sessions(table: Mapping[str, Rule]) -> list[str]:
    """Return the rows of forecasting whose address or body names a session, or a part of one."""
    mine = {row: rule for row, rule in table.items() if " /api/training/" in row}
    return [
        row
        for row, rule in mine.items()
        if rule.who in (Who.READS, Who.EDITS) or FORECASTING_ASKS.get(row, Ask()).names
    ]
