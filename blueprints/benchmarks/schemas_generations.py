"""What the routes of attribute generations take and answer."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.http.schemas import PageQuery, whole
from blueprints.benchmarks.schemas_asking import (
    ENDPOINT,
    AskingBody,
    AskingDetailView,
    AskingView,
    DeletedView,
    StatusView,
)
from services.benchmarks.generations.types import DEFAULT_TEMPERATURE, GenerationRequest
from services.benchmarks.runs.types import EndpointSettings


class AttrGenBody(AskingBody):
    """Whose name, appearance and biography to write with which model.

    Without a ``system_prompt`` the language's own is sent.
    """

    max_new_tokens = whole(512, low=16, high=32_768)
    temperature = fields.Float(load_default=DEFAULT_TEMPERATURE, validate=validate.Range(0.0, 2.0))

    @post_load
    def generation(self, values: dict[str, Any], **_: Any) -> GenerationRequest:
        """Return the use case's own words."""
        endpoint = {name: values.pop(name) for name in ENDPOINT}
        return GenerationRequest(**values, endpoint=EndpointSettings(**endpoint))


class AttrGenStarted(Schema):
    """An attribute generation that waits for a worker."""

    ok = fields.Boolean(required=True)
    attrgen_run_id = whole(low=1, required=True)


class AttrGenView(AskingView):
    """A generation in a list; ``counts`` are of personas.

    ``is_complete`` says that prompts may show its texts, ``reveals_private_data`` that who sees
    it reads of the persons of a private data set.
    """

    language = fields.String(required=True)
    is_complete = fields.Boolean(required=True)
    reveals_private_data = fields.Boolean(required=True)


class AttrGenQuery(PageQuery):
    """Which generations: all, or those about one data set, or those that are complete."""

    dataset_id = whole(None, low=1, allow_none=True)
    is_complete = fields.Boolean(load_default=None, allow_none=True)


class AttrGenPage(Schema):
    """One page of attribute generations, the newest first."""

    items = fields.List(fields.Nested(AttrGenView), required=True)
    total = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)


class RevealsView(Schema):
    """Of ``n_personas``, by attribute, how many texts name their persona's value: at least."""

    n_personas = whole(required=True)
    named = fields.Dict(keys=fields.String(), values=whole(), required=True)


class AttrGenDetailView(AskingDetailView):
    """A generation with what decided its texts, what failed, and what the texts reveal."""

    summary = fields.Nested(AttrGenView, required=True)
    texts_hash = fields.String(required=True, allow_none=True)
    reveals = fields.Nested(RevealsView, required=True)
    num_runs = whole(required=True)


class AttrGenStatusView(StatusView):
    """How far a generation is; what is counted are personas."""


class DescribedView(Schema):
    """One persona: its texts by key, or the ``kind`` of failure."""

    persona_id = whole(low=1, required=True)
    persona_uuid = fields.String(required=True)
    attempt = whole(required=True, allow_none=True)
    texts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    kind = fields.String(required=True, allow_none=True)


class DescribedPage(Schema):
    """One page of the personas of a generation, in the order of their set."""

    items = fields.List(fields.Nested(DescribedView), required=True)
    total = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)


class AttrGenDeleted(DeletedView):
    """How many generations were deleted: one."""
