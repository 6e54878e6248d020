"""What benchmark runs and attribute generations have in common: how they are asked and shown."""

from marshmallow import Schema, fields, validate

from app.http.schemas import StrictSchema, moment, whole
from app.models.run import VISIBILITIES
from services.benchmarks.domain.prompt_texts import TEXTS
from services.benchmarks.runs.words import STATUSES

POSITIVE = validate.Range(0.0, min_inclusive=False, error="It must be above 0.")
SECONDS = validate.Range(1.0, 3600.0)
MAX_CONCURRENCY, MAX_SYSTEM_PROMPT = 256, 20_000
ENDPOINT = ("concurrency", "requests_per_minute", "timeout_seconds", "cost_limit")


class EndpointBody(StrictSchema):
    """How the server is called. ``batch_size`` is the contract's word for ``concurrency``."""

    batch_size = whole(2, low=1, high=MAX_CONCURRENCY, attribute="concurrency")
    requests_per_minute = fields.Float(load_default=None, allow_none=True, validate=POSITIVE)
    timeout_seconds = fields.Float(load_default=120.0, validate=SECONDS)
    cost_limit = fields.Float(load_default=None, allow_none=True, validate=POSITIVE)


class AskingBody(EndpointBody):
    """How what is started is called and shared, and how its model is asked."""

    dataset_id = whole(low=1, required=True)
    model_name = fields.String(required=True, validate=validate.Length(1, 200))
    name = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 200))
    visibility = fields.String(load_default="private", validate=validate.OneOf(VISIBILITIES))
    language = fields.String(load_default="en", validate=validate.OneOf(tuple(TEXTS)))
    system_prompt = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=MAX_SYSTEM_PROMPT)
    )
    max_attempts = whole(3, low=1, high=10)
    seed = whole(0)


class BenchmarkResumeBody(StrictSchema):
    """What a resume may change: how the server is called. What is not named stays."""

    batch_size = whole(low=1, high=MAX_CONCURRENCY, attribute="concurrency")
    requests_per_minute = fields.Float(allow_none=True, validate=POSITIVE)
    timeout_seconds = fields.Float(validate=SECONDS)
    cost_limit = fields.Float(allow_none=True, validate=POSITIVE)


class ChangeBody(StrictSchema):
    """What may be changed later: how it is called, and who sees it."""

    name = fields.String(validate=validate.Length(1, 200))
    visibility = fields.String(validate=validate.OneOf(VISIBILITIES))


class CountsView(Schema):
    """``done`` items are answered, ``failed`` have no answer, ``missing`` is failed and open."""

    done = whole(required=True)
    failed = whole(required=True)
    open = whole(required=True)
    missing = whole(required=True)
    total = whole(required=True)
    pct = fields.Float(required=True)


class AskingView(Schema):
    """Something in a list; ``status`` is the contract's word for ``state``, the job engine's."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    owner_id = whole(low=1, required=True)
    visibility = fields.String(required=True, validate=validate.OneOf(VISIBILITIES))
    model_name = fields.String(required=True)
    dataset_id = whole(low=1, required=True)
    dataset_name = fields.String(required=True)
    created_at = moment(required=True)
    started_at = moment(required=True, allow_none=True)
    finished_at = moment(required=True, allow_none=True)
    state = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    error = fields.String(required=True, allow_none=True)
    counts = fields.Nested(CountsView, required=True)
    prompt_tokens = whole(required=True)
    completion_tokens = whole(required=True)
    cost = fields.Float(required=True, allow_none=True)
    currency = fields.String(required=True)


class AskingDetailView(Schema):
    """What decided the answers, what the server turned out to do, and what failed, by kind."""

    manifest = fields.Dict(required=True)
    manifest_hash = fields.String(required=True)
    endpoint = fields.Dict(required=True)
    probe = fields.Dict(required=True, allow_none=True)
    failures = fields.Dict(keys=fields.String(), values=whole(), required=True)
    can_edit = fields.Boolean(required=True)


class StatusView(Schema):
    """How far it is, in the contract's words; what is ``open`` was never settled."""

    ok = fields.Boolean(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    state = fields.String(required=True)
    done = whole(required=True, attribute="counts.done")
    failed = whole(required=True, attribute="counts.failed")
    open = whole(required=True, attribute="counts.open")
    total = whole(required=True, attribute="counts.total")
    pct = fields.Float(required=True, attribute="counts.pct")
    error = fields.String(required=True, allow_none=True)


class DoneView(Schema):
    """It was done."""

    ok = fields.Boolean(required=True)


class DeletedView(DoneView):
    """How many were deleted: one."""

    deleted = whole(required=True)
