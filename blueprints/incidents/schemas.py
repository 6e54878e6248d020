"""What the failure inbox answers."""

from marshmallow import Schema, fields, validate

from app.http.schemas import moment, whole
from app.jobs.states import ALL_STATES
from app.models.incident import INCIDENT_STATES
from services.scheduler.codes.codes import ErrorCode

CODES = tuple(code.value for code in ErrorCode)


class IncidentPersonView(Schema):
    """Somebody by their name."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)


class IncidentView(Schema):
    """Failures with one cause; ``trend`` counts per day, today (UTC) last.

    ``about`` is the kind of thing that failed, ``detail`` the sentence of its newest failure.
    """

    id = whole(low=1, required=True, attribute="incident.id")
    kind = fields.String(required=True, attribute="incident.kind")
    about = fields.String(required=True, allow_none=True)
    code = fields.String(required=True, attribute="incident.code", validate=validate.OneOf(CODES))
    type = fields.String(required=True, attribute="incident.type")
    frame = fields.String(required=True, allow_none=True, attribute="incident.frame")
    words = fields.String(required=True, attribute="incident.words")
    site = fields.String(required=True, allow_none=True, attribute="incident.site")
    detail = fields.String(required=True)
    advice = fields.String(required=True)
    state = fields.String(
        required=True, attribute="incident.state", validate=validate.OneOf(INCIDENT_STATES)
    )
    state_at = moment(required=True, allow_none=True, attribute="incident.state_at")
    state_by = fields.Nested(IncidentPersonView, required=True, allow_none=True)
    snooze_until = moment(required=True, allow_none=True, attribute="incident.snooze_until")
    snooze_count = whole(required=True, allow_none=True, attribute="incident.snooze_count")
    fixed_note = fields.String(required=True, allow_none=True, attribute="incident.fixed_note")
    regressed_at = moment(required=True, allow_none=True, attribute="incident.regressed_at")
    owner = fields.Nested(IncidentPersonView, required=True, allow_none=True)
    assignee = fields.Nested(IncidentPersonView, required=True, allow_none=True)
    first_seen = moment(required=True, attribute="incident.first_seen")
    last_seen = moment(required=True, attribute="incident.last_seen")
    count = whole(required=True, attribute="incident.count")
    trend = fields.List(whole(), required=True)
    can_retry = fields.Boolean(required=True)


class IncidentCountsView(Schema):
    """How many incidents are in each state."""

    open = whole(required=True)
    acknowledged = whole(required=True)
    snoozed = whole(required=True)
    fixed = whole(required=True)


class IncidentPageView(Schema):
    """A page of incidents, those seen last first; ``next_after`` asks for the page after it."""

    items = fields.List(fields.Nested(IncidentView), required=True)
    next_after = fields.String(required=True, allow_none=True)
    counts = fields.Nested(IncidentCountsView, required=True)


class IncidentPartView(Schema):
    """One of several causes that a person merged, or what was split off of one thing."""

    cause = fields.String(required=True)
    subject = fields.String(required=True)
    kind = fields.String(required=True)
    type = fields.String(required=True)
    words = fields.String(required=True)
    count = whole(required=True)


class IncidentNoteView(Schema):
    """What somebody wrote."""

    id = whole(low=1, required=True)
    author = fields.Nested(IncidentPersonView, required=True, allow_none=True)
    at = moment(required=True)
    text = fields.String(required=True)


class IncidentDetailView(Schema):
    """An incident, and in sentences why its failures are together."""

    incident = fields.Nested(IncidentView, required=True, attribute="card")
    why = fields.List(fields.String(), required=True)
    parts = fields.List(fields.Nested(IncidentPartView), required=True)
    notes = fields.List(fields.Nested(IncidentNoteView), required=True)


class OccurrenceView(Schema):
    """One failure; ``now`` is the state of the newest job of the same thing."""

    id = whole(low=1, required=True, attribute="failure.id")
    job_id = whole(low=1, required=True, attribute="failure.job_id")
    attempt = whole(required=True, attribute="failure.attempt")
    subject = fields.String(required=True, attribute="failure.subject")
    kind = fields.String(required=True, attribute="failure.kind")
    detail = fields.String(required=True, attribute="failure.detail")
    at = moment(required=True, attribute="failure.at")
    recovered_at = moment(required=True, allow_none=True, attribute="failure.recovered_at")
    name = fields.String(required=True, allow_none=True)
    href = fields.String(required=True, allow_none=True)
    now = fields.String(required=True, allow_none=True, validate=validate.OneOf(ALL_STATES))


class OccurrencePageView(Schema):
    """Failures, the newest first."""

    items = fields.List(fields.Nested(OccurrenceView), required=True)
    next_after = fields.String(required=True, allow_none=True)


class SplitIncidentView(Schema):
    """The new incident."""

    id = whole(low=1, required=True)


class NotRetriedView(Schema):
    """What is not retried, and why."""

    subject = fields.String(required=True)
    reason = fields.String(required=True)


class RetriedView(Schema):
    """What is retried, or would be; ``left`` are for another request."""

    dry_run = fields.Boolean(required=True)
    matching = whole(required=True)
    retried = whole(required=True)
    left_out = fields.List(fields.Nested(NotRetriedView), required=True)
    left = whole(required=True)


class IncidentBulkView(Schema):
    """How many incidents match, and how many were changed."""

    dry_run = fields.Boolean(required=True)
    matching = whole(required=True)
    changed = whole(required=True)
    retried = fields.Nested(RetriedView, required=True, allow_none=True)
