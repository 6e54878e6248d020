"""What the analytics of runs take and answer."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.http.schemas import StrictSchema, moment, whole
from app.models.run import MODES, STATUSES
from blueprints.tracking.fields import SHARE
from services.runs.results.analytics import MOST_TOP_RUNS, AnalyticsWanted

MOST_DAYS = 36_500
NOT_NEGATIVE = validate.Range(0)


def share() -> fields.Float:
    """Return a field of a share of one that is null where no run has one."""
    return fields.Float(required=True, allow_none=True, validate=SHARE)


def minutes() -> fields.Float:
    """Return a field of minutes that is null where nothing has ended."""
    return fields.Float(required=True, allow_none=True, validate=NOT_NEGATIVE)


class AnalyticsQuery(StrictSchema):
    """Which runs to sum up: of a status, perhaps of a mode and of the last ``days``."""

    status = fields.String(load_default="completed", validate=validate.OneOf(STATUSES))
    training_mode = fields.String(validate=validate.OneOf(MODES))
    days = whole(low=1, high=MOST_DAYS)

    @post_load
    def wanted(self, values: dict[str, Any], **_: Any) -> AnalyticsWanted:
        """Return the use case's own words."""
        return AnalyticsWanted(**values)


class ModeMetricsView(Schema):
    """The runs of one mode: means of each run's best, rounded to four decimals."""

    count = whole(required=True)
    avg_accuracy = share()
    avg_precision = share()
    avg_recall = share()
    avg_f1 = share()
    avg_duration_minutes = minutes()


class TopRunView(Schema):
    """One of the best runs, with its best values rounded to four decimals."""

    run_id = whole(low=1, required=True)
    name = fields.String(required=True)
    training_mode = fields.String(required=True, validate=validate.OneOf(MODES))
    best_accuracy = share()
    best_precision = share()
    best_recall = share()
    best_f1 = share()
    duration_minutes = minutes()
    start_time = moment(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))


class AnalyticsSummaryView(Schema):
    """The runs asked for in a few numbers.

    success_rate is completed over total, and with the counts by status it covers the mode and
    the days asked for, whatever the status. filter_coverage is total_runs over every run of that
    status.
    """

    total_runs = whole(required=True)
    success_rate = fields.Float(required=True, validate=SHARE)
    filter_coverage = fields.Float(required=True, validate=SHARE)
    total = whole(required=True)
    completed = whole(required=True)
    failed = whole(required=True)
    in_progress = whole(required=True)
    queued = whole(required=True)
    cancelled = whole(required=True)
    centralized = fields.Nested(ModeMetricsView, required=True)
    federated = fields.Nested(ModeMetricsView, required=True)
    top_runs = fields.List(
        fields.Nested(TopRunView), required=True, validate=validate.Length(max=MOST_TOP_RUNS)
    )
