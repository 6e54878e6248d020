"""What the routes of schedules take and answer."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.http.schemas import MAX_LIMIT, StrictSchema, moment, whole
from app.models.run import VISIBILITIES
from app.models.schedule import CATCH_UPS, EXECUTION_STATES, SCHEDULE_STATES
from blueprints.scheduler.schemas_fields import ScheduleFields, TimesFields, WordList
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.times.preview import MAX_TIMES, ClockChange

CODES = [code.value for code in ErrorCode]


class ScheduleBody(ScheduleFields):
    """A schedule: its kind, the parameters of that, and when. All else has a default."""

    kind = fields.String(required=True, validate=validate.Length(1, 50))
    name = fields.String(required=True, validate=validate.Length(1, 200))
    params = fields.Raw(load_default=dict, metadata={"type": "object"})


class ScheduleChange(ScheduleFields):
    """Fields to replace; a cadence takes the place of the one before.

    With ``version`` it is refused where somebody has changed the schedule meanwhile.
    """

    version = whole(low=1)


class ScheduleListQuery(StrictSchema):
    """Which schedules: by kind and state, with commas between, and by a part of the name.

    Archived ones come by ``state=archived`` only. ``after`` is the ``next`` of the page before.
    """

    limit = whole(100, low=1, high=MAX_LIMIT)
    after = whole(low=1)
    kind = WordList()
    state = WordList(SCHEDULE_STATES)
    name = fields.String(validate=validate.Length(0, 200))


class PreviewBody(TimesFields):
    """Times of an expression that need not be stored: the next ``n`` after a moment, or now."""

    after = moment(allow_none=True)
    n = whole(5, low=1, high=MAX_TIMES)


class PreviewQuery(StrictSchema):
    """How many times."""

    n = whole(5, low=1, high=MAX_TIMES)


class DueTimeView(Schema):
    """A due time in UTC and by the clock of its zone; ``change`` is what a change of it does."""

    due = moment(required=True)
    local = fields.AwareDateTime(format="iso", required=True)
    change = fields.String(
        required=True, allow_none=True, validate=validate.OneOf([one.value for one in ClockChange])
    )


class DueTimesView(Schema):
    """The next due times, by the rules of the zones of a version of tzdata."""

    timezone = fields.String(required=True)
    tzdata = fields.String(required=True)
    times = fields.List(fields.Nested(DueTimeView), required=True)


class OutcomeView(Schema):
    """What one execution came to."""

    execution_id = whole(low=1, required=True)
    state = fields.String(required=True, validate=validate.OneOf(EXECUTION_STATES))
    scheduled_for = moment(required=True, allow_none=True)
    finished_at = moment(required=True, allow_none=True)


class Outcomes(fields.List[Any]):
    """A list of outcomes; a page has a thousand, which is too many to go through field by field."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(fields.Nested(OutcomeView), **kwargs)

    def _serialize(self, value: Any, *_: Any, **__: Any) -> list[Any]:
        return [
            {
                "execution_id": one.execution_id,
                "state": one.state,
                "scheduled_for": one.scheduled_for and one.scheduled_for.isoformat(),
                "finished_at": one.finished_at and one.finished_at.isoformat(),
            }
            for one in value
        ]


class OpenExecutionView(Schema):
    """The execution that is not over; ``waits_for`` says why it has not begun."""

    id = whole(low=1, required=True)
    state = fields.String(required=True, validate=validate.OneOf(EXECUTION_STATES))
    attempt = whole(required=True)
    begin_at = moment(required=True, allow_none=True)
    waits_for = fields.String(required=True, allow_none=True)
    subject = fields.String(required=True, allow_none=True)


