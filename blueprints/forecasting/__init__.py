"""The routes of forecasting sessions, in the words of their contract."""

from blueprints.forecasting.envelope import speak_contract
from blueprints.forecasting.routes import sessions
from blueprints.forecasting.routes_files import files
from blueprints.forecasting.routes_models import models
from blueprints.forecasting.routes_saved import saved

BLUEPRINTS = (sessions, files, models, saved)
for _blueprint in BLUEPRINTS:
    speak_contract(_blueprint)
