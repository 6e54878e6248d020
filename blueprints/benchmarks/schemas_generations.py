"""What the routes of attribute generations take and answer."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.http.schemas import PageQuery, moment, whole
from app.models.run import VISIBILITIES
from blueprints.benchmarks.schemas_runs import ENDPOINT, CountsView, DeletedView, EndpointBody
from services.benchmarks.domain.prompt_texts import TEXTS
from services.benchmarks.generations.types import DEFAULT_TEMPERATURE, GenerationRequest
from services.benchmarks.runs.types import EndpointSettings
from services.benchmarks.runs.words import STATUSES


class AttrGenBody(EndpointBody):
    """Whose name, appearance and biography to write with which model.

    Without a ``system_prompt`` the language's own is sent.
    """

    dataset_id = whole(low=1, required=True)
    model_name = fields.String(required=True, validate=validate.Length(1, 200))
    name = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 200))
    visibility = fields.String(load_default="private", validate=validate.OneOf(VISIBILITIES))
    language = fields.String(load_default="en", validate=validate.OneOf(tuple(TEXTS)))
    system_prompt = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=20_000)
    )
    max_attempts = whole(3, low=1, high=10)
    max_new_tokens = whole(512, low=16, high=32_768)
    temperature = fields.Float(load_default=DEFAULT_TEMPERATURE, validate=validate.Range(0.0, 2.0))
    seed = whole(0)

    @post_load
    def generation(self, values: dict[str, Any], **_: Any) -> GenerationRequest:
        """Return the use case's own words."""
        endpoint = {name: values.pop(name) for name in ENDPOINT}
        return GenerationRequest(**values, endpoint=EndpointSettings(**endpoint))


class AttrGenStarted(Schema):
    """An attribute generation that waits for a worker."""

    ok = fields.Boolean(required=True)
    attrgen_run_id = whole(low=1, required=True)


class AttrGenView(Schema):
    """A generation in a list; ``counts`` are of personas.

    ``is_complete`` says that prompts may show its texts. ``status`` is the contract's word for
    ``state``, the job engine's.
    """

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    owner_id = whole(low=1, required=True)
    visibility = fields.String(required=True, validate=validate.OneOf(VISIBILITIES))
    model_name = fields.String(required=True)
    dataset_id = whole(low=1, required=True)
    dataset_name = fields.String(required=True)
    language = fields.String(required=True)
    created_at = moment(required=True)
    started_at = moment(required=True, allow_none=True)
    finished_at = moment(required=True, allow_none=True)
    state = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    error = fields.String(required=True, allow_none=True)
    counts = fields.Nested(CountsView, required=True)
    is_complete = fields.Boolean(required=True)
    prompt_tokens = whole(required=True)
    completion_tokens = whole(required=True)
    cost = fields.Float(required=True, allow_none=True)
    currency = fields.String(required=True)


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


class AttrGenDetailView(Schema):
    """A generation with what decided its texts, what failed, and what the texts reveal."""

    summary = fields.Nested(AttrGenView, required=True)
    manifest = fields.Dict(required=True)
    manifest_hash = fields.String(required=True)
    texts_hash = fields.String(required=True, allow_none=True)
    endpoint = fields.Dict(required=True)
    probe = fields.Dict(required=True, allow_none=True)
    failures = fields.Dict(keys=fields.String(), values=whole(), required=True)
    reveals = fields.Nested(RevealsView, required=True)
    num_runs = whole(required=True)
    can_edit = fields.Boolean(required=True)


class AttrGenStatusView(Schema):
    """How far a generation is, in the contract's words; ``open`` personas were never settled."""

    ok = fields.Boolean(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    state = fields.String(required=True)
    done = whole(required=True)
    failed = whole(required=True)
    open = whole(required=True)
    total = whole(required=True)
    pct = fields.Float(required=True)
    error = fields.String(required=True, allow_none=True)


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
