"""What orders to many schedules or executions take and answer."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from app.http.schemas import StrictSchema, moment, whole
from app.models.schedule import EXECUTION_STATES, SCHEDULE_STATES, SOURCES
from blueprints.scheduler.schemas_schedules import CODES
from services.scheduler.bulk import MAX_IDS
from services.scheduler.executions.bulk import ExecutionOrder
from services.scheduler.executions.types import ExecutionQuery
from services.scheduler.schedules.backfill import BackfillRequest
from services.scheduler.schedules.bulk import HANDLERS, ScheduleOrder
from services.scheduler.schedules.types import ScheduleQuery


def words(choices: tuple[str, ...] | list[str] | None = None) -> fields.List[Any]:
    """Return a field of at most 50 words, each one of ``choices`` if given."""
    check = validate.Length(1, 50) if choices is None else validate.OneOf(choices)
    return fields.List(fields.String(validate=check), validate=validate.Length(0, 50))


class ScheduleFilter(StrictSchema):
    """The filters of the list of schedules, as lists."""

    kind = words()
    state = words(SCHEDULE_STATES)
    name = fields.String(validate=validate.Length(0, 200))


class ExecutionFilter(StrictSchema):
    """The filters of the list of executions, as lists."""

    schedule_id = whole(low=1)
    kind = words()
    state = words(EXECUTION_STATES)
    source = words(SOURCES)
    error_code = words(CODES)
    since = moment()
    until = moment()


class OrderBody(StrictSchema):
    """Which ones, and whether it is only tried; each kind of thing adds its filter."""

    ids = fields.List(whole(low=1), load_default=None, validate=validate.Length(1, MAX_IDS))
    dry_run = fields.Boolean(load_default=True)

    def _query(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the filter; one of ids and filter has to say which."""
        given = values.pop("filter", None)
        if (given is None) == (values["ids"] is None):
            raise ValidationError("Give ids or a filter, and not both.", "ids")
        return {
            name: tuple(one) if isinstance(one, list) else one
            for name, one in (given or {}).items()
        }


class ScheduleOrderBody(OrderBody):
    """An order to schedules: those of ``ids``, or all that match a filter, on all pages.

    A dry run, which is the default, answers what would be changed. ``reason`` and ``until`` belong
    to pausing.
    """

    action = fields.String(required=True, validate=validate.OneOf(list(HANDLERS)))
    filter = fields.Nested(ScheduleFilter)
    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 500))
    until = moment(load_default=None, allow_none=True)

    @post_load
    def _order(self, values: dict[str, Any], **_: Any) -> ScheduleOrder:
        query = ScheduleQuery(**self._query(values))
        return ScheduleOrder(**values, query=query)


class ExecutionOrderBody(OrderBody):
    """An order to executions: those of ``ids``, or all that match a filter, on all pages."""

    action = fields.String(required=True, validate=validate.OneOf(["cancel", "retry"]))
    filter = fields.Nested(ExecutionFilter)

    @post_load
    def _order(self, values: dict[str, Any], **_: Any) -> ExecutionOrder:
        query = ExecutionQuery(**self._query(values))
        return ExecutionOrder(**values, query=query)


class BackfillBody(StrictSchema):
    """From when to when, both included and over; a dry run, which is the default, only shows."""

    begin = moment(required=True, data_key="from")
    end = moment(required=True, data_key="to")
    dry_run = fields.Boolean(load_default=True)

    @post_load
    def _request(self, values: dict[str, Any], **_: Any) -> BackfillRequest:
        return BackfillRequest(**values)


class BackfillView(Schema):
    """The due times that run, oldest first, and how many have an execution already."""

    dry_run = fields.Boolean(required=True)
    times = fields.List(moment(), required=True)
    num_done = whole(required=True)


class LeftAloneView(Schema):
    """One that is left as it is, and why."""

    id = whole(low=1, required=True)
    reason = fields.String(required=True)


class BulkAnswerView(Schema):
    """What was changed, or in a dry run would be, and what was not: the first 100 by name.

    ``undo`` is the body that takes it back, null where nothing can.
    """

    action = fields.String(required=True)
    dry_run = fields.Boolean(required=True)
    matched = whole(required=True)
    changed = fields.List(whole(low=1), required=True)
    left_alone = fields.List(fields.Nested(LeftAloneView), required=True)
    num_left_alone = whole(required=True)
    undo = fields.Dict(keys=fields.String(), required=True, allow_none=True)
