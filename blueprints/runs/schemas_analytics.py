"""What the analytics of runs take and answer."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.http.schemas import StrictSchema, moment, whole
from app.models.run import MEASURED_ON, MODES, STATUSES, TASKS
from blueprints.tracking.fields import SHARE
from services.runs.results.analytics import MAX_TOP_RUNS, AnalyticsQuery
from services.runs.results.insights import KINDS

MAX_DAYS = 36_500
NOT_NEGATIVE = validate.Range(0)


def share() -> fields.Float:
    """Return a field of a share of one that is null where no run has one."""
    return fields.Float(required=True, allow_none=True, validate=SHARE)


def minutes() -> fields.Float:
    """Return a field of minutes that is null where nothing has ended."""
    return fields.Float(required=True, allow_none=True, validate=NOT_NEGATIVE)


class AnalyticsQuerySchema(StrictSchema):
    """Which runs to sum up: of a status, perhaps of a mode and of the last ``days``."""

    status = fields.String(load_default="completed", validate=validate.OneOf(STATUSES))
    training_mode = fields.String(validate=validate.OneOf(MODES))
    days = whole(low=1, high=MAX_DAYS)

    @post_load
    def to_query(self, values: dict[str, Any], **_: Any) -> AnalyticsQuery:
        """Return the use case's own words."""
        return AnalyticsQuery(**values)


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


class MeanView(Schema):
    """A mean over n runs; null over none."""

    n = whole(required=True)
    mean = fields.Float(required=True, allow_none=True)


class ResultGroupView(Schema):
    """Runs of one task, data set, kind and kind of rows, by what their kept models score.

    ``metrics`` hold means by the catalogue's names, over the runs that have the figure: one that
    the rows do not define, such as the F1 of rows without a positive, is not among them. Forecasts
    have skill and mase_seasonal, which are relative to the seasonal naive forecast.
    """

    task = fields.String(required=True, validate=validate.OneOf(TASKS))
    dataset_id = whole(low=1, required=True, allow_none=True)
    dataset = fields.String(required=True, allow_none=True)
    measured_on = fields.String(
        required=True, allow_none=True, validate=validate.OneOf(MEASURED_ON)
    )
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    n_runs = whole(required=True)
    metrics = fields.Dict(required=True, keys=fields.String(), values=fields.Nested(MeanView))
    running_seconds = fields.Nested(MeanView, required=True)


class RankedRunView(Schema):
    """One run by the result of its kept model; equal results share a rank."""

    rank = whole(low=1, required=True)
    run_id = whole(low=1, required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    value = fields.Float(required=True)
    num_rows = whole(required=True, allow_none=True)
    running_seconds = fields.Float(required=True, allow_none=True, validate=validate.Range(min=0))


class RankingView(Schema):
    """The best ten runs of one data set, all measured on the same kind of its rows."""

    dataset_id = whole(low=1, required=True)
    dataset = fields.String(required=True)
    measured_on = fields.String(required=True, validate=validate.OneOf(MEASURED_ON))
    metric = fields.String(required=True)
    runs = fields.List(fields.Nested(RankedRunView), required=True)


class AnalyticsSummaryView(Schema):
    """The matching runs in a few numbers.

    success_rate is completed over total, and with the counts by status it covers the mode and
    the requested days, whatever the status; success_share is completed over completed and failed,
    null where nothing ended by itself. filter_coverage is total_runs over every run of that
    status. The modes and top_runs show each run's best value, groups and rankings the result of
    its kept model.
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
        fields.Nested(TopRunView), required=True, validate=validate.Length(max=MAX_TOP_RUNS)
    )
    success_share = share()
    groups = fields.List(fields.Nested(ResultGroupView), required=True)
    rankings = fields.List(fields.Nested(RankingView), required=True)
