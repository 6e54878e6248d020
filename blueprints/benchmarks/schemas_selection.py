"""Whom a model does not rate, or not at once: refusals and retries by group."""

from marshmallow import Schema, fields

from app.http.schemas import whole
from blueprints.benchmarks.schemas_analysis import TestFamilyView, number


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
