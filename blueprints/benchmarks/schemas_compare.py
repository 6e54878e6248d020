"""What the routes of comparisons take and answer."""

from marshmallow import Schema, fields, validate

from app.http.schemas import StrictSchema, whole
from blueprints.benchmarks.schemas_analysis import HistogramView, number
from blueprints.benchmarks.schemas_effects import RunIntensityView
from services.benchmarks.analysis.compare import MAX_RUNS


def run_ids(low: int = 1) -> fields.List[int]:
    """Return a field of numbers of runs."""
    return fields.List(whole(low=1), required=True, validate=validate.Length(low, MAX_RUNS))


class CompareBody(StrictSchema):
    """Which runs."""

    run_ids = run_ids()


class CompareCategoryBody(CompareBody):
    """Traits of one category; all of them without it, and for "all"."""

    trait_category = fields.String(load_default=None, allow_none=True)


class CompareModelsBody(StrictSchema):
    """Which runs, and the group whose difference from its baseline is compared."""

    run_ids = run_ids(2)
    attribute = fields.String(load_default="gender")
    category = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 200))


class ComparedBenchmarkView(Schema):
    """One of the runs."""

    run_id = whole(low=1, required=True)
    model = fields.String(required=True)
    n = whole(required=True)


class PooledView(Schema):
    """The raw ratings of all runs together."""

    ok = fields.Boolean(required=True)
    n = whole(required=True)
    runs = fields.List(fields.Nested(ComparedBenchmarkView), required=True)
    hist = fields.Nested(HistogramView, required=True)
    mean = number(null=True)
    median = number(null=True)


class RunOrdersView(Schema):
    """The order metrics of one run."""

    run_id = whole(low=1, required=True)
    model = fields.String(required=True)
    rma = number(null=True)
    rma_mae = number(null=True)
    correlation = number(null=True)
    mae = number(null=True)
    within1_rate = number(null=True)


class ComparedOrdersView(Schema):
    """The order metrics of each run, and their averages."""

    ok = fields.Boolean(required=True)
    runs = fields.List(fields.Nested(RunOrdersView), required=True)
    averages = fields.Dict(
        keys=fields.String(), values=fields.Float(allow_none=True), required=True
    )


class RunIntensitiesView(RunIntensityView):
    """The intensities of one run."""

    run_id = whole(low=1, required=True)
    name = fields.String(required=True)
    model = fields.String(required=True)


class ComparedIntensitiesView(Schema):
    """The intensities of each run."""

    ok = fields.Boolean(required=True)
    runs = fields.List(fields.Nested(RunIntensitiesView), required=True)


class LabeledRunView(ComparedBenchmarkView):
    """One of the runs, by the label that pairs name it by."""

    label = fields.String(required=True)


class ComparedModelsView(Schema):
    """Pairs of models on shared items; p values are adjusted by Holm over the pairs."""

    ok = fields.Boolean(required=True)
    runs = fields.List(fields.Nested(LabeledRunView), required=True)
    accepted = fields.List(fields.Dict(), required=True)
    order_consistent = fields.List(fields.Dict(), required=True)
    ratings = fields.List(fields.Dict(), required=True)
    bias = fields.List(fields.Dict(), required=True)
