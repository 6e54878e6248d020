"""What the routes of comparisons take and answer."""

from marshmallow import Schema, fields, validate

from app.http.schemas import StrictSchema, whole
from blueprints.benchmarks.schemas_analysis import HistogramView, number
from blueprints.benchmarks.schemas_effects import RunIntensityView
from services.benchmarks.analysis.compare import MAX_RUNS


def run_ids(low: int = 1, high: int = MAX_RUNS) -> fields.List[int]:
    """Return a field of numbers of runs."""
    error = f"Name {low} to {high} runs." if low < high else f"Name exactly {low} runs."
    return fields.List(
        whole(low=1), required=True, validate=validate.Length(low, high, error=error)
    )


class CompareBody(StrictSchema):
    """Which runs."""

    run_ids = run_ids()


class CompareCategoryBody(CompareBody):
    """Traits of one category; all of them without it, and for "all"."""

    trait_category = fields.String(load_default=None, allow_none=True)


class ComparedBenchmarkView(Schema):
    """One of the runs."""

    run_id = whole(low=1, required=True)
    model = fields.String(required=True)
    n = whole(required=True)


class RunHistogramView(ComparedBenchmarkView):
    """The raw ratings of one of the runs."""

    hist = fields.Nested(HistogramView, required=True)


class PooledView(Schema):
    """The raw ratings of all runs together."""

    ok = fields.Boolean(required=True)
    n = whole(required=True)
    runs = fields.List(fields.Nested(RunHistogramView), required=True)
    hist = fields.Nested(HistogramView, required=True)
    mean = number(null=True)
    median = number(null=True)


class RunOrdersView(Schema):
    """The order metrics of one run."""

    run_id = whole(low=1, required=True)
    model = fields.String(required=True)
    n_pairs = whole(required=True)
    n_personas = whole(required=True)
    obe = number(null=True)
    obe_ci_low = number(null=True)
    obe_ci_high = number(null=True)
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
