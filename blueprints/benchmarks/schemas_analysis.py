"""What the routes about a run's ratings take and answer."""

from marshmallow import Schema, fields, validate

from app.http.schemas import StrictSchema, whole
from services.benchmarks.exports.tables import GERMAN, LANGUAGES

LEVEL = validate.Range(
    0, 1, min_inclusive=False, max_inclusive=False, error="It must be above 0 and below 1."
)


def number(*, null: bool = False) -> fields.Float:
    """Return a field of a number, at full precision."""
    return fields.Float(required=True, allow_none=null)


class CategoryQuery(StrictSchema):
    """Traits of one category; all of them without it, and for "all"."""

    trait_category = fields.String(load_default=None, validate=validate.Length(1, 100))


class MeansQuery(CategoryQuery):
    """Which attribute, and how many groups at most."""

    attribute = fields.String(required=True)
    top_n = whole(1000, low=1, high=1000)


class DeltasQuery(CategoryQuery):
    """Which attribute, and the group that the others are compared with.

    Without a ``baseline`` it is the one of the manifest, else the largest group; ``n_perm`` and
    ``alpha`` are the manifest's. What is computed with other values is called exploratory.
    """

    attribute = fields.String(required=True)
    baseline = fields.String(load_default=None, validate=validate.Length(1, 200))
    n_perm = whole(None, low=100, high=20_000, allow_none=True)
    alpha = fields.Float(load_default=None, validate=LEVEL)


class HistogramView(Schema):
    """How many ratings each bin has, and its share of all."""

    bins = fields.List(fields.String(), required=True)
    counts = fields.List(whole(), required=True)
    shares = fields.List(fields.Float(), required=True)


class CategoryHistogramView(HistogramView):
    """The histogram of the traits of one category."""

    category = fields.String(required=True)


class GroupMeanView(Schema):
    """A group: its ratings, its persons, mean, SD and 95 % interval."""

    category = fields.String(required=True)
    count = whole(required=True)
    n_personas = whole(required=True, allow_none=True)
    mean = number()
    std = number(null=True)
    ci_low = number()
    ci_high = number()
    persons_ci_low = number(null=True)
    persons_ci_high = number(null=True)


class TraitCategoriesView(Schema):
    """Ratings by the categories of traits."""

    histograms = fields.List(fields.Nested(CategoryHistogramView), required=True)
    summary = fields.List(fields.Nested(GroupMeanView), required=True)


class AttributeView(Schema):
    """The groups of an attribute; ``shown`` says whether prompts show it."""

    shown = fields.Boolean(required=True)
    baseline = fields.String(required=True, allow_none=True)
    categories = fields.List(fields.Nested(GroupMeanView), required=True)


class MetricsView(Schema):
    """The ratings of a run as they came, and their means by group."""

    ok = fields.Boolean(required=True)
    n = whole(required=True)
    hist = fields.Nested(HistogramView, required=True)
    trait_categories = fields.Nested(TraitCategoriesView, required=True)
    attributes = fields.Dict(
        keys=fields.String(), values=fields.Nested(AttributeView), required=True
    )


class MeansView(Schema):
    """The groups of one attribute."""

    ok = fields.Boolean(required=True)
    rows = fields.List(fields.Nested(GroupMeanView), required=True)


class AllMeansView(Schema):
    """The groups of every attribute."""

    ok = fields.Boolean(required=True)
    data = fields.Dict(
        keys=fields.String(), values=fields.List(fields.Nested(GroupMeanView)), required=True
    )


class TestFamilyView(Schema):
    """The tests that are adjusted together."""

    name = fields.String(required=True)
    size = whole(required=True)


class DeltaView(Schema):
    """A group against the baseline: category minus baseline, persons as units.

    ``naive`` has the contract's own figures, which take ratings for independent ones.
    """

    category = fields.String(required=True)
    count = whole(required=True)
    n_personas = whole(required=True)
    mean = number()
    baseline = fields.String(required=True)
    n_base = whole(required=True)
    n_personas_base = whole(required=True)
    mean_base = number()
    sd_base = number(null=True)
    n_cat = whole(required=True)
    mean_cat = number()
    sd_cat = number(null=True)
    delta = number(null=True)
    cliffs_delta = number(null=True)
    probability_of_superiority = number(null=True)
    p_value = number(null=True)
    q_value = number(null=True)
    is_exact = fields.Boolean(required=True)
    significant = fields.Boolean(required=True)
    se_delta = number(null=True)
    ci_low = number(null=True)
    ci_high = number(null=True)
    naive = fields.Dict(required=True, allow_none=True)


