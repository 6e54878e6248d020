"""What the ledger of a federation takes and answers."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.http.schemas import StrictSchema, moment, whole
from services.runs.resume import ResumeRequest

PARTS = ("waiting", "training", "completed", "refused", "failed")
ROUNDS = ("running", "completed", "no_quorum", "interrupted")
SHARE = validate.Range(0.0, 1.0)


def number(**kwargs: Any) -> fields.Float:
    """Return a field of a number that may not be known."""
    return fields.Float(required=True, allow_none=True, **kwargs)


def duration() -> fields.Float:
    """Return a field of a duration that may not be known."""
    return number(validate=validate.Range(0))


def count() -> fields.Integer:
    """Return a field of a count that may not be known."""
    return whole(required=True, allow_none=True)


def metrics_by_name() -> fields.Dict:
    """Return a field of metrics by their names; null where one is not defined."""
    return fields.Dict(required=True, keys=fields.String(), values=fields.Float(allow_none=True))


class ClientPartView(Schema):
    """One client's part in a round, as far as it has come; reason says why it was left out.

    Before and after are the model that it received and its own after training, on its validation
    rows; weight is its share in the new model.
    """

    client = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(PARTS))
    num_samples = whole(required=True)
    seconds = fields.Float(required=True, validate=validate.Range(0))
    started_at = moment(required=True, allow_none=True)
    waiting_seconds = duration()
    training_seconds = duration()
    sending_seconds = duration()
    bytes_down = count()
    bytes_up = count()
    loss_before = number()
    loss_after = number()
    metrics = metrics_by_name()
    metrics_before = metrics_by_name()
    metrics_after = metrics_by_name()
    weight = number(validate=SHARE)
    leave_one_out = number()
    reason = fields.String(required=True, allow_none=True)
    log_id = count()


class RoundEntry(Schema):
    """One round as it went; a round of which nobody works on the rest is interrupted."""

    round = whole(required=True)
    status = fields.String(required=True, validate=validate.OneOf(ROUNDS))
    started_at = moment(required=True, allow_none=True)
    seconds = duration()
    taking_part = count()
    good = count()
    quorum = count()
    bytes_down = count()
    bytes_up = count()
    metrics = metrics_by_name()
    fit_metrics = metrics_by_name()
    eval_metrics = metrics_by_name()
    model_artifact_id = count()
    is_best = fields.Boolean(required=True)
    can_resume = fields.Boolean(required=True)
    clients = fields.List(fields.Nested(ClientPartView), required=True)


class RoundListView(Schema):
    """Every round, the untrained model's first."""

    rounds = fields.List(fields.Nested(RoundEntry), required=True)


class ResumeBody(StrictSchema):
    """From which round to go on; left out or null: the last finished epoch or round."""

    from_round = whole(None, allow_none=True, strict=True)

    @post_load
    def request(self, values: dict[str, Any], **_: Any) -> ResumeRequest:
        """Return the request."""
        return ResumeRequest(**values)


class ContributionView(Schema):
    """One site: its share, and the metric with it minus without it; null is unknown."""

    client = fields.String(required=True)
    weight = number(validate=SHARE)
    leave_one_out = number()


class RoundContributionsView(Schema):
    """The sites of one round."""

    round = whole(required=True)
    sites = fields.List(fields.Nested(ContributionView), required=True)


class ContributionsView(Schema):
    """What each site contributed, per round and in all, and how that was measured."""

    metric = fields.String(required=True)
    lower_is_better = fields.Boolean(required=True)
    measured = fields.Boolean(required=True)
    method = fields.String(required=True)
    rounds = fields.List(fields.Nested(RoundContributionsView), required=True)
    total = fields.List(fields.Nested(ContributionView), required=True)


class SiteSkewView(Schema):
    """One site: its rows by class, its share of all rows, its distance to all together (0 to 1)."""

    client = fields.String(required=True)
    rows = whole(required=True)
    patients = whole(required=True)
    class_counts = fields.List(whole(), required=True)
    share = fields.Float(required=True, validate=SHARE)
    distance = fields.Float(required=True, validate=SHARE)


class SkewView(Schema):
    """How unlike the sites are: Hellinger's distance of labels, Gini's coefficient of sizes."""

    classes = fields.List(fields.String(), required=True)
    sites = fields.List(fields.Nested(SiteSkewView), required=True)
    size_gini = fields.Float(required=True, validate=SHARE)
    mean_distance = fields.Float(required=True, validate=SHARE)
