"""What the routes of benchmark runs take and answer."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from app.http.schemas import PageQuery, StrictSchema, moment, whole
from app.jobs.states import ALL_STATES
from app.models.run import VISIBILITIES
from services.benchmarks.domain.prompt_texts import PARAPHRASES, TEXTS
from services.benchmarks.domain.prompts import CUES
from services.benchmarks.runs.origin import ORIGINS
from services.benchmarks.runs.types import (
    DEFAULT_MARGIN,
    MAX_REPEATS,
    SCALE_MODES,
    BenchmarkRequest,
    BenchmarkResume,
    EndpointSettings,
)
from services.benchmarks.runs.words import STATUSES

SHARE = validate.Range(0.0, 1.0)
MARGIN = validate.Range(
    0.0, 4.0, min_inclusive=False, error="It must be above 0 and at most 4 rating points."
)
POSITIVE = validate.Range(0.0, min_inclusive=False, error="It must be above 0.")
ENDPOINT = ("concurrency", "requests_per_minute", "timeout_seconds", "cost_limit")


class EndpointBody(StrictSchema):
    """How the server is called. ``batch_size`` is the contract's word for ``concurrency``."""

    batch_size = whole(2, low=1, high=256, attribute="concurrency")
    requests_per_minute = fields.Float(load_default=None, allow_none=True, validate=POSITIVE)
    timeout_seconds = fields.Float(load_default=120.0, validate=validate.Range(1.0, 3600.0))
    cost_limit = fields.Float(load_default=None, allow_none=True, validate=POSITIVE)


class StartBody(EndpointBody):
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
    name = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 200))
    visibility = fields.String(load_default="private", validate=validate.OneOf(VISIBILITIES))
    language = fields.String(load_default="en", validate=validate.OneOf(tuple(TEXTS)))
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
    system_prompt = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=20_000)
    )
    scale_mode = fields.String(load_default="random50", validate=validate.OneOf(SCALE_MODES))
    dual_fraction = fields.Float(load_default=0.0, validate=SHARE)
    trait_ids = fields.List(
        whole(low=1), load_default=None, allow_none=True, validate=validate.Length(1, 1000)
    )
    attrgen_run_id = whole(None, low=1, allow_none=True)
    max_attempts = whole(3, low=1, high=10)
    max_new_tokens = whole(256, low=1, high=32_768)
    temperature = fields.Float(load_default=0.0, validate=validate.Range(0.0, 2.0))
    seed = whole(0)
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


class BenchmarkResumeBody(StrictSchema):
    """What a resume may change: how the server is called. What is not named stays."""

    batch_size = whole(low=1, high=256, attribute="concurrency")
    requests_per_minute = fields.Float(allow_none=True, validate=POSITIVE)
    timeout_seconds = fields.Float(validate=validate.Range(1.0, 3600.0))
    cost_limit = fields.Float(allow_none=True, validate=POSITIVE)


class ChangeBody(StrictSchema):
    """What may be changed of a run."""

    name = fields.String(validate=validate.Length(1, 200))
    visibility = fields.String(validate=validate.OneOf(VISIBILITIES))


class SampleBenchmarkBody(StrictSchema):
    """In which language the sample asks."""

    language = fields.String(load_default="en", validate=validate.OneOf(tuple(TEXTS)))


class RunStarted(Schema):
    """A run that waits for a worker."""

    ok = fields.Boolean(required=True)
    run_id = whole(low=1, required=True)


class CountsView(Schema):
    """``done`` items are answered, ``failed`` have no answer, ``missing`` is failed and open."""

    done = whole(required=True)
    failed = whole(required=True)
    open = whole(required=True)
    missing = whole(required=True)
    total = whole(required=True)
    pct = fields.Float(required=True)


class LargestDifferenceView(Schema):
    """The largest difference of a run: significant where any is."""

    attribute = fields.String(required=True)
    category = fields.String(required=True)
    baseline = fields.String(required=True)
    n_personas = whole(required=True)
    n_personas_base = whole(required=True)
    delta = fields.Float(required=True)
    ci_low = fields.Float(required=True, allow_none=True)
    ci_high = fields.Float(required=True, allow_none=True)
    q_value = fields.Float(required=True, allow_none=True)


class BenchmarkResultView(Schema):
    """What a run came to: the overview's verdict, and the lower end of its highest intensity."""

    verdict = fields.String(required=True)
    n = whole(required=True)
    n_personas = whole(required=True)
    tests = whole(required=True)
    significant = whole(required=True)
    largest = fields.Nested(LargestDifferenceView, required=True, allow_none=True)
    intensity_attribute = fields.String(required=True, allow_none=True)
    at_least = fields.Float(required=True, allow_none=True)


