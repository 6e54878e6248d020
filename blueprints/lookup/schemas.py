"""What the search over everything takes and answers."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.http.schemas import StrictSchema, whole
from app.models.run import STATUSES
from services.domains import SEARCH
from services.lookup.find import Lookup


class LookupQuery(StrictSchema):
    """What to look for; a word for a kind, such as "dataset" or "sweep", narrows the search."""

    q = fields.String(load_default="", validate=validate.Length(0, 200))
    limit = whole(20, low=1, high=50)

    @post_load
    def lookup(self, values: dict[str, Any], **_: Any) -> Lookup:
        """Return the use case's own words."""
        return Lookup(**values)


class MatchView(Schema):
    """A row whose name or number matches."""

    kind = fields.String(required=True, validate=validate.OneOf(tuple(one.kind for one in SEARCH)))
    id = whole(low=1, required=True)
    name = fields.String(required=True)
    status = fields.String(required=True, allow_none=True, validate=validate.OneOf(STATUSES))


class MatchList(Schema):
    """Matches, the closest first."""

    items = fields.List(fields.Nested(MatchView), required=True)
