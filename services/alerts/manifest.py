"""What alerts bring to the platform."""

from app.domains import HOUR, Domain, PeriodicTask
from services.alerts import topics
from services.alerts.evaluate import PERIOD_S, evaluate, forget_alerts
from services.alerts.measures.latency import DASHBOARD

DOMAIN = Domain(
    name="alerts",
    events=(topics,),
    tasks=(
        PeriodicTask(seconds=PERIOD_S, run=lambda it: evaluate(it.database, it.minutes)),
        PeriodicTask(seconds=HOUR, run=lambda it: forget_alerts(it.database)),
    ),
    audit_actions=("alert_muted", "alert_unmuted", "alert_rule_changed"),
    pages=("alerts",),
    watched_routes=(DASHBOARD,),
)
