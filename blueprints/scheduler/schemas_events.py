"""What the feed of events takes and answers."""

from marshmallow import Schema, fields, validate

from app.http.schemas import MAX_LIMIT, StrictSchema, moment, whole
from blueprints.scheduler.schemas_fields import WordList
from services.scheduler.events.types import BY
from services.scheduler.history import CLOCK_EVENTS, SCHEDULE_EVENTS

TYPES = (*CLOCK_EVENTS, *SCHEDULE_EVENTS)


class ScheduleEventQuery(StrictSchema):
    """Which events: by type, with commas between, schedule, who did it, and the last ``days``.

    ``after`` is the ``next`` of the page before.
    """

    limit = whole(100, low=1, high=MAX_LIMIT)
    after = whole(low=1)
    type = WordList(TYPES)
    schedule_id = whole(low=1)
    by = fields.String(validate=validate.OneOf(BY))
    days = whole(low=1, high=365)


class ScheduleEventView(Schema):
    """Something that happened to a schedule, or to the clock; ``data`` differs by type.

    ``by`` is who did it, seen by the reader; ``user_name`` is null where that is the platform or
    not the reader's to know.
    """

    id = whole(low=1, required=True)
    type = fields.String(required=True, validate=validate.OneOf(TYPES))
    at = moment(required=True)
    schedule_id = whole(required=True, allow_none=True)
    schedule_name = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True, allow_none=True)
    execution_id = whole(required=True, allow_none=True)
    by = fields.String(required=True, validate=validate.OneOf(BY))
    user_name = fields.String(required=True, allow_none=True)
    data = fields.Dict(keys=fields.String(), required=True)


class ScheduleEventPage(Schema):
    """One page of events; ``next`` is the ``after`` of the following one, null at the end."""

    items = fields.List(fields.Nested(ScheduleEventView), required=True)
    next = whole(required=True, allow_none=True)
