"""What people do about an incident."""

from typing import Any

from app.http.endpoint import body, creates, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.incidents import bodies
from blueprints.incidents import schemas as say
from blueprints.incidents.routes import MISSING, incidents
from services.incidents.change import (
    acknowledge_incident,
    assign_incident,
    fix_incident,
    note_incident,
    reopen_incident,
    snooze_incident,
)
from services.incidents.merge import merge_incidents
from services.incidents.read import read_incident
from services.incidents.retry import retry_incident
from services.incidents.split import split_incident
from services.incidents.types import IncidentDetail, Retried

FIXED = MISSING | {409: "It is fixed."}


def _shown(incident_id: str) -> IncidentDetail:
    return read_incident(resources().database, current_actor(), incident_id)


@incidents.post("/<incident_id>/acknowledge")
@creates
@returns(say.IncidentDetailView())
@fails(FIXED)
def post_incident_acknowledge(incident_id: str) -> IncidentDetail:
    """Note that you have seen it; once more is no error."""
    acknowledge_incident(resources().database, current_actor(), incident_id)
    return _shown(incident_id)


@incidents.post("/<incident_id>/snooze")
@creates
@body(bodies.SnoozeBody())
@returns(say.IncidentDetailView())
@fails(FIXED)
def post_incident_snooze(incident_id: str, body: dict[str, Any]) -> IncidentDetail:
    """Let it rest until a time, or until it has failed so many more times."""
    snooze_incident(resources().database, current_actor(), incident_id, **body)
    return _shown(incident_id)


@incidents.post("/<incident_id>/fixed")
@creates
@body(bodies.FixedBody())
@returns(say.IncidentDetailView())
@fails(MISSING)
def post_incident_fixed(incident_id: str, body: dict[str, Any]) -> IncidentDetail:
    """Note what fixed it; it opens again when a later attempt fails with this cause."""
    fix_incident(resources().database, current_actor(), incident_id, **body)
    return _shown(incident_id)


@incidents.post("/<incident_id>/reopen")
@creates
@returns(say.IncidentDetailView())
@fails(MISSING)
def post_incident_reopen(incident_id: str) -> IncidentDetail:
    """Open it again."""
    reopen_incident(resources().database, current_actor(), incident_id)
    return _shown(incident_id)


@incidents.post("/<incident_id>/assign")
@creates
@body(bodies.AssignBody())
@returns(say.IncidentDetailView())
@fails(MISSING)
def post_incident_assign(incident_id: str, body: dict[str, Any]) -> IncidentDetail:
    """Say who looks after it: its owner, an admin, or nobody."""
    assign_incident(resources().database, current_actor(), incident_id, **body)
    return _shown(incident_id)


@incidents.post("/<incident_id>/notes")
@creates
@body(bodies.NoteBody())
@returns(say.IncidentDetailView())
@fails(MISSING)
def post_incident_note(incident_id: str, body: dict[str, Any]) -> IncidentDetail:
    """Add a note."""
    note_incident(resources().database, current_actor(), incident_id, **body)
    return _shown(incident_id)


@incidents.post("/<incident_id>/merge")
@creates
@body(bodies.MergeBody())
@returns(say.IncidentDetailView())
@fails(MISSING | {409: "They are of different owners."})
def post_incident_merge(incident_id: str, body: dict[str, Any]) -> IncidentDetail:
    """Make others part of it, also for later failures; the others are gone then."""
    others = body["incident_ids"]
    merge_incidents(resources().database, current_actor(), incident_id, others)
    return _shown(incident_id)


@incidents.post("/<incident_id>/split")
@creates
@body(bodies.SplitBody())
@returns(say.SplitIncidentView())
@fails(MISSING | {409: "Nothing of that is in it, or nothing else is."})
def post_incident_split(incident_id: str, body: dict[str, Any]) -> dict[str, int]:
    """Give one of its causes, or one thing, an incident of its own, also for later failures."""
    return {"id": split_incident(resources().database, current_actor(), incident_id, **body)}


@incidents.post("/<incident_id>/retry")
@creates
@body(bodies.IncidentRetryBody())
@returns(say.RetriedView())
@fails(MISSING)
def post_incident_retry(incident_id: str, body: dict[str, bool]) -> Retried:
    """Retry all that failed with this cause and is still failed; a dry run counts it."""
    parts = resources()
    return retry_incident(parts.database, current_actor(), incident_id, parts.settings, **body)
