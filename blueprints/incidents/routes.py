"""Reading the failure inbox."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.incidents import bodies
from blueprints.incidents import schemas as say
from services.incidents.bulk import BulkAction, change_incidents
from services.incidents.read import list_incidents, list_occurrences, read_incident
from services.incidents.types import IncidentBulk, IncidentDetail, IncidentPage, OccurrencePage

incidents = ApiBlueprint("incidents", __name__, url_prefix="/api/inbox/incidents")
MISSING = {404: "There is no such incident among yours."}


@incidents.get("")
@query(bodies.IncidentListQuery())
@returns(say.IncidentPageView())
def get_incidents(query: dict[str, Any]) -> IncidentPage:
    """List failures of your jobs by their causes, those seen last first; admins see all."""
    return list_incidents(resources().database, current_actor(), **query)


@incidents.post("/bulk")
@creates
@body(bodies.IncidentBulkBody())
@returns(say.IncidentBulkView())
def post_incident_bulk(body: BulkAction) -> IncidentBulk:
    """Do something about all incidents that a filter keeps; a dry run counts them."""
    parts = resources()
    return change_incidents(parts.database, current_actor(), parts.settings, body)


@incidents.get("/<incident_id>")
@returns(say.IncidentDetailView())
@fails(MISSING)
def get_incident(incident_id: str) -> IncidentDetail:
    """Show one incident, why its failures are together, and what people wrote."""
    return read_incident(resources().database, current_actor(), incident_id)


@incidents.get("/<incident_id>/failures")
@query(bodies.OccurrenceQuery())
@returns(say.OccurrencePageView())
@fails(MISSING)
def get_incident_failures(incident_id: str, query: dict[str, Any]) -> OccurrencePage:
    """List the failures of an incident, the newest first."""
    return list_occurrences(resources().database, current_actor(), incident_id, **query)