class DepartureView(Schema):
    """A setting that is not as the plan of the run has it."""

    name = fields.String(required=True)
    used = fields.Raw(required=True, allow_none=True)
    planned = fields.Raw(required=True, allow_none=True)


class PlannedView(Schema):
    """``exploratory`` says that a setting was chosen after the results could be seen: which."""

    exploratory = fields.Boolean(required=True)
    departures = fields.List(fields.Nested(DepartureView), required=True)


class DeltaTableView(PlannedView):
    """The groups of an attribute by rising delta."""

    attribute = fields.String(required=True)
    baseline = fields.String(required=True, allow_none=True)
    n = whole(required=True)
    n_personas = whole(required=True)
    shown = fields.Boolean(required=True)
    family = fields.Nested(TestFamilyView, required=True)
    rows = fields.List(fields.Nested(DeltaView), required=True)


class DeltasView(DeltaTableView):
    """One attribute."""

    ok = fields.Boolean(required=True)


class AllDeltasView(Schema):
    """Every attribute."""

    ok = fields.Boolean(required=True)
    data = fields.Dict(keys=fields.String(), values=fields.Nested(DeltaTableView), required=True)


class OrderView(Schema):
    """What the order of the scale does, over items that were asked both ways.

    ``intervals`` has the ends of 95 %, persons as units, of exact_rate, mae, within1_rate,
    cliffs_delta, spearman and kappa_quadratic; null where nothing is known of the error.
    """

    ok = fields.Boolean(required=True)
    n_pairs = whole(required=True)
    n_personas = whole(required=True)
    rma = fields.Dict(required=True, allow_none=True)
    obe = fields.Dict(required=True, allow_none=True)
    usage = fields.Dict(required=True, allow_none=True)
    test_retest = fields.Dict(required=True, allow_none=True)
    correlation = fields.Dict(required=True, allow_none=True)
    agreement = fields.Dict(required=True, allow_none=True)
    intervals = fields.Dict(
        keys=fields.String(), values=fields.List(fields.Float(), allow_none=True), required=True
    )
    by_case = fields.List(fields.Dict(), required=True)
    by_trait_category = fields.List(fields.Dict(), required=True)


class KruskalRowView(Schema):
    """Whether any group of an attribute differs; q is over the attributes, on persons."""

    attribute = fields.String(required=True)
    h_stat = number(null=True)
    p_value = number(null=True)
    eta_squared = number(null=True)
    effect_interpretation = fields.String(required=True, allow_none=True)
    n_groups = whole(required=True)
    n_total = whole(required=True)
    n_personas = whole(required=True)
    shown = fields.Boolean(required=True)
    p_personas = number(null=True)
    q_value = number(null=True)
    q_chi_square = number(null=True)
    significant = fields.Boolean(required=True)


class KruskalSummary(Schema):
    """How many attributes are significant, of how many that were tested."""

    significant_count = whole(required=True)
    total = whole(required=True)


class KruskalTableView(Schema):
    """The attributes, the largest effect first."""

    attributes = fields.List(fields.Nested(KruskalRowView), required=True)
    summary = fields.Nested(KruskalSummary, required=True)
    family = fields.Nested(TestFamilyView, required=True)


class KruskalView(KruskalTableView):
    """All traits together."""

    ok = fields.Boolean(required=True)


class KruskalByCategoryView(Schema):
    """The traits of each category on their own."""

    ok = fields.Boolean(required=True)
    categories = fields.Dict(
        keys=fields.String(), values=fields.Nested(KruskalTableView), required=True
    )


class HeadingQuery(StrictSchema):
    """In which language the headings are."""

    language = fields.String(load_default=GERMAN, validate=validate.OneOf(LANGUAGES))


class ExportQuery(CategoryQuery, HeadingQuery):
    """In which language the headings are, and of which traits."""


class DeltasExportQuery(ExportQuery):
    """With which group the others are compared."""

    baseline = fields.String(load_default=None, validate=validate.Length(1, 200))


class LatexView(Schema):
    """A table for a paper."""

    latex = fields.String(required=True)
