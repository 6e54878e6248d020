"""What the older event log takes and answers."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.errors import Invalid
from app.http.schemas import StrictSchema, moment, whole
from services.scheduler.history import CLOCK_EVENTS, SCHEDULE_EVENTS
from services.scheduler.overview.cleanup import LONGEST, SHORTEST
from services.scheduler.upkeep import EVENT_DAYS

EVENT_TYPES = validate.OneOf((*CLOCK_EVENTS, *SCHEDULE_EVENTS))


class EventHistoryQuery(StrictSchema):
    """Which events; ``days`` are the last ones."""

    limit = whole(100, low=1, high=1000)
    offset = whole(0)
    event_type = fields.String(validate=EVENT_TYPES)
    days = whole(low=1, high=90)


class HistoryEvent(Schema):
    """An event; the numbers of cycles and intervals are those of the clock's own, else null."""

    id = whole(low=1, required=True)
    event_type = fields.String(required=True, validate=EVENT_TYPES)
    event_date = moment(required=True)
    check_cycle_number = whole(required=True, allow_none=True)
    check_interval_minutes = fields.Float(required=True, allow_none=True)
    previous_interval_minutes = fields.Float(required=True, allow_none=True)
    new_interval_minutes = fields.Float(required=True, allow_none=True)
    tasks_found = whole(required=True, allow_none=True)
    tasks_executed = whole(required=True, allow_none=True)
    tasks_failed = whole(required=True, allow_none=True)
    tasks_by_type = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    job_id = fields.String(required=True, allow_none=True)
    job_type = fields.String(
        required=True, allow_none=True, validate=validate.OneOf(("recurring", "one_time"))
    )
    user_id = fields.String(required=True, allow_none=True)
    check_duration_seconds = fields.Float(required=True, allow_none=True)
    active_strategies_count = whole(required=True, allow_none=True)
    active_executions = whole(required=True, allow_none=True)
    event_data = fields.Dict(keys=fields.String(), required=True)
    error_message = fields.String(required=True, allow_none=True)
    created_at = moment(required=True)


class DateFilter(Schema):
    """From when on events are shown."""

    days = whole(low=1, required=True)
    cutoff_date = moment(required=True)
    showing_events_since = moment(required=True)


class HistoryPage(Schema):
    """One page of events; ``date_filter`` is there where ``days`` were given."""

    events = fields.List(fields.Nested(HistoryEvent), required=True)
    total_count = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)
    has_more = fields.Boolean(required=True)
    date_filter = fields.Nested(DateFilter)


class RetentionPolicy(Schema):
    """For how many days events are kept, and what a clean-up takes."""

    recommended_days = whole(required=True)
    minimum_days = whole(required=True)
    maximum_days = whole(required=True)


class EventAges(Schema):
    """How many events are as young, or as old."""

    last_24h = whole(required=True)
    last_7d = whole(required=True)
    last_30d = whole(required=True)
    last_90d = whole(required=True)
    older_than_90d = whole(required=True)
    older_than_180d = whole(required=True)


class EventStats(Schema):
    """Events of everybody; the totals of executions outlive a clean-up."""

    total_records = whole(required=True)
    total_events = whole(required=True)
    retention_policy = fields.Nested(RetentionPolicy, required=True)
    age_distribution = fields.Nested(EventAges, required=True)
    event_type_distribution = fields.Dict(keys=fields.String(), values=whole(), required=True)
    events_by_type = fields.Dict(keys=fields.String(), values=whole(), required=True)
    oldest_event = moment(required=True, allow_none=True)
    newest_event = moment(required=True, allow_none=True)
    average_duration_seconds = fields.Float(required=True, allow_none=True)
    total_tasks_found = whole(required=True)
    total_tasks_executed = whole(required=True)
    total_tasks_failed = whole(required=True)
    total_tasks_skipped = whole(required=True)


class EventCleanup(StrictSchema):
    """What goes: ``days_to_keep`` and ``older_than_days`` are two names of one number.

    Both may stand in the query or in the body; 90 without any. A dry run only counts.
    """

    days_to_keep = whole(low=SHORTEST, high=LONGEST)
    older_than_days = whole(low=SHORTEST, high=LONGEST)
    dry_run = fields.Boolean()


def cleanup_of(*places: dict[str, Any]) -> tuple[int, bool]:
    """Return the days and whether it is a dry run; raises Invalid where two places differ."""
    given = {(name, value) for place in places for name, value in place.items()}
    days = {value for name, value in given if name != "dry_run"}
    dry_runs = {value for name, value in given if name == "dry_run"}
    for name, values in (("older_than_days", days), ("dry_run", dry_runs)):
        if len(values) > 1:
            shown = " and ".join(str(value).lower() for value in sorted(values))
            detail = f"{name} is {shown}: give one."
            raise Invalid(detail, errors={name: [detail]})
    return next(iter(days), EVENT_DAYS), next(iter(dry_runs), True)


class CleanupStatistics(Schema):
    """How many events there were and are."""

    total_before_cleanup = whole(required=True)
    deleted_count = whole(required=True)
    total_after_cleanup = whole(required=True)
    retention_days = whole(required=True)
    cutoff_date = moment(required=True)


class CleanupAnswer(Schema):
    """What a clean-up did, or in a dry run would do."""

    success = fields.Boolean(required=True)
    message = fields.String(required=True)
    dry_run = fields.Boolean(required=True)
    deleted_count = whole(required=True)
    would_delete_count = whole(required=True)
    oldest_kept_event = moment(required=True, allow_none=True)
    statistics = fields.Nested(CleanupStatistics, required=True)
