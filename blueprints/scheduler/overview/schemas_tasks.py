"""What the older API answers about tasks, which are schedules here."""

from marshmallow import Schema, fields, validate

from app.http.schemas import StrictSchema, moment, whole
from services.scheduler.overview.platforms import MESSAGES
from services.scheduler.overview.tasks import MAX_TASKS

STATUS = validate.OneOf(("active", "failed", "needs_intervention", "paused"))
REASONS = validate.OneOf(("api_limit", "auth_error", "network_error", "config_error", "unknown"))


class TaskPageQuery(StrictSchema):
    """Which part of a person's tasks, the newest first; the counts are of all."""

    limit = whole(MAX_TASKS, low=1, high=MAX_TASKS)
    offset = whole(0)


class TaskView(Schema):
    """A schedule as a task; ``task_id`` is its number.

    ``status`` failed means that it rests until its next probe. ``last_check`` is when it ended
    last, ``next_check`` when it is due next.
    """

    id = whole(low=1, required=True)
    task_id = whole(low=1, required=True)
    user_id = fields.String(required=True)
    task_type = fields.String(required=True)
    platform = fields.String(required=True, allow_none=True)
    site_url = fields.String(required=True, allow_none=True)
    website_url = fields.String(required=True, allow_none=True)
    competitor_id = fields.String(required=True, allow_none=True)
    frequency_days = whole(required=True, allow_none=True)
    frequency = fields.String(required=True)
    status = fields.String(required=True, validate=STATUS)
    last_check = moment(required=True, allow_none=True)
    last_success = moment(required=True, allow_none=True)
    last_failure = moment(required=True, allow_none=True)
    failure_reason = fields.String(required=True, allow_none=True)
    consecutive_failures = whole(required=True)
    next_check = moment(required=True, allow_none=True)
    created_at = moment(required=True)
    updated_at = moment(required=True)


class OnboardingQuery(StrictSchema):
    """Which part of a person's tasks, perhaps of one type."""

    limit = whole(100, low=1, high=500)
    offset = whole(0)
    task_type = fields.String(validate=validate.Length(1, 60))


class OnboardingTasks(Schema):
    """One page of a person's tasks, the newest first."""

    success = fields.Boolean(required=True)
    user_id = fields.String(required=True)
    tasks = fields.List(fields.Nested(TaskView), required=True)
    total_count = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)
    has_more = fields.Boolean(required=True)


class FailurePatternView(Schema):
    """How a task fails: in a row, and within seven days."""

    consecutive_failures = whole(required=True)
    recent_failures = whole(required=True)
    failure_reason = fields.String(required=True, validate=REASONS)
    last_failure_time = moment(required=True, allow_none=True)
    error_patterns = fields.List(fields.String(), required=True)


class InterventionView(TaskView):
    """A task in trouble; ``next_probe`` is when it is tried again by itself, null for a person."""

    failure_pattern = fields.Nested(FailurePatternView, required=True)
    error_code = fields.String(required=True, allow_none=True)
    advice = fields.String(required=True, allow_none=True)
    next_probe = moment(required=True, allow_none=True)


class InterventionList(Schema):
    """The tasks of a person that are in trouble."""

    success = fields.Boolean(required=True)
    user_id = fields.String(required=True)
    tasks = fields.List(fields.Nested(InterventionView), required=True)
    count = whole(required=True)


class InterventionSummary(Schema):
    """How much is in trouble; critical are five failures in a row and more."""

    user_id = fields.String(required=True)
    total_needing_attention = whole(required=True)
    by_task_type = fields.Dict(keys=fields.String(), values=whole(), required=True)
    critical_failures = whole(required=True)
    oldest_failure_hours = fields.Float(required=True, allow_none=True)
    requires_immediate_attention = fields.Boolean(required=True)
    last_updated = moment(required=True)


class InsightsStatus(Schema):
    """The refreshes of a person's connections."""

    success = fields.Boolean(required=True)
    user_id = fields.String(required=True)
    gsc_tasks = fields.List(fields.Nested(TaskView), required=True)
    bing_tasks = fields.List(fields.Nested(TaskView), required=True)
    total_tasks = whole(required=True)


class WebsiteTasks(Schema):
    """The visits of a person's pages."""

    user_id = fields.String(required=True)
    user_website_tasks = fields.List(fields.Nested(TaskView), required=True)
    competitor_tasks = fields.List(fields.Nested(TaskView), required=True)
    total_tasks = whole(required=True)
    active_tasks = whole(required=True)
    failed_tasks = whole(required=True)


class WebsiteStatus(Schema):
    """The visits of a person's pages."""

    success = fields.Boolean(required=True)
    data = fields.Nested(WebsiteTasks, required=True)


class InsightCounts(Schema):
    """How many refreshes there are."""

    total = whole(required=True)
    active = whole(required=True)
    failed = whole(required=True)
    platforms = fields.List(fields.String(), required=True)


class WebsiteCounts(Schema):
    """How many visits there are."""

    total = whole(required=True)
    active = whole(required=True)
    failed = whole(required=True)
    user_websites = whole(required=True)
    competitors = whole(required=True)


class OverallCounts(Schema):
    """Both together; ``health_score`` is null where nothing has ended."""

    total_tasks = whole(required=True)
    active_tasks = whole(required=True)
    failed_tasks = whole(required=True)
    health_score = fields.Float(required=True, allow_none=True)
    recent_activity_24h = whole(required=True)


class MonitoringSummary(Schema):
    """How refreshes and visits of a person do."""

    user_id = fields.String(required=True)
    platform_insights = fields.Nested(InsightCounts, required=True)
    website_analysis = fields.Nested(WebsiteCounts, required=True)
    overall = fields.Nested(OverallCounts, required=True)
    last_updated = moment(required=True)


class MonitoringStats(Schema):
    """What the health is of; failures are of the last hour."""

    platform_insights_tasks = whole(required=True)
    website_analysis_tasks = whole(required=True)
    total_tasks = whole(required=True)
    recent_failures = whole(required=True)


class MonitoringHealth(Schema):
    """The health of refreshes and visits of a person in one word."""

    user_id = fields.String(required=True)
    health_status = fields.String(required=True, validate=validate.OneOf(tuple(MESSAGES)))
    health_message = fields.String(required=True)
    monitoring_stats = fields.Nested(MonitoringStats, required=True)
    last_checked = moment(required=True)
