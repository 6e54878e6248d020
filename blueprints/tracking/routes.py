"""The blueprint of what programs log, which the modules called ``routes_*`` fill."""

from app.http.blueprint import ApiBlueprint

tracking = ApiBlueprint("tracking", __name__, url_prefix="/api/runs")