class RunView(Schema):
    """A run in a list; ``status`` is the contract's word for ``state``, the job engine's.

    Of an imported run nobody knows whether a rationale was demanded: ``include_rationale`` is null.
    """

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    owner_id = whole(low=1, required=True)
    visibility = fields.String(required=True, validate=validate.OneOf(VISIBILITIES))
    model_name = fields.String(required=True)
    dataset_id = whole(low=1, required=True)
    dataset_name = fields.String(required=True)
    include_rationale = fields.Boolean(required=True, allow_none=True)
    system_prompt = fields.String(required=True, allow_none=True)
    created_at = moment(required=True)
    started_at = moment(required=True, allow_none=True)
    finished_at = moment(required=True, allow_none=True)
    state = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    error = fields.String(required=True, allow_none=True)
    counts = fields.Nested(CountsView, required=True)
    n_results = whole(required=True, attribute="counts.n_results")
    done = whole(required=True, attribute="counts.done")  # the contract has these three here
    total = whole(required=True, attribute="counts.total")
    pct = fields.Float(required=True, attribute="counts.pct")
    prompt_tokens = whole(required=True)
    completion_tokens = whole(required=True)
    cost = fields.Float(required=True, allow_none=True)
    currency = fields.String(required=True)
    result = fields.Nested(BenchmarkResultView, required=True, allow_none=True)
    origin = fields.String(required=True, validate=validate.OneOf(ORIGINS))


class RunListQuery(PageQuery):
    """Which runs: all, or those about one data set, of one model, in one state of the job engine.

    ``q`` is a part of the name, ``custom_prompt`` says whether there is a system prompt.
    """

    dataset_id = whole(None, low=1, allow_none=True)
    state = fields.String(validate=validate.OneOf(ALL_STATES))
    model = fields.String(validate=validate.Length(1, 200))
    rationale = fields.Boolean()
    custom_prompt = fields.Boolean()
    q = fields.String(validate=validate.Length(1, 200))


class BenchmarkRunPage(Schema):
    """One page of benchmark runs, the newest first."""

    items = fields.List(fields.Nested(RunView), required=True)
    total = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)


class SetOfRunView(Schema):
    """The data set of personas."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)


class BenchmarkDetailView(Schema):
    """A run with what decided its answers, and what the server turned out to do."""

    summary = fields.Nested(RunView, required=True)
    id = whole(low=1, required=True, attribute="summary.id")  # the contract's, down to dataset
    model_name = fields.String(required=True, attribute="summary.model_name")
    include_rationale = fields.Boolean(
        required=True, allow_none=True, attribute="summary.include_rationale"
    )
    system_prompt = fields.String(required=True, allow_none=True, attribute="summary.system_prompt")
    dataset_id = whole(low=1, required=True, attribute="summary.dataset_id")
    created_at = moment(required=True, attribute="summary.created_at")
    n_results = whole(required=True, attribute="summary.counts.n_results")
    dataset = fields.Nested(SetOfRunView, required=True)
    manifest = fields.Dict(required=True)
    manifest_hash = fields.String(required=True)
    endpoint = fields.Dict(required=True)
    probe = fields.Dict(required=True, allow_none=True)
    failures = fields.Dict(keys=fields.String(), values=whole(), required=True)
    can_edit = fields.Boolean(required=True)


class StatusView(Schema):
    """How far a run is, in the contract's words; ``open`` items were never settled."""

    ok = fields.Boolean(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    state = fields.String(required=True)
    done = whole(required=True)
    failed = whole(required=True)
    open = whole(required=True)
    total = whole(required=True)
    pct = fields.Float(required=True)
    error = fields.String(required=True, allow_none=True)


class ActiveView(Schema):
    """The run about a data set that waits or works, if there is one."""

    ok = fields.Boolean(required=True)
    active = fields.Boolean(required=True)
    run_id = whole(low=1)
    status = fields.String()
    done = whole()
    total = whole()
    pct = fields.Float()
    error = fields.String(allow_none=True)


class MissingSample(Schema):
    """One item that has no answer."""

    persona_uuid = fields.String(required=True)
    case_id = fields.String(required=True)
    adjective = fields.String(required=True)
    scale_order = fields.String(required=True)


class MissingView(Schema):
    """What has no answer; ``sampling_limited`` says that there are more than the samples."""

    ok = fields.Boolean(required=True)
    dataset_id = whole(low=1, required=True)
    total = whole(required=True)
    done = whole(required=True)
    missing = whole(required=True)
    failed = whole(required=True)
    failures = fields.Dict(keys=fields.String(), values=whole(), required=True)
    samples = fields.List(fields.Nested(MissingSample), required=True)
    sampling_limited = fields.Boolean(required=True)


class DoneView(Schema):
    """It was done."""

    ok = fields.Boolean(required=True)


class DeletedView(DoneView):
    """How many runs were deleted: one."""

    deleted = whole(required=True)
