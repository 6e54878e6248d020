"""What the routes of stability, intersections, models and log-probabilities take and answer."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.http.schemas import whole
from blueprints.benchmarks.schemas_analysis import CategoryQuery, TestFamilyView, number


class VarianceShareView(Schema):
    """The share of the variance that a factor of the prompt brings."""

    factor = fields.String(required=True)
    n_items = whole(required=True)
    n_ratings = whole(required=True)
    n_personas = whole(required=True)
    variance = number(null=True)
    share = number(null=True)
    ci_low = number(null=True)
    ci_high = number(null=True)
    includes_repeat = fields.Boolean(required=True)


class VarianceSharesView(Schema):
    """Every factor, and ``rest``, the share of persons, traits and what is not explained."""

    total = number(null=True)
    n_ratings = whole(required=True)
    n_personas = whole(required=True)
    factors = fields.List(fields.Nested(VarianceShareView), required=True)
    rest = number(null=True)


class RepeatAgreementView(Schema):
    """How answers to one question agree that was asked again; intervals are over persons."""

    n_items = whole(required=True)
    n_ratings = whole(required=True)
    n_personas = whole(required=True)
    exact_rate = number()
    within1_rate = number()
    mean_abs_diff = number()
    icc = number(null=True)
    exact_rate_ci = fields.List(fields.Float(), required=True, allow_none=True)
    within1_rate_ci = fields.List(fields.Float(), required=True, allow_none=True)
    mean_abs_diff_ci = fields.List(fields.Float(), required=True, allow_none=True)
    icc_ci = fields.List(fields.Float(), required=True, allow_none=True)


class StabilityView(Schema):
    """``variance`` has the share of each factor, ``repeats`` how repeats of a question agree."""

    ok = fields.Boolean(required=True)
    variance = fields.Nested(VarianceSharesView, required=True)
    repeats = fields.Nested(RepeatAgreementView, required=True, allow_none=True)


class IntersectionQuery(CategoryQuery):
    """Which two attributes."""

    first = fields.String(load_default="gender", validate=validate.Length(1, 100))
    second = fields.String(load_default="origin_region", validate=validate.Length(1, 100))

    @validates_schema
    def of_two(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse an attribute that is crossed with itself."""
        if values["first"] == values["second"]:
            detail = f"second is {values['second']}, as first is: give another attribute."
            raise ValidationError(detail, "second")


class IntersectionCellView(Schema):
    """Persons with one value of each attribute against all others."""

    first = fields.String(required=True)
    second = fields.String(required=True)
    count = whole(required=True)
    n_personas = whole(required=True)
    mean = number()
    delta = number(null=True)
    ci_low = number(null=True)
    ci_high = number(null=True)
    se = number(null=True)
    shrunken = number(null=True)
    interaction = number(null=True)
    interaction_shrunken = number(null=True)
    p_value = number(null=True)
    q_value = number(null=True)
    significant = fields.Boolean(required=True)


class IntersectionsView(Schema):
    """The cells by rising difference; they are a family of their own."""

    ok = fields.Boolean(required=True)
    attributes = fields.List(fields.String(), required=True)
    cells = fields.List(fields.Nested(IntersectionCellView), required=True)
    tau2 = number(null=True)
    family = fields.Nested(TestFamilyView, required=True)


class MixedQuery(CategoryQuery):
    """Which attribute, and the traits of which category."""

    attribute = fields.String(required=True)


class PermutationView(Schema):
    """What the permutation test of persons says of the same group."""

    delta = number(null=True)
    p_value = number(null=True)
    q_value = number(null=True)
    ci_low = number(null=True)
    ci_high = number(null=True)


class MixedRowView(Schema):
    """A group minus the baseline in the mixed model, not adjusted for other tests."""

    category = fields.String(required=True)
    n_personas = whole(required=True)
    delta = number()
    se = number(null=True)
    ci_low = number(null=True)
    ci_high = number(null=True)
    p_value = number(null=True)
    permutation = fields.Nested(PermutationView, required=True)


class MixedView(Schema):
    """A mixed model of an attribute, with the standard deviations of persons, traits and rest."""

    attribute = fields.String(required=True)
    baseline = fields.String(required=True, allow_none=True)
    n_items = whole(required=True)
    n_personas = whole(required=True)
    n_personas_run = whole(required=True)
    n_traits = whole(required=True)
    converged = fields.Boolean(required=True)
    problem = fields.String(required=True, allow_none=True)
    sd_person = number(null=True)
    sd_trait = number(null=True)
    sd_residual = number(null=True)
    rows = fields.List(fields.Nested(MixedRowView), required=True)


class OptionRowView(Schema):
    """A group minus the baseline: by what was written, and by the options' probabilities."""

    attribute = fields.String(required=True)
    category = fields.String(required=True)
    baseline = fields.String(required=True)
    n = whole(required=True)
    n_personas = whole(required=True)
    delta_text = number()
    delta_options = number()


class OptionRatingsView(Schema):
    """How log-probabilities agree with texts; ``n`` of ``n_answers`` came with them.

    ``mismatch_rate`` is over the ``n_scorable`` whose options have ``min_mass`` of the
    probability together; ``mean_mass`` is what they have on average.
    """

    ok = fields.Boolean(required=True)
    n_answers = whole(required=True)
    n = whole(required=True)
    n_scorable = whole(required=True)
    mismatches = whole(required=True)
    mismatch_rate = number(null=True)
    mean_mass = number(null=True)
    min_mass = number()
    rows = fields.List(fields.Nested(OptionRowView), required=True)
