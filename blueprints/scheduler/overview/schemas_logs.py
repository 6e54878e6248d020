"""What the older API takes and answers about logs, which are executions here."""

from marshmallow import Schema, fields, validate

from app.http.schemas import StrictSchema, moment, whole
from services.scheduler.overview.words import LOG_WORDS


class ExecutionLogQuery(StrictSchema):
    """Which of the caller's executions."""

    limit = whole(50, low=1, high=500)
    offset = whole(0)
    status = fields.String(validate=validate.OneOf(LOG_WORDS))


class TaskLogQuery(StrictSchema):
    """Which executions of a person; ``task_id`` is the number of a schedule."""

    limit = whole(10, low=1, high=100)
    offset = whole(0)
    task_id = whole(low=1)


class LogTask(Schema):
    """What a log is of; ``component_name`` is its task type, ``metric`` is always null."""

    id = whole(low=1, required=True, allow_none=True)
    task_title = fields.String(required=True)
    component_name = fields.String(required=True, allow_none=True)
    metric = fields.String(required=True, allow_none=True)
    frequency = fields.String(required=True, allow_none=True)


class LogFields(Schema):
    """An execution; ``execution_time_ms`` is null where it is not over."""

    task_id = whole(low=1, required=True, allow_none=True)
    user_id = fields.String(required=True)
    execution_date = moment(required=True)
    status = fields.String(required=True, validate=validate.OneOf(LOG_WORDS))
    error_message = fields.String(required=True, allow_none=True)
    execution_time_ms = whole(required=True, allow_none=True)
    result_data = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    created_at = moment(required=True)


class ExecutionLog(LogFields):
    """An execution with its task."""

    id = whole(low=1, required=True)
    task = fields.Nested(LogTask, required=True)


class RecentLog(LogFields):
    """An event of an execution, shaped like a log."""

    id = fields.String(required=True)
    task = fields.Nested(LogTask, required=True)


class InsightLog(LogFields):
    """The execution of a refresh; ``data_source`` is ``api`` where it succeeded."""

    id = whole(low=1, required=True)
    platform = fields.String(required=True, allow_none=True)
    data_source = fields.String(required=True, allow_none=True)


class WebsiteLog(LogFields):
    """The execution of a visit; ``task_type`` is user_website or competitor."""

    id = whole(low=1, required=True)
    website_url = fields.String(required=True, allow_none=True)
    task_type = fields.String(required=True, allow_none=True)


class LogPage(Schema):
    """One page of logs; ``total_count`` is on all pages."""

    total_count = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)
    has_more = fields.Boolean(required=True)


class ExecutionLogPage(LogPage):
    """Executions of the caller."""

    logs = fields.List(fields.Nested(ExecutionLog), required=True)
    is_scheduler_logs = fields.Boolean(required=True)


class RecentLogPage(LogPage):
    """The newest events of the caller's executions."""

    logs = fields.List(fields.Nested(RecentLog), required=True)
    is_scheduler_logs = fields.Boolean(required=True)


class InsightLogPage(LogPage):
    """Executions of a person's refreshes."""

    success = fields.Boolean(required=True)
    user_id = fields.String(required=True)
    logs = fields.List(fields.Nested(InsightLog), required=True)


class WebsiteLogPage(LogPage):
    """Executions of a person's visits."""

    success = fields.Boolean(required=True)
    user_id = fields.String(required=True)
    logs = fields.List(fields.Nested(WebsiteLog), required=True)
