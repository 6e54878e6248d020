"""What the routes of the coming week take and answer."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.http.schemas import StrictSchema, moment, whole
from services.scheduler.times.moments import moment_of
from services.scheduler.week.types import Week

LONGEST = timedelta(days=1)


class WeekQuery(StrictSchema):
    """The zone by whose clock days and hours are shown."""

    timezone = fields.String(load_default="UTC", validate=validate.Length(1, 100))


class DueQuery(StrictSchema):
    """From when to before when, at most a day."""

    begin = moment(required=True, data_key="from")
    end = moment(required=True, data_key="to")

    @validates_schema
    def _is_short(self, values: Mapping[str, Any], **_: Any) -> None:
        if not timedelta(0) < values["end"] - values["begin"] <= LONGEST:
            raise ValidationError("to is after from, by at most a day.", "to")


class WeekHourView(Schema):
    """How often something is due while the clock shows an hour.

    ``is_repeated`` is true the second time that the clock shows it on this day.
    """

    hour = whole(high=23, required=True)
    begin = moment(required=True)
    end = moment(required=True)
    due = whole(required=True)
    is_repeated = fields.Boolean(required=True)


class WeekDayView(Schema):
    """A day of the calendar; ``length_s`` is less or more than a day where the clock changes."""

    day = fields.Date(required=True)
    length_s = whole(required=True)
    due = whole(required=True)
    hours = fields.List(fields.Nested(WeekHourView), required=True)


class WeekView(Schema):
    """Today and the six days after it, hour by hour; only what comes after ``since`` is counted.

    ``num_schedules`` can be due; ``num_resting`` are paused without an end or wait for a person.
    ``is_complete`` is false where there are more schedules than are counted.
    """

    timezone = fields.String(required=True)
    tzdata = fields.String(required=True)
    since = moment(required=True)
    due = whole(required=True)
    num_schedules = whole(required=True)
    num_resting = whole(required=True)
    is_complete = fields.Boolean(required=True)
    days = fields.List(fields.Nested(WeekDayView), required=True)


class DueScheduleView(Schema):
    """A schedule, when it is due first, and how often, by its cadence and without jitter."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    timezone = fields.String(required=True)
    first = moment(required=True)
    due = whole(required=True)


class DueListView(Schema):
    """The schedules that are due, the first first; so many more are ``left`` out."""

    items = fields.List(fields.Nested(DueScheduleView), required=True)
    due = whole(required=True)
    left = whole(required=True)


def week_view(week: Week) -> dict[str, Any]:
    """Return the coming week as it is answered."""
    return {
        "timezone": week.timezone,
        "tzdata": week.tzdata,
        "since": week.since,
        "due": sum(map(sum, week.counts)),
        "num_schedules": week.num_schedules,
        "num_resting": week.num_resting,
        "is_complete": week.is_complete,
        "days": [
            {
                "day": day.day,
                "length_s": day.end - day.begin,
                "due": sum(counts),
                "hours": [
                    {
                        "hour": hour.hour,
                        "begin": moment_of(hour.begin),
                        "end": moment_of(hour.end),
                        "due": due,
                        "is_repeated": hour.is_repeated,
                    }
                    for hour, due in zip(day.hours, counts, strict=True)
                ],
            }
            for day, counts in zip(week.days, week.counts, strict=True)
        ],
    }