class ScheduleSummary(Schema):
    """A schedule, how it is doing, and its newest 20 executions, the newest first.

    ``next_run_at`` is the nominal time, ``due_at`` with jitter. ``error_code`` is that of the last
    failure, ``advice`` what a person can do about it. ``subject`` of the open execution is what it
    became, such as ``run:7``.
    """

    id = whole(low=1, required=True, attribute="row.id")
    owner_id = whole(low=1, required=True, attribute="row.owner_id")
    visibility = fields.String(
        required=True, attribute="row.visibility", validate=validate.OneOf(VISIBILITIES)
    )
    kind = fields.String(required=True, attribute="row.kind")
    name = fields.String(required=True, attribute="row.name")
    params = fields.Dict(keys=fields.String(), required=True, attribute="row.params")
    cron = fields.String(required=True, allow_none=True, attribute="row.cron")
    interval_s = whole(required=True, allow_none=True, attribute="row.interval_s")
    run_at = moment(required=True, allow_none=True, attribute="row.run_at")
    timezone = fields.String(required=True, attribute="row.timezone")
    starts_at = moment(required=True, allow_none=True, attribute="row.starts_at")
    ends_at = moment(required=True, allow_none=True, attribute="row.ends_at")
    exclude_ = fields.List(
        fields.String(), required=True, data_key="exclude", attribute="row.exclude"
    )
    jitter_s = whole(required=True, attribute="row.jitter_s")
    catch_up = fields.String(
        required=True, attribute="row.catch_up", validate=validate.OneOf(CATCH_UPS)
    )
    catch_up_most = whole(required=True, attribute="row.catch_up_most")
    max_attempts = whole(required=True, allow_none=True, attribute="row.max_attempts")
    backoff = fields.List(fields.Float(), required=True, allow_none=True, attribute="row.backoff")
    timeout_s = whole(required=True, allow_none=True, attribute="row.timeout_s")
    must_end_by = fields.String(required=True, allow_none=True, attribute="row.must_end_by")
    longest = whole(required=True, allow_none=True, attribute="row.longest")
    concurrency_key = fields.String(required=True, allow_none=True, attribute="row.concurrency_key")
    depends_on = whole(required=True, allow_none=True, attribute="row.depends_on")
    version = whole(low=1, required=True, attribute="row.version")
    state = fields.String(
        required=True, attribute="row.state", validate=validate.OneOf(SCHEDULE_STATES)
    )
    failures = whole(required=True, attribute="row.failures")
    cool_off_level = whole(required=True, attribute="row.cool_off_level")
    cool_off_until = moment(required=True, allow_none=True, attribute="row.cool_off_until")
    paused_state = fields.String(required=True, allow_none=True, attribute="row.paused_state")
    pause_reason = fields.String(required=True, allow_none=True, attribute="row.pause_reason")
    pause_until = moment(required=True, allow_none=True, attribute="row.pause_until")
    next_run_at = moment(required=True, allow_none=True, attribute="row.next_run_at")
    due_at = moment(required=True, allow_none=True, attribute="row.due_at")
    error_code = fields.String(
        required=True, allow_none=True, attribute="row.error_code", validate=validate.OneOf(CODES)
    )
    advice = fields.String(required=True, allow_none=True)
    created_at = moment(required=True, attribute="row.created_at")
    updated_at = moment(required=True, attribute="row.updated_at")
    outcomes = Outcomes(required=True)
    open_execution = fields.Nested(OpenExecutionView, required=True, allow_none=True)
    can_edit = fields.Boolean(required=True)


class SchedulePage(Schema):
    """One page of schedules; ``next`` is the ``after`` of the following one, null at the end."""

    items = fields.List(fields.Nested(ScheduleSummary), required=True)
    total = whole(required=True)
    next = whole(required=True, allow_none=True)


class ScheduleVersionView(Schema):
    """What a schedule said, who said it, and by field what that changed: [before, after]."""

    version = whole(low=1, required=True)
    user_id = whole(required=True, allow_none=True)
    created_at = moment(required=True)
    definition = fields.Dict(keys=fields.String(), required=True)
    changes = fields.Dict(keys=fields.String(), values=fields.List(fields.Raw()), required=True)


class ScheduleVersions(Schema):
    """The versions of a schedule, the newest first."""

    items = fields.List(fields.Nested(ScheduleVersionView), required=True)


class PauseBody(StrictSchema):
    """Why a schedule is paused and until when; both may be left out."""

    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 500))
    until = moment(load_default=None, allow_none=True)


class KindView(Schema):
    """A kind of schedule, and what a schedule of it has unless it says otherwise.

    ``params`` are its fields by name, each with its type and whether it must be given.
    """

    name = fields.String(required=True)
    queue = fields.String(required=True)
    cadence = fields.String(required=True)
    timeout_s = whole(required=True)
    max_attempts = whole(required=True)
    backoff = fields.List(fields.Float(), required=True)
    admins_only = fields.Boolean(required=True)
    params = fields.Dict(
        keys=fields.String(), values=fields.Dict(keys=fields.String()), required=True
    )


class KindList(Schema):
    """Every kind of schedule."""

    items = fields.List(fields.Nested(KindView), required=True)


def without_none(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values that are given: of a new schedule null means the default."""
    return {name: value for name, value in values.items() if value is not None}
