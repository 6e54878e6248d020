"""What the failure inbox takes."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from app.http.schemas import StrictSchema, moment, whole
from app.models.incident import INCIDENT_STATES
from blueprints.incidents.schemas import CODES
from services.incidents.bulk import ACTIONS, BulkAction
from services.incidents.types import IncidentFilter

MAX_TEXT = 4000
MAX_MORE = 1_000_000


def _filter_of(values: dict[str, Any]) -> IncidentFilter:
    return IncidentFilter(query=values.pop("q", None), **values)


class IncidentFilterBody(StrictSchema):
    """Which incidents; what is left out does not decide. ``q`` is part of the message or type."""

    state = fields.String(validate=validate.OneOf(INCIDENT_STATES))
    kind = fields.String(validate=validate.Length(1, 50))
    code = fields.String(validate=validate.OneOf(CODES))
    assignee_id = whole(low=1)
    q = fields.String(validate=validate.Length(1, 200))
    mine = fields.Boolean(load_default=False)

    @post_load
    def _made(self, values: dict[str, Any], **_: Any) -> IncidentFilter:
        return _filter_of(values)


class IncidentListQuery(IncidentFilterBody):
    """Which incidents, and from where in the list; ``after`` is the next_after of a page."""

    limit = whole(50, low=1, high=200)
    after = fields.String(load_default=None, validate=validate.Length(1, 40))

    @post_load
    def _made(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        page = {name: values.pop(name) for name in ("limit", "after")}
        return {"which": _filter_of(values), **page}


class OccurrenceQuery(StrictSchema):
    """From where in the list of failures."""

    limit = whole(20, low=1, high=200)
    after = fields.String(load_default=None, validate=validate.Length(1, 40))


class SnoozeBody(StrictSchema):
    """Until when, or for how many more failures; with both whichever comes first."""

    until = moment(load_default=None, allow_none=True)
    more = whole(None, low=1, high=MAX_MORE, allow_none=True)


class FixedBody(StrictSchema):
    """What fixed it."""

    what = fields.String(load_default="", validate=validate.Length(0, MAX_TEXT))


class AssignBody(StrictSchema):
    """Who looks after it; null is nobody."""

    user_id = whole(low=1, required=True, allow_none=True)


class NoteBody(StrictSchema):
    """What to write down."""

    text = fields.String(required=True, validate=validate.Length(1, MAX_TEXT))


class MergeBody(StrictSchema):
    """The incidents that become part of the one in the address."""

    incident_ids = fields.List(whole(low=1), required=True, validate=validate.Length(1, 100))


class SplitBody(StrictSchema):
    """Which part gets an incident of its own: a cause of several, or one thing such as run:7."""

    cause = fields.String(validate=validate.Length(32, 32))
    subject = fields.String(validate=validate.Length(1, 100))

    @validates_schema
    def _one(self, values: dict[str, Any], **_: Any) -> None:
        if len(values) != 1:
            raise ValidationError("Give either cause or subject.", "cause")


class IncidentRetryBody(StrictSchema):
    """With a dry run nothing is changed."""

    dry_run = fields.Boolean(load_default=False)


class IncidentBulkBody(StrictSchema):
    """What to do to all incidents that the filter keeps, or to those of ``ids`` among them."""

    action = fields.String(required=True, validate=validate.OneOf(ACTIONS))
    filter = fields.Nested(IncidentFilterBody, load_default=IncidentFilter)
    ids = fields.List(whole(low=1), load_default=None, validate=validate.Length(1, 1000))
    until = moment(load_default=None, allow_none=True)
    more = whole(None, low=1, high=MAX_MORE, allow_none=True)
    what = fields.String(load_default="", validate=validate.Length(0, MAX_TEXT))
    dry_run = fields.Boolean(load_default=False)

    @post_load
    def _made(self, values: dict[str, Any], **_: Any) -> BulkAction:
        return BulkAction(which=values.pop("filter"), **values)
