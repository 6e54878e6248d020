"""Reading and muting alerts, and setting their rules."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.alerts import schemas as say
from services.alerts.mute import mute_alert, unmute_alert
from services.alerts.read import list_alerts, read_alert, summarise_alerts
from services.alerts.settings import RuleInForce, change_rule, list_rules
from services.alerts.types import AlertDetail, AlertPage, AlertSummary

alerts = ApiBlueprint("alerts", __name__, url_prefix="/api/scheduler/alerts")
MISSING = {404: "There is no such alert among yours."}


@alerts.get("")
@query(say.AlertListQuery())
@returns(say.AlertPageView())
def get_alerts(query: dict[str, Any]) -> AlertPage:
    """List your alerts, those that fire first; admins see those of the platform, too."""
    return list_alerts(resources().database, current_actor(), **query)


@alerts.get("/summary")
@returns(say.AlertSummaryView())
def get_alert_summary() -> AlertSummary:
    """Count your alerts that fire and are not muted."""
    return summarise_alerts(resources().database, current_actor())


@alerts.get("/rules")
@returns(say.AlertRuleList())
def get_alert_rules() -> dict[str, list[RuleInForce]]:
    """List the rules as they hold, beside their defaults."""
    return {"items": list_rules(resources().database)}


@alerts.patch("/rules/<name>")
@body(say.AlertRulePatch())
@returns(say.AlertRuleView())
@fails({404: "No rule is called so.", 422: "The values contradict each other."})
def patch_alert_rule(name: str, body: dict[str, Any]) -> RuleInForce:
    """Change a rule; it holds from the next look on, within a minute."""
    return change_rule(resources().database, current_actor(), name, body)


@alerts.get("/<alert_id>")
@returns(say.AlertDetailView())
@fails(MISSING)
def get_alert(alert_id: str) -> AlertDetail:
    """Show one alert with its history."""
    return read_alert(resources().database, current_actor(), alert_id)


@alerts.post("/<alert_id>/mute")
@creates
@body(say.MuteBody())
@returns(say.AlertDetailView())
@fails(MISSING)
def post_alert_mute(alert_id: str, body: dict[str, Any]) -> AlertDetail:
    """Send no message about it until a time."""
    mute_alert(resources().database, current_actor(), alert_id, **body)
    return read_alert(resources().database, current_actor(), alert_id)


@alerts.post("/<alert_id>/unmute")
@creates
@returns(say.AlertDetailView())
@fails(MISSING)
def post_alert_unmute(alert_id: str) -> AlertDetail:
    """End the mute."""
    unmute_alert(resources().database, current_actor(), alert_id)
    return read_alert(resources().database, current_actor(), alert_id)
