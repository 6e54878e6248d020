"""Fields that several bodies of the scheduler share."""

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate

from app.http.schemas import StrictSchema, moment, whole
from app.models.run import VISIBILITIES
from app.models.schedule import CATCH_UPS

DAY_S = 86_400
MAX_ATTEMPTS = 100
TIME_OF_DAY = validate.Regexp(
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$", error="Give a time of day from 00:00 to 23:59."
)


class WordList(fields.String):
    """Words with commas between, each one of ``choices``."""

    def __init__(self, choices: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(load_default=(), **kwargs)
        self._choices = choices

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, *args, **kwargs)
        words = tuple(word for part in text.split(",") if (word := part.strip()))
        strange = [word for word in words if self._choices and word not in self._choices]
        if strange:
            choices = ", ".join(self._choices)
            raise ValidationError(f"'{strange[0][:40]}' is none of {choices}.")
        return words


class ExcludedDay(fields.String):
    """A day as YYYY-MM-DD; it stays a text, for it is a day of the schedule's zone."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, *args, **kwargs)
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValidationError(f"'{text[:40]}' is no day: write YYYY-MM-DD.") from None


class TimesFields(StrictSchema):
    """When: one of cron, interval_s and run_at, in a zone, between begin and end."""

    cron = fields.String(allow_none=True, validate=validate.Length(0, 200))
    interval_s = fields.Integer(strict=True, allow_none=True)
    run_at = moment(allow_none=True)
    timezone = fields.String(validate=validate.Length(0, 100))
    starts_at = moment(allow_none=True)
    ends_at = moment(allow_none=True)
    exclude_ = fields.List(
        ExcludedDay(), validate=validate.Length(0, 1000), data_key="exclude", attribute="exclude"
    )


class ScheduleFields(TimesFields):
    """What can be changed of a schedule; null of attempts, waits and limit means the kind's."""

    name = fields.String(validate=validate.Length(1, 200))
    params = fields.Raw(metadata={"type": "object"})
    visibility = fields.String(validate=validate.OneOf(VISIBILITIES))
    jitter_s = whole(low=0, high=DAY_S)
    catch_up = fields.String(validate=validate.OneOf(CATCH_UPS))
    catch_up_most = whole(low=1, high=100)
    max_attempts = whole(low=1, high=MAX_ATTEMPTS, allow_none=True)
    backoff = fields.List(
        fields.Float(validate=validate.Range(0, 30 * DAY_S)),
        allow_none=True,
        validate=validate.Length(0, MAX_ATTEMPTS),
    )
    timeout_s = whole(low=1, high=30 * DAY_S, allow_none=True)
    must_end_by = fields.String(allow_none=True, validate=TIME_OF_DAY)
    longest = whole(low=1, high=30 * DAY_S, allow_none=True)
    concurrency_key = fields.String(allow_none=True, validate=validate.Length(1, 100))
    depends_on = whole(low=1, allow_none=True)
