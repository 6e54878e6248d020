"""What the older dashboard answers."""

from marshmallow import Schema, fields, validate

from app.http.schemas import moment, whole

TRIGGERS = ("CronTrigger", "DateTrigger", "IntervalTrigger")


class SchedulerStats(Schema):
    """Counts of the caller: ``tasks_*`` of the day (UTC), ``cumulative_*`` of all days.

    A check cycle is one look of the clock: ``total_checks`` are those of the day.
    ``last_check`` is when it looked last, and ``check_interval_minutes`` how often it does, as
    measured; ``max_check_interval_minutes`` is the longest of the day.
    """

    total_checks = whole(required=True)
    tasks_found = whole(required=True)
    tasks_executed = whole(required=True)
    tasks_failed = whole(required=True)
    tasks_skipped = whole(required=True)
    last_check = moment(required=True, allow_none=True)
    last_update = moment(required=True, allow_none=True)
    active_executions = whole(required=True)
    running = fields.Boolean(required=True)
    check_interval_minutes = fields.Float(required=True)
    min_check_interval_minutes = fields.Float(required=True)
    max_check_interval_minutes = fields.Float(required=True)
    intelligent_scheduling = fields.Boolean(required=True)
    active_strategies_count = whole(required=True)
    last_interval_adjustment = moment(required=True, allow_none=True)
    registered_types = fields.List(fields.String(), required=True)
    cumulative_total_check_cycles = whole(required=True)
    cumulative_tasks_found = whole(required=True)
    cumulative_tasks_executed = whole(required=True)
    cumulative_tasks_failed = whole(required=True)


class SchedulerJob(Schema):
    """An active schedule as a job; ``task_id`` is its number, ``function_name`` its kind."""

    id = fields.String(required=True)
    trigger_type = fields.String(required=True, validate=validate.OneOf(TRIGGERS))
    next_run_time = moment(required=True, allow_none=True)
    user_id = fields.String(required=True)
    job_store = fields.String(required=True)
    user_job_store = fields.String(required=True)
    function_name = fields.String(required=True)
    platform = fields.String(required=True, allow_none=True)
    task_id = whole(low=1, required=True)
    is_database_task = fields.Boolean(required=True)
    frequency = fields.String(required=True)
    task_type = fields.String(required=True, allow_none=True)
    website_url = fields.String(required=True, allow_none=True)
    competitor_id = fields.String(required=True, allow_none=True)
    task_category = fields.String(required=True, allow_none=True)


class UserIsolation(Schema):
    """Whose rows these are."""

    enabled = fields.Boolean(required=True)
    current_user_id = fields.String(required=True)


class SchedulerDashboard(Schema):
    """The caller's schedules; ``jobs`` are the 500 that are due next, the counts are of all."""

    stats = fields.Nested(SchedulerStats, required=True)
    jobs = fields.List(fields.Nested(SchedulerJob), required=True)
    job_count = whole(required=True)
    recurring_jobs = whole(required=True)
    one_time_jobs = whole(required=True)
    registered_task_types = fields.List(fields.String(), required=True)
    user_isolation = fields.Nested(UserIsolation, required=True)
    last_updated = moment(required=True)


class SchedulerJobList(Schema):
    """The caller's active schedules: the 500 that are due next, the counts are of all."""

    jobs = fields.List(fields.Nested(SchedulerJob), required=True)
    total_jobs = whole(required=True)
    total_count = whole(required=True)
    recurring_jobs = whole(required=True)
    one_time_jobs = whole(required=True)
    last_updated = moment(required=True)
