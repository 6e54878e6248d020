"""What the routes about a run as a whole answer."""

from marshmallow import Schema, fields, validate

from app.http.schemas import StrictSchema, moment, whole
from blueprints.benchmarks.schemas_analysis import number
from services.benchmarks.exports.tables import ENGLISH, LANGUAGES


class ReportQuery(StrictSchema):
    """In which language a report is."""

    language = fields.String(load_default=ENGLISH, validate=validate.OneOf(LANGUAGES))


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
    computed_at = moment(required=True)


class BenchmarkReportView(Schema):
    """A run as a whole: what was asked, what it came to, and what cannot be concluded."""

    meta = fields.Dict(required=True)
    performance = fields.Dict(required=True)
    order_consistency = fields.Dict(required=True)
    bias_analysis = fields.Dict(required=True)
    refusals = fields.Dict(required=True)
    stability = fields.Dict(required=True)
    validity = fields.Dict(required=True)


class FactView(Schema):
    """A line of a validity card."""

    name = fields.String(required=True)
    label = fields.String(required=True)
    text = fields.String(required=True)


class GroupSizeView(Schema):
    """How many persons of a group have a rating, and whether they are enough to score it."""

    category = fields.String(required=True)
    n_personas = whole(required=True)
    enough = fields.Boolean(required=True)


class GeneratedTextsView(Schema):
    """Whose texts about the persons the prompts show, and the hashes of both."""

    run_id = whole(required=True)
    model = fields.String(required=True)
    language = fields.String(required=True)
    keys = fields.List(fields.String(), required=True)
    manifest_sha256 = fields.String(required=True)
    texts_sha256 = fields.String(required=True)


class ValidityView(Schema):
    """What a run measures, against which norm, and what cannot be concluded from it."""

    construct = fields.String(required=True)
    norm = fields.String(required=True)
    groups = fields.List(fields.String(), required=True)
    group_sizes = fields.Dict(
        keys=fields.String(), values=fields.List(fields.Nested(GroupSizeView)), required=True
    )
    not_shown = fields.List(fields.String(), required=True)
    language = fields.String(required=True)
    cues = fields.List(fields.String(), required=True)
    wordings = fields.List(fields.String(), required=True)
    templates = fields.List(fields.String(), required=True)
    n_personas = whole(required=True)
    n_traits = whole(required=True)
    n_ratings = whole(required=True)
    equivalence_margin = number()
    generated_texts = fields.Nested(GeneratedTextsView, required=True, allow_none=True)
    manifest_hash = fields.String(required=True)
    is_over = fields.Boolean(required=True)
    facts = fields.List(fields.Nested(FactView), required=True)
    cannot_be_concluded = fields.List(fields.String(), required=True)
