"""What the estimate of a run takes and answers."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from app.http.schemas import whole
from blueprints.benchmarks.schemas_asking import ENDPOINT
from blueprints.benchmarks.schemas_start import StartBody
from services.benchmarks.runs.types import BenchmarkRequest, EndpointSettings


def real(*, null: bool = False) -> fields.Float:
    """Return a field of a number, at full precision."""
    return fields.Float(required=True, allow_none=null)


def refuse_resume(values: dict[str, Any]) -> None:
    """Raise ValidationError where ``values`` name a run that goes on: nothing of it is open."""
    if values.get("resume_run_id") is not None:
        raise ValidationError("Only a run that begins is looked at.", field_name="resume_run_id")


def request_of(values: dict[str, Any]) -> BenchmarkRequest:
    """Return the request of a run that begins."""
    values.pop("resume_run_id")
    endpoint = EndpointSettings(**{name: values.pop(name) for name in ENDPOINT})
    return BenchmarkRequest(**values, endpoint=endpoint)


class EstimateBody(StartBody):
    """What a run would be started with. ``model_name`` may be missing: no price, no time then.

    ``pilot_run_id`` is the run that says how ratings spread; without it the newest of the model.
    """

    model_name = fields.String(load_default="", validate=validate.Length(0, 200))
    pilot_run_id = whole(None, low=1, allow_none=True)

    @validates_schema
    def begins(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse the estimate of a run that goes on: it is fixed already."""
        refuse_resume(values)

    @post_load(pass_original=True)
    def request(self, values: dict[str, Any], *_: Any, **__: Any) -> dict[str, Any]:
        """Return the request in the use case's own words, and the pilot."""
        pilot = values.pop("pilot_run_id")
        return {"request": request_of(values), "pilot_run_id": pilot}


class ProbeBody(StartBody):
    """What a run would be started with: its prompts are what the server is tried on."""

    model_name = fields.String(required=True, validate=validate.Length(1, 200))

    @validates_schema
    def begins(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse the probe of a run that goes on: it is probed when it does."""
        refuse_resume(values)

    @post_load(pass_original=True)
    def request(self, values: dict[str, Any], *_: Any, **__: Any) -> dict[str, Any]:
        """Return the request in the use case's own words."""
        return {"request": request_of(values)}


class ModelProbeView(Schema):
    """The newest probe of a model: ``result`` is what its server turned out to do.

    ``result.refusals`` are the reasons why a run would not begin; ``error`` says why nothing was
    answered at all.
    """

    model_id = whole(low=1, required=True)
    status = fields.String(
        required=True, validate=validate.OneOf(("idle", "running", "done", "error"))
    )
    requested_at = fields.String(required=True, allow_none=True)
    finished_at = fields.String(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    result = fields.Dict(required=True, allow_none=True)


class TokenEstimateView(Schema):
    """Tokens of one item; ``source`` run: counted in the earlier run, prompts: by their length."""

    prompt = real()
    completion = real()
    source = fields.String(required=True, validate=validate.OneOf(("run", "prompts")))


class EarlierRunView(Schema):
    """The run that tokens, time and spread were measured on."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)


class RatingSpreadView(Schema):
    """SD of persons, and of the ratings of a person; measured, or assumed without a pilot."""

    sd_between = real()
    sd_within = real()
    source = fields.String(required=True, validate=validate.OneOf(("measured", "assumed")))


class DetectableGroupView(Schema):
    """A group, and the smallest difference from the baseline that is detected."""

    category = fields.String(required=True)
    n_personas = whole(required=True)
    mde = real(null=True)


class DetectableAttributeView(Schema):
    """The groups of an attribute, the largest first; nothing is tested that no prompt shows."""

    attribute = fields.String(required=True)
    shown = fields.Boolean(required=True)
    baseline = fields.String(required=True)
    best = real(null=True)
    groups = fields.List(fields.Nested(DetectableGroupView), required=True)


class DetectableView(Schema):
    """What is detected with ``power``, at ``alpha`` divided by the tests of the family."""

    alpha = real()
    power = real()
    family = whole(required=True)
    ratings_per_persona = whole(required=True)
    margin = real()
    best = real(null=True)
    attribute = fields.String(required=True, allow_none=True)
    category = fields.String(required=True, allow_none=True)
    attributes = fields.List(fields.Nested(DetectableAttributeView), required=True)


class RunEstimateView(Schema):
    """What a run would ask, cost, take and be able to show."""

    personas = whole(required=True)
    traits = whole(required=True)
    pairs = whole(required=True)
    variants = whole(required=True)
    items = whole(required=True)
    tokens = fields.Nested(TokenEstimateView, required=True)
    price = real(null=True)
    currency = fields.String(required=True, allow_none=True)
    items_within_limit = whole(required=True, allow_none=True)
    seconds = real(null=True)
    earlier = fields.Nested(EarlierRunView, required=True, allow_none=True)
    spread = fields.Nested(RatingSpreadView, required=True)
    detectable = fields.Nested(DetectableView, required=True)
