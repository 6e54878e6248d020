"""Health, the state of the system, and the description of the API."""

from blueprints.system.routes_docs import docs
from blueprints.system.routes_health import health
from blueprints.system.routes_metrics import metrics
from blueprints.system.routes_system import system

BLUEPRINTS = (health, metrics, system, docs)
