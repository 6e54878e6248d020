"""How large differences are, as the routes answer it."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.http.schemas import whole
from blueprints.benchmarks.schemas_analysis import (
    CategoryQuery,
    DeltaView,
    PlannedView,
    TestFamilyView,
    number,
)


class ForestQuery(CategoryQuery):
    """Which attribute; without a ``target`` the largest group is in ``rows``."""

    attribute = fields.String(required=True)
    baseline = fields.String(load_default=None, validate=validate.Length(1, 200))
    target = fields.String(load_default=None, validate=validate.Length(1, 200))
    min_n = whole(1, low=1, high=1_000_000)


class ForestRowView(Schema):
    """One trait: category minus baseline."""

    case_id = fields.String(required=True)
    label = fields.String(required=True)
    valence = fields.Integer(required=True, allow_none=True)
    trait_category = fields.String(required=True)
    category = fields.String(required=True)
    baseline = fields.String(required=True)
    n_base = whole(required=True)
    n_cat = whole(required=True)
    delta = number()
    se = number(null=True)
    ci_low = number(null=True)
    ci_high = number(null=True)
    p_value = number(null=True)
    q_value = number(null=True)
    cliffs_delta = number(null=True)
    significant = fields.Boolean(required=True)
    significant_uncorrected = fields.Boolean(required=True)


class DiamondView(Schema):
    """The mean over traits: the first interval resamples persons, the second traits as well."""

    mean = number()
    n_traits = whole(required=True)
    ci_low = number(null=True)
    ci_high = number(null=True)
    traits_ci_low = number(null=True)
    traits_ci_high = number(null=True)


class ForestGroupView(Schema):
    """The traits of one group; ``pooled`` has the fixed and the random effect."""

    category = fields.String(required=True)
    rows = fields.List(fields.Nested(ForestRowView), required=True)
    diamond = fields.Nested(DiamondView, required=True, allow_none=True)
    pooled = fields.Dict(required=True, allow_none=True)


class ForestView(PlannedView):
    """An attribute trait by trait; ``rows`` and ``overall`` are of the chosen target."""

    ok = fields.Boolean(required=True)
    attribute = fields.String(required=True)
    baseline = fields.String(required=True, allow_none=True)
    n = whole(required=True)
    shown = fields.Boolean(required=True)
    family = fields.Nested(TestFamilyView, required=True)
    groups = fields.List(fields.Nested(ForestGroupView), required=True)
    rows = fields.List(fields.Nested(ForestRowView), required=True)
    overall = fields.Nested(DiamondView, allow_none=True)


class AttributeIntensityView(Schema):
    """One attribute: ``at_least`` is the lower bound of the calibrated score, never below 0."""

    attribute = fields.String(required=True)
    baseline = fields.String(required=True, allow_none=True)
    n_groups = whole(required=True)
    n_personas = whole(required=True)
    left_out = fields.List(fields.String(), required=True)
    shown = fields.Boolean(required=True)
    raw = number(null=True)
    null_mean = number(null=True)
    null_p95 = number(null=True)
    calibrated = number(null=True)
    ci_low = number(null=True)
    ci_high = number(null=True)
    at_least = number(null=True)
    band = fields.String(required=True, allow_none=True)
    p_value = number(null=True)


class RunIntensityView(Schema):
    """Every attribute, and their mean."""

    attributes = fields.List(fields.Nested(AttributeIntensityView), required=True)
    raw = number(null=True)
    calibrated = number(null=True)
    at_least = number(null=True)
    band = fields.String(required=True, allow_none=True)


class IntensityView(RunIntensityView):
    """How far a run is above what chance alone scores."""

    ok = fields.Boolean(required=True)


class EquivalenceQuery(CategoryQuery):
    """Another ``baseline`` of one ``attribute``; without them it is that of the deltas."""

    attribute = fields.String(load_default=None)
    baseline = fields.String(load_default=None, validate=validate.Length(1, 200))

    @validates_schema
    def of_an_attribute(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse a baseline whose attribute is not said."""
        if values["baseline"] is not None and values["attribute"] is None:
            detail = "A baseline is a group of an attribute: give the attribute too."
            raise ValidationError(detail, "attribute")


class GroupEquivalenceView(Schema):
    """Whether a group is the same as its baseline within the margin, by two one-sided tests.

    ``verdict`` takes a difference for one where ``q_difference``, over all groups, is below alpha.
    """

    category = fields.String(required=True)
    baseline = fields.String(required=True)
    n_personas = whole(required=True)
    n_personas_base = whole(required=True)
    delta = number()
    margin = number()
    p_difference = number(null=True)
    q_difference = number(null=True)
    p_equivalence = number(null=True)
    p_lower = number(null=True)
    p_upper = number(null=True)
    ci90 = fields.List(fields.Float(), required=True, allow_none=True)
    verdict = fields.String(required=True)


class EquivalenceView(Schema):
    """The groups of every attribute that prompts show."""

    ok = fields.Boolean(required=True)
    margin = number()
    data = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Nested(GroupEquivalenceView)),
        required=True,
    )


class LargestView(DeltaView):
    """The largest difference, and of which attribute."""

    attribute = fields.String(required=True)


class OverviewView(Schema):
    """What a run comes to; ``verdict`` is different, equivalent, cannot_tell or no_answers.

    ``largest`` has ``min_personas`` persons on either side; ``no_largest`` is few_persons or
    untested where there is none. ``significant_small`` of ``significant`` rest on fewer. ``holds``
    is whether a significant ``largest`` stays if refused items are counted as ratings.
    """

    ok = fields.Boolean(required=True)
    verdict = fields.String(required=True)
    n = whole(required=True)
    n_personas = whole(required=True)
    tests = whole(required=True)
    significant = whole(required=True)
    significant_small = whole(required=True)
    min_personas = whole(required=True)
    largest = fields.Nested(LargestView, required=True, allow_none=True)
    no_largest = fields.String(required=True, allow_none=True)
    holds = fields.Boolean(required=True, allow_none=True)
    margin = number()
    margin_set = fields.String(required=True)
    verdicts = fields.Dict(keys=fields.String(), values=whole(), required=True)
    intensity = fields.Nested(RunIntensityView, required=True)
    not_shown = fields.List(fields.String(), required=True)
