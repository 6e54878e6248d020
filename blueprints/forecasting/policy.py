"""Who may call the routes of forecasting sessions."""

from app.auth.policy import (
    COMPUTES,
    EDITS,
    EDITS_READ,
    FORECASTS,
    MAKES,
    OWN,
    OWN_CHANGE,
    PUBLIC,
    READS,
    Rule,
)
from blueprints.uploads.tus import tus_rows

SESSIONS: dict[str, Rule] = {
    "GET /api/training/sessions": OWN,
    "POST /api/training/sessions": MAKES,
    "POST /api/training/sessions/sample": MAKES,
    "GET /api/training/sessions/{id}": READS,
    "DELETE /api/training/sessions/{id}": EDITS,
    "POST /api/training/init-session": MAKES,
    "POST /api/training/finalize-session": MAKES,
    "GET /api/training/list-sessions": OWN,
    "GET /api/training/session/{id}": READS,
    "GET /api/training/session/{id}/database": READS,
    "GET /api/training/session-status/{id}": READS,
    "GET /api/training/status/{id}": READS,
    "POST /api/training/create-database-session": MAKES,
    "GET /api/training/get-session-uuid/{id}": READS,
    "POST /api/training/session-name-change": MAKES,
    "POST /api/training/session/{id}/delete": EDITS,
    "POST /api/training/delete-all-sessions": MAKES,
    "POST /api/training/save-time-info": MAKES,
    "GET /api/training/get-time-info/{id}": READS,
    "POST /api/training/save-zeitschritte": MAKES,
    "POST /api/training/save-zeitschritte/{id}": EDITS,
    "GET /api/training/get-zeitschritte/{id}": READS,
}
RECIPES: dict[str, Rule] = {
    "GET /api/training/import-recipes": OWN,
    "POST /api/training/import-recipes": MAKES,
    "PUT /api/training/import-recipes/{id}": MAKES,
    "DELETE /api/training/import-recipes/{id}": MAKES,
    "POST /api/training/import-recipes/{id}/apply": MAKES,
}
FILES: dict[str, Rule] = {
    "GET /api/training/csv-files/{id}": READS,
    "POST /api/training/csv-files": MAKES,
    "PUT /api/training/csv-files/{id}": EDITS,
    "DELETE /api/training/csv-files/{id}": EDITS,
    "GET /api/training/csv-files/{id}/content": READS,
    "PUT /api/training/csv-files/{id}/series": EDITS,
    "POST /api/training/csv-files/{id}/append": EDITS,
}
UPLOADS: dict[str, Rule] = {
    "POST /api/training/upload-chunk": MAKES,
    "POST /api/training/instant-upload": MAKES,
    "GET /api/training/uploads/{id}/reading": OWN,
    **tus_rows("/api/training/tus"),
}
MODELS: dict[str, Rule] = {
    "POST /api/training/train-models/{id}": EDITS,
    "POST /api/training/sessions/{id}/ensembles": EDITS,
    "GET /api/training/sessions/{id}/models": READS,
    "GET /api/training/sessions/{id}/earlier-models": READS,
    "GET /api/training/results/{id}": READS,
    "GET /api/training/get-training-results/{id}": READS,
    "GET /api/training/training-results/{id}": READS,
    "GET /api/training/evaluation-tables/{id}": READS,
    "POST /api/training/save-evaluation-tables/{id}": EDITS,
    "GET /api/training/health": PUBLIC,
}
BACKTESTS: dict[str, Rule] = {
    "POST /api/training/sessions/{id}/backtests": EDITS,
    "GET /api/training/sessions/{id}/backtests": READS,
    "POST /api/training/backtests/{id}/stop": EDITS,
    "POST /api/training/backtests/{id}/resume": EDITS,
    "DELETE /api/training/backtests/{id}": EDITS,
}
COSTS: dict[str, Rule] = {
    "POST /api/training/sessions/{id}/prices": EDITS,
    "GET /api/training/sessions/{id}/error-costs": READS,
}
SEARCHES: dict[str, Rule] = {
    "GET /api/training/search-spaces": OWN,
    "GET /api/training/sessions/{id}/searches": READS,
    "POST /api/training/sessions/{id}/searches": EDITS,
    "POST /api/training/sessions/{id}/searches/stop": EDITS,
    "POST /api/training/sessions/{id}/searches/resume": EDITS,
    "POST /api/training/sessions/{id}/searches/keep": EDITS,
}
FORECAST: dict[str, Rule] = {
    "POST /api/training/predict/{id}": COMPUTES,
    "POST /api/training/forecast/{id}": FORECASTS,
    "POST /api/training/forecast-batch/{id}": COMPUTES,
    "GET /api/training/forecast-config/{id}": READS,
    "POST /api/training/save-forecast-config/{id}": EDITS,
    "GET /api/training/api-parameters": OWN,
    "POST /api/training/api-keys/{id}": EDITS,
    "GET /api/training/api-keys/{id}": EDITS_READ,
    "DELETE /api/training/api-keys/{id}": EDITS,
}
SAVED: dict[str, Rule] = {
    "POST /api/training/save-model/{id}": COMPUTES,
    "GET /api/training/list-models-database/{id}": READS,
    "GET /api/training/list-models/{id}": READS,
    "GET /api/training/download-model-h5/{id}": READS,
    "GET /api/training/download-model/{id}": READS,
    "GET /api/training/scalers/{id}": READS,
    "GET /api/training/scalers/{id}/download": READS,
    "POST /api/training/scale-data/{id}": COMPUTES,
    "GET /api/training/results-summary/{id}": READS,
    "GET /api/training/environment-info": OWN,
    "GET /api/training/model-options": OWN,
}
DATASETS: dict[str, Rule] = {
    "POST /api/training/generate-datasets/{id}": EDITS,
    "POST /api/training/sessions/{id}/datasets/stop": EDITS,
    "GET /api/training/sessions/{id}/windows": READS,
    "GET /api/training/sessions/{id}/windows/dropped": READS,
    "GET /api/training/violins/{id}": READS,
    "GET /api/training/visualizations/{id}": READS,
    "GET /api/training/plot-variables/{id}": READS,
    "GET /api/training/download-arrays/{id}": READS,
    "GET /api/training/training-datasets/{id}": READS,
}
PLOTS: dict[str, Rule] = {
    "POST /api/training/generate-plot": OWN_CHANGE,
    "POST /api/training/create-plots/{id}": COMPUTES,
    "GET /api/training/plot-data/{id}": READS,
}
ROUTES: dict[str, Rule] = (
    SESSIONS
    | RECIPES
    | FILES
    | UPLOADS
    | DATASETS
    | MODELS
    | PLOTS
    | SAVED
    | FORECAST
    | SEARCHES
    | BACKTESTS
    | COSTS
)
