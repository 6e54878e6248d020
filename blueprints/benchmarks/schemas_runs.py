"""What the routes of benchmark runs answer, and what lists of them take."""

from marshmallow import Schema, fields, validate

from app.http.schemas import PageQuery, moment, whole
from app.jobs.states import ALL_STATES
from blueprints.benchmarks.schemas_asking import AskingDetailView, AskingView
from services.benchmarks.runs.origin import ORIGINS


class LargestDifferenceView(Schema):
    """The largest difference of groups with enough persons: significant where any is."""

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
    """What a run came to: the overview's verdict, and the lower end of its highest intensity.

    ``no_largest`` says why there is no largest difference, as in the overview.
    """

    verdict = fields.String(required=True)
    n = whole(required=True)
    n_personas = whole(required=True)
    tests = whole(required=True)
    significant = whole(required=True)
    significant_small = whole(required=True)
    min_personas = whole(required=True)
    largest = fields.Nested(LargestDifferenceView, required=True, allow_none=True)
    no_largest = fields.String(required=True, allow_none=True)
    intensity_attribute = fields.String(required=True, allow_none=True)
    at_least = fields.Float(required=True, allow_none=True)


class RunView(AskingView):
    """A run in a list; counts are of items.

    Of an imported run nobody knows whether a rationale was demanded: ``include_rationale`` is null.
    """

    include_rationale = fields.Boolean(required=True, allow_none=True)
    system_prompt = fields.String(required=True, allow_none=True)
    n_results = whole(required=True, attribute="counts.n_results")
    done = whole(required=True, attribute="counts.done")  # the contract has these three here
    total = whole(required=True, attribute="counts.total")
    pct = fields.Float(required=True, attribute="counts.pct")
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


class BenchmarkDetailView(AskingDetailView):
    """A run with what decided its answers, and what the server turned out to do.

    Who sees a run reads its persons; ``reveals_private_data`` says that their data set is private.
    """

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
    reveals_private_data = fields.Boolean(required=True)


class ActiveView(Schema):
    """The run about a data set that waits or works, if there is one."""

    ok = fields.Boolean(required=True)
    active = fields.Boolean(required=True)
    run_id = whole(low=1)
    status = fields.String()
    done = whole(attribute="counts.done")
    total = whole(attribute="counts.total")
    pct = fields.Float(attribute="counts.pct")
    error = fields.String(allow_none=True)


class MissingSample(Schema):
    """One item that has no answer; wordings, cues and repeats are counted from 0."""

    persona_uuid = fields.String(required=True)
    case_id = fields.String(required=True)
    adjective = fields.String(required=True)
    scale_order = fields.String(required=True)
    wording = whole(required=True)
    cue = whole(required=True)
    repeat = whole(required=True)


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
