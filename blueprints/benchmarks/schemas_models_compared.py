"""What the routes that compare models on shared items take and answer."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate, validates_schema
from marshmallow.exceptions import ValidationError

from app.http.schemas import StrictSchema, whole
from app.models.benchmark import SCALE_ORDERS
from blueprints.benchmarks.schemas_analysis import TestFamilyView, number
from blueprints.benchmarks.schemas_asking import CountsView
from blueprints.benchmarks.schemas_compare import ComparedBenchmarkView, run_ids
from blueprints.benchmarks.schemas_items import BenchmarkItemView
from services.benchmarks.comparison.items import OUTCOMES, SharedItemFilter


class CompareModelsBody(StrictSchema):
    """Which runs, and the group whose difference from its baseline is compared."""

    run_ids = run_ids(2)
    attribute = fields.String(load_default="gender")
    category = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 200))


class CompareTwoBody(StrictSchema):
    """Which two runs."""

    run_ids = run_ids(2, 2)


class SharedItemsBody(CompareTwoBody):
    """Which items of two runs; ``category`` is a group of ``attribute``.

    ``min_difference`` is in rating points.
    """

    outcome = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(OUTCOMES))
    min_difference = whole(0, high=4)
    trait_id = whole(None, low=1, allow_none=True)
    scale_order = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(SCALE_ORDERS)
    )
    attribute = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 50))
    category = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 200))
    limit = whole(50, low=1, high=200)
    offset = whole(0)

    @validates_schema
    def check_group(self, data: dict[str, Any], **_: Any) -> None:
        """Require attribute and group together."""
        for name, other in (("attribute", "category"), ("category", "attribute")):
            if data.get(name) is not None and data.get(other) is None:
                raise ValidationError({other: [f"Name it together with {name}."]})

    @post_load
    def chosen(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the runs, the filter, the limit and the offset."""
        rest = {name: values.pop(name) for name in ("run_ids", "limit", "offset")}
        return rest | {"chosen": SharedItemFilter(**values)}


class SharedItemPairView(Schema):
    """One item as both runs settled it; ``difference`` is of aligned ratings, a minus b."""

    a = fields.Nested(BenchmarkItemView, required=True)
    b = fields.Nested(BenchmarkItemView, required=True)
    difference = fields.Integer(required=True, allow_none=True)


class SharedItemPage(Schema):
    """One page of shared items."""

    items = fields.List(fields.Nested(SharedItemPairView), required=True)
    total = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)


class LabeledRunView(ComparedBenchmarkView):
    """One of the runs by the label that pairs name it by; ``n`` are its ratings, shared or not."""

    label = fields.String(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True)
    is_over = fields.Boolean(required=True)
    counts = fields.Nested(CountsView, required=True)
    dataset_id = whole(low=1, required=True)
    dataset_name = fields.String(required=True)


class ManifestDifferenceView(Schema):
    """A setting that is not the same in all runs, with its value in each.

    ``kind`` prompt and decoding may themselves be why ratings differ; items means fewer items in
    common; for analysis the first run's value counts.
    """

    field = fields.String(required=True)
    kind = fields.String(required=True)
    values = fields.List(fields.Raw(allow_none=True), required=True)


class SharedCountsView(Schema):
    """Items that every run rated; ``traits_left_out`` are those that not every run has alike."""

    n_items = whole(required=True)
    n_personas = whole(required=True)
    n_traits = whole(required=True)
    traits_left_out = whole(required=True)


class McNemarView(Schema):
    """McNemar's test; ``table`` is [[both, only a], [only b, neither]]."""

    table = fields.List(fields.List(whole()), required=True)
    p_exact = number()
    p_chi2 = number()
    p_chi2_corrected = number()


class ModelPairView(Schema):
    """Two runs by their labels; ``holm`` is p adjusted over the pairs, or over the groups.

    ``detectable`` is the smallest difference that is detected with a power of 80 %, at the level
    that the adjustment begins with; null where there is too little to know.
    """

    a = fields.String(required=True)
    b = fields.String(required=True)
    n_items = whole(required=True)
    n_personas = whole(required=True)
    ci_low = number(null=True)
    ci_high = number(null=True)
    detectable = number(null=True)
    holm = number(null=True)
    significant = fields.Boolean(required=True)


class OutcomePairView(ModelPairView):
    """Shares of a yes/no outcome; significant where McNemar and the test over persons agree."""

    outcome = fields.String(required=True)
    test = fields.Nested(McNemarView, required=True)
    share_a = number(null=True)
    share_b = number(null=True)
    difference = number(null=True)
    p_signflip_personas = number(null=True)
    holm_personas = number(null=True)


class RatingPairView(ModelPairView):
    """Mean aligned rating of a minus that of b."""

    mean = number(null=True)
    p_signflip_personas = number(null=True)


class BiasPairView(ModelPairView):
    """Delta of a minus delta of b: above 0, a rates the group higher than b does.

    ``n_personas_least`` are the persons of the smaller of the group and its baseline.
    """

    n_personas_least = whole(required=True)
    attribute = fields.String(required=True)
    category = fields.String(required=True)
    baseline = fields.String(required=True)
    delta_a = number(null=True)
    delta_b = number(null=True)
    difference_of_deltas = number(null=True)
    p_value = number(null=True)


class ComparedModelsView(Schema):
    """What runs share and how they differ, and pairs of models on shared items."""

    ok = fields.Boolean(required=True)
    runs = fields.List(fields.Nested(LabeledRunView), required=True)
    shared = fields.Nested(SharedCountsView, required=True)
    differences = fields.List(fields.Nested(ManifestDifferenceView), required=True)
    is_fair = fields.Boolean(required=True)
    margin = number()
    accepted = fields.List(fields.Nested(OutcomePairView), required=True)
    order_consistent = fields.List(fields.Nested(OutcomePairView), required=True)
    ratings = fields.List(fields.Nested(RatingPairView), required=True)
    bias = fields.List(fields.Nested(BiasPairView), required=True)


class ComparedGroupsView(Schema):
    """Every group of every attribute that the prompts of both runs show, as one family."""

    ok = fields.Boolean(required=True)
    family = fields.Nested(TestFamilyView, required=True)
    rows = fields.List(fields.Nested(BiasPairView), required=True)
    not_shown = fields.List(fields.String(), required=True)
    margin = number()
