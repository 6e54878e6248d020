"""How long a server asks to wait (RFC 9110, 10.2.3): seconds, a date, or milliseconds."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait; None where nothing, rubbish or a time gone by is said.

    ``retry-after-ms`` wins. A date counts from the answer's own Date, since clocks differ.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after")
    seconds = _number(text)
    return seconds if seconds is not None else _until(text, headers.get("date"))


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number > 0 else None


def _until(text: str | None, date: str | None) -> float | None:
    end = _date(text)
    if end is None:
        return None
    seconds = (end - (_date(date) or datetime.now(UTC))).total_seconds()
    return seconds if seconds > 0 else None


def _date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
