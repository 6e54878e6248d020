"""What the routes of single items take and answer."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.http.schemas import PageQuery, moment, whole
from app.models.benchmark import SCALE_ORDERS
from services.benchmarks.domain.answers import FLAGS
from services.benchmarks.items.list import TABLES, ItemFilter


class ItemQuery(PageQuery):
    """Which items: answered or failed; of a person, trait, order, rating, kind or flag."""

    limit = whole(50, low=1, high=200)
    outcome = fields.String(load_default="answered", validate=validate.OneOf(tuple(TABLES)))
    persona_id = whole(None, low=1)
    trait_id = whole(None, low=1)
    scale_order = fields.String(load_default=None, validate=validate.OneOf(SCALE_ORDERS))
    rating = whole(None, low=1, high=5)
    kind = fields.String(load_default=None, validate=validate.Length(1, 40))
    text = fields.String(load_default=None, validate=validate.Length(1, 200))
    flag = fields.String(load_default=None, validate=validate.OneOf(FLAGS))

    @post_load
    def chosen(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the filter, the limit and the offset."""
        page = {name: values.pop(name) for name in ("limit", "offset")}
        return page | {"chosen": ItemFilter(**values)}


class MessageView(Schema):
    """One message of a conversation."""

    role = fields.String(required=True)
    content = fields.String(required=True)


class BenchmarkItemView(Schema):
    """One settled item: what was asked and what was answered.

    ``flags`` are remarks on an accepted answer: it holds several ratings that differ (the first
    counts), its rationale declines to rate (``hedged``), nobody asked for its rationale, or its
    rating was read leniently out of prose.
    """

    persona_id = whole(low=1, required=True)
    persona_uuid = fields.String(required=True)
    trait_id = whole(low=1, required=True)
    adjective = fields.String(required=True)
    scale_order = fields.String(required=True)
    wording = whole(required=True)
    cue = whole(required=True)
    repeat = whole(required=True)
    rating = whole(required=True, allow_none=True)
    kind = fields.String(required=True, allow_none=True)
    flags = fields.List(fields.String(validate=validate.OneOf(FLAGS)), required=True)
    attempt = whole(required=True)
    answer_raw = fields.String(required=True)
    latency_ms = whole(required=True, allow_none=True)
    created_at = moment(required=True)
    messages = fields.List(fields.Nested(MessageView), required=True)


class BenchmarkItemPage(Schema):
    """One page of items."""

    items = fields.List(fields.Nested(BenchmarkItemView), required=True)
    total = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)
