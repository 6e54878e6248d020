"""What the routes about a run as a whole answer."""

from marshmallow import Schema, fields

from app.http.schemas import whole
from blueprints.benchmarks.schemas_analysis import number


class OrderSampleView(Schema):
    """How consistent the orders of the scale are, over all pairs that were asked both ways."""

    n_pairs = whole(required=True)
    rma = number(null=True)
    mae = number(null=True)
    is_sample = fields.Boolean(required=True)


class QuickAnalysisView(Schema):
    """A first look at a run."""

    run_id = whole(low=1, required=True)
    total_results = whole(required=True)
    total_rated = whole(required=True)
    error_count = whole(required=True)
    error_rate = number(null=True)
    rating_distribution = fields.Dict(keys=fields.String(), values=whole(), required=True)
    order_consistency_sample = fields.Nested(OrderSampleView, required=True)


class BenchmarkReportView(Schema):
    """A run as a whole: what was asked, what it came to, and what cannot be concluded."""

    meta = fields.Dict(required=True)
    performance = fields.Dict(required=True)
    order_consistency = fields.Dict(required=True)
    bias_analysis = fields.Dict(required=True)
    refusals = fields.Dict(required=True)
    validity = fields.Dict(required=True)
