"""The routes of forecasting sessions, in the words of their contract."""

from blueprints.forecasting.envelope import speak_contract, speak_contract_elsewhere
from blueprints.forecasting.routes import sessions
from blueprints.forecasting.routes_backtests import backtests
from blueprints.forecasting.routes_batch import batches
from blueprints.forecasting.routes_costs import costs
from blueprints.forecasting.routes_datasets import datasets
from blueprints.forecasting.routes_early import early
from blueprints.forecasting.routes_ensembles import ensembles
from blueprints.forecasting.routes_files import files
from blueprints.forecasting.routes_forecast import forecasts
from blueprints.forecasting.routes_models import models
from blueprints.forecasting.routes_plots import plots
from blueprints.forecasting.routes_recipes import recipes
from blueprints.forecasting.routes_saved import saved
from blueprints.forecasting.routes_searches import searches
from blueprints.forecasting.routes_series import series
from blueprints.forecasting.routes_uploads import tus, uploads

BLUEPRINTS = (
    sessions,
    recipes,
    files,
    series,
    early,
    uploads,
    tus,
    datasets,
    models,
    backtests,
    costs,
    searches,
    ensembles,
    plots,
    saved,
    forecasts,
    batches,
)
for _blueprint in BLUEPRINTS:
    speak_contract(_blueprint)
speak_contract_elsewhere(sessions)
