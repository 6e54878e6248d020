"""What starts a benchmark run, or lets one go on."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from app.http.schemas import StrictSchema, whole
from blueprints.benchmarks.schemas_asking import ENDPOINT, AskingBody
from services.benchmarks.domain.prompt_texts import PARAPHRASES, TEXTS
from services.benchmarks.domain.prompts import CUES
from services.benchmarks.runs.types import (
    DEFAULT_MARGIN,
    MAX_REPEATS,
    SCALE_MODES,
    BenchmarkRequest,
    BenchmarkResume,
    EndpointSettings,
)

SHARE = validate.Range(0.0, 1.0)
MARGIN = validate.Range(
    0.0, 4.0, min_inclusive=False, error="It must be above 0 and at most 4 rating points."
)


class StartBody(AskingBody):
    """What to ask whom. With ``resume_run_id`` a run that is over goes on instead.

    Without ``trait_ids`` every active trait is asked. ``wordings`` are paraphrases and ``cues``
    forms in which a group is shown: each is a factor of its own. ``scale_mode`` in asks
    every item with 1 as the least, rev with 5, random50 half of them each; of a share of
    ``dual_fraction`` both orders are asked. ``equivalence_margin`` is in rating points.
    ``attrgen_run_id`` is a complete attribute generation about the same data set: prompts show
    its name, appearance and biography of each persona.
    """

    dataset_id = whole(low=1)
    model_name = fields.String(validate=validate.Length(1, 200))
    resume_run_id = whole(None, low=1, allow_none=True)
    wordings = fields.List(
        fields.String(validate=validate.OneOf(PARAPHRASES)),
        load_default=lambda: [PARAPHRASES[0]],
        validate=validate.Length(1),
    )
    cues = fields.List(
        fields.String(validate=validate.OneOf(CUES)),
        load_default=lambda: ["label"],
        validate=validate.Length(1),
    )
    repeats = whole(1, low=1, high=MAX_REPEATS)
    include_rationale = fields.Boolean(load_default=False)
    scale_mode = fields.String(load_default="random50", validate=validate.OneOf(SCALE_MODES))
    dual_fraction = fields.Float(load_default=0.0, validate=SHARE)
    trait_ids = fields.List(
        whole(low=1), load_default=None, allow_none=True, validate=validate.Length(1, 1000)
    )
    attrgen_run_id = whole(None, low=1, allow_none=True)
    max_new_tokens = whole(256, low=1, high=32_768)
    temperature = fields.Float(load_default=0.0, validate=validate.Range(0.0, 2.0))
    lenient = fields.Boolean(load_default=False)
    logprobs = fields.Boolean(load_default=False)
    equivalence_margin = fields.Float(load_default=DEFAULT_MARGIN, validate=MARGIN)
    baselines = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        load_default=dict,
        validate=validate.Length(max=20),
    )

    @validates_schema
    def named(self, values: dict[str, Any], **_: Any) -> None:
        """Require the data set and the model of a run that begins."""
        missing = [one for one in ("dataset_id", "model_name") if one not in values]
        if missing and values.get("resume_run_id") is None:
            raise ValidationError({name: ["Missing data for required field."] for name in missing})

    @validates_schema
    def no_doubles(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse a factor that has the same level twice."""
        for name in ("wordings", "cues", "trait_ids"):
            chosen = values.get(name) or []
            double = next((one for one in chosen if chosen.count(one) > 1), None)
            if double is not None:
                raise ValidationError({name: [f"{double!r} is named twice."]})

    @post_load(pass_original=True)
    def request(
        self, values: dict[str, Any], original: dict[str, Any], **_: Any
    ) -> BenchmarkRequest | BenchmarkResume:
        """Return the use case's own words; of a resume only what was said."""
        resumed = values.pop("resume_run_id")
        endpoint = {name: values.pop(name) for name in ENDPOINT}
        if resumed is None:
            return BenchmarkRequest(**values, endpoint=EndpointSettings(**endpoint))
        said = {"concurrency" if name == "batch_size" else name for name in original}
        return BenchmarkResume(
            run_id=resumed,
            endpoint={name: value for name, value in endpoint.items() if name in said},
            fixed={name: value for name, value in values.items() if name in said},
        )


class SampleBenchmarkBody(StrictSchema):
    """In which language the sample asks."""

    language = fields.String(load_default="en", validate=validate.OneOf(tuple(TEXTS)))


class RunStarted(Schema):
    """A run that waits for a worker."""

    ok = fields.Boolean(required=True)
    run_id = whole(low=1, required=True)
