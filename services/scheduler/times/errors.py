"""What is refused when the times of a schedule are read."""

from app.errors import Invalid


class InvalidTimes(Invalid):
    """Times that cannot be kept. ``part`` is the part of the field that is wrong, if it is one.

    ``facts`` has ``column``, the place in the expression, counted from 1.
    """

    code = "invalid_times"

    def __init__(
        self,
        detail: str,
        *,
        field: str = "cron",
        part: str | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(detail, errors={field: [detail]})
        self.part = part
        self.facts = {} if column is None else {"column": column}


class BadSyntax(InvalidTimes):
    """A cron expression, or a field of one, that cannot be read."""

    code = "bad_syntax"


class OutOfRange(InvalidTimes):
    """A number that a field of a cron expression does not have."""

    code = "out_of_range"


class Unsupported(InvalidTimes):
    """An alias of other schedulers that names no times."""

    code = "unsupported"


class NeverFires(InvalidTimes):
    """A cron expression whose days never come."""

    code = "never_fires"


class BadZone(InvalidTimes):
    """No time zone of the IANA database has the name."""

    code = "bad_zone"


class BadInterval(InvalidTimes):
    """An interval that is no whole number of seconds, or too short or too long."""

    code = "bad_interval"
