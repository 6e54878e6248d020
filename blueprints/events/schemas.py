"""What the endpoint of events takes and answers."""

from marshmallow import Schema, fields, validate

from app.events.log import PAGE
from app.http.schemas import StrictSchema, whole


class EventQuery(StrictSchema):
    """Which topic, after which number."""

    topic = fields.String(required=True, validate=validate.Length(1, 100))
    after = whole(0)
    limit = whole(PAGE, low=1, high=PAGE)


class EventView(Schema):
    """One event; ``data`` has the fields that docs/events.md lists for its type."""

    topic = fields.String(required=True)
    seq = whole(low=1, required=True)
    type = fields.String(required=True)
    at = fields.String(required=True)
    data = fields.Dict(required=True, keys=fields.String())


class EventPage(Schema):
    """One page; more says that last_seq lies beyond it."""

    events = fields.List(fields.Nested(EventView), required=True)
    last_seq = whole(required=True)
    oldest_seq = whole(low=1, required=True)
    more = fields.Boolean(required=True)
