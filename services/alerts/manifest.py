"""What alerts bring to the platform."""

from app.domains import HOUR, Domain, PeriodicTask
from app.later import later
from services.alerts import DASHBOARD, PERIOD_S, topics

evaluate = later("services.alerts.evaluate:evaluate")
forget_alerts = later("services.alerts.evaluate:forget_alerts")

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
