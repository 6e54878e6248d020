"""What twins differ in that differ in one attribute."""

from marshmallow import Schema, fields

from app.http.schemas import whole
from blueprints.benchmarks.schemas_analysis import TestFamilyView, number


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
