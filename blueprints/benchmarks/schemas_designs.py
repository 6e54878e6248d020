"""What the routes of selection and design take and answer."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.http.schemas import whole
from blueprints.benchmarks.schemas_analysis import CategoryQuery, TestFamilyView, number


class GroupRateView(Schema):
    """``hits`` of ``n`` items of a group; persons are the units of the test."""

    category = fields.String(required=True)
    baseline = fields.String(required=True)
    hits = whole(required=True)
    n = whole(required=True)
    n_personas = whole(required=True)
    rate = number()
    rate_low = number(null=True)
    rate_high = number(null=True)
    difference = number(null=True)
    ci_low = number(null=True)
    ci_high = number(null=True)
    p_value = number(null=True)
    q_value = number(null=True)
    significant = fields.Boolean(required=True)
    fisher_p = number(null=True)


class RateTableView(Schema):
    """The groups of an attribute, the highest rate first."""

    attribute = fields.String(required=True)
    event = fields.String(required=True)
    baseline = fields.String(required=True, allow_none=True)
    shown = fields.Boolean(required=True)
    rows = fields.List(fields.Nested(GroupRateView), required=True)
    family = fields.Nested(TestFamilyView, required=True)


class SupposedView(Schema):
    """A difference if every refusal had been this aligned rating."""

    value = whole(required=True)
    delta = number()
    p_value = number(null=True)
    q_value = number(null=True)
    significant = fields.Boolean(required=True)


class SensitivityView(Schema):
    """``holds`` where sign and significance are the same under all suppositions."""

    attribute = fields.String(required=True)
    category = fields.String(required=True)
    baseline = fields.String(required=True)
    refusals = whole(required=True)
    refusals_base = whole(required=True)
    delta = number()
    significant = fields.Boolean(required=True)
    supposed = fields.List(fields.Nested(SupposedView), required=True)
    holds = fields.Boolean(required=True)


class RefusalsView(Schema):
    """Failures by kind, attribute and group."""

    ok = fields.Boolean(required=True)
    n_items = whole(required=True)
    rates = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.Nested(RateTableView)),
        required=True,
    )
    sensitivity = fields.List(fields.Nested(SensitivityView), required=True)


class RetryRowView(Schema):
    """A group: how many answers needed a retry, and what differs without them."""

    rate = fields.Nested(GroupRateView, required=True)
    mean_first_try = number(null=True)
    mean_retried = number(null=True)
    delta = number(null=True)
    delta_first_try = number(null=True)


class RetryTableView(Schema):
    """The groups of an attribute, the most retried first."""

    attribute = fields.String(required=True)
    baseline = fields.String(required=True, allow_none=True)
    shown = fields.Boolean(required=True)
    family = fields.Nested(TestFamilyView, required=True)
    rows = fields.List(fields.Nested(RetryRowView), required=True)


class RetriesView(Schema):
    """Every attribute."""

    ok = fields.Boolean(required=True)
    data = fields.Dict(keys=fields.String(), values=fields.Nested(RetryTableView), required=True)


class PairedEffectView(Schema):
    """Differences of paired ratings: ``n`` items of ``n_pairs`` pairs, which are the units."""

    label = fields.String(required=True)
    n = whole(required=True)
    n_pairs = whole(required=True)
    mean = number()
    sd = number(null=True)
    ci_low = number(null=True)
    ci_high = number(null=True)
    wilcoxon_p = number(null=True)
    signflip_pairs_p = number(null=True)
    wilcoxon_p_pair_means = number(null=True)
    q_value = number(null=True)
    significant = fields.Boolean(required=True)
    p_equivalence = number(null=True)
    verdict = fields.String(required=True, allow_none=True)


class PairView(Schema):
    """A pair of persons: the mean of twin minus source over ``n`` traits."""

    source = fields.String(required=True)
    twin = fields.String(required=True)
    source_id = whole(low=1, required=True)
    twin_id = whole(low=1, required=True)
    from_value = fields.String(required=True)
    to_value = fields.String(required=True)
    n = whole(required=True)
    mean = number()
    trait = fields.String(required=True)
    trait_difference = number()


class ChangedAttributeView(Schema):
    """What the change of an attribute does; ``widest`` has the pairs that differ most."""

    attribute = fields.String(required=True)
    shown = fields.Boolean(required=True)
    overall = fields.Nested(PairedEffectView, required=True)
    histogram = fields.Dict(keys=fields.String(), values=whole(), required=True)
    by_trait = fields.List(fields.Nested(PairedEffectView), required=True)
    by_direction = fields.List(fields.Nested(PairedEffectView), required=True)
    signed = fields.List(fields.Nested(PairedEffectView), required=True)
    family = fields.Nested(TestFamilyView, required=True)
    directions = fields.Nested(TestFamilyView, required=True)
    widest = fields.List(fields.Nested(PairView), required=True)


class CounterfactualView(Schema):
    """Twin minus source, by the attribute that was changed; each has its families."""

    ok = fields.Boolean(required=True)
    n_pairs = whole(required=True)
    margin = number()
    data = fields.Dict(
        keys=fields.String(), values=fields.Nested(ChangedAttributeView), required=True
    )


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
