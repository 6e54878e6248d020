"""What an answer that is no result means: the failure with its code, wait and words.

Reasons decide, not status (``services.scheduler.codes.answers``). No word of an answer's text is
kept: it may name tokens, and says nothing that its reason does not.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from services.connections.clients.pacific import next_midnight
from services.connections.clients.transport import ServiceAnswer
from services.scheduler.codes.answers import LOAD_QUOTA_WAIT_S, REASONS, retry_after_seconds
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.codes.errors import AttemptFailed, BadData
from services.scheduler.codes.raised import Raised

LOAD_QUOTA = "quotaExceeded"
_CLASSES = {kind.code: kind for kind in AttemptFailed.__subclasses__()}
_DIGITS = re.compile(r"[0-9]{1,4}")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")


def failure(
    code: ErrorCode,
    detail: str,
    *,
    retry_after: float | None = None,
    reset_at: datetime | None = None,
) -> AttemptFailed:
    """Return the failure of this code."""
    return _CLASSES.get(code, AttemptFailed)(detail, retry_after=retry_after, reset_at=reset_at)


def json_of(answer: ServiceAnswer, service: str) -> Any:
    """Return the JSON of an answer. Raises BadData: a sign-in page is not an empty answer."""
    try:
        return orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        raise BadData(f"{service} answered something that is not JSON.") from None


def object_of(answer: ServiceAnswer, service: str) -> dict[str, Any]:
    """Return the JSON object of an answer. Raises BadData."""
    content = json_of(answer, service)
    if not isinstance(content, dict):
        raise BadData(f"{service} answered JSON that is not an object.")
    return content


def google_failure(
    answer: ServiceAnswer, at: datetime, *, quota_was_hit: bool = False
) -> AttemptFailed:
    """Return what a refusal of Google's means.

    ``quota_was_hit`` says that an earlier attempt of the same execution ended with the load quota:
    a second time it is used up until the next day.
    """
    reason = _google_reason(_body(answer))
    wait = _wait_of(answer, at)
    if reason == LOAD_QUOTA:
        wait = max(wait or 0.0, LOAD_QUOTA_WAIT_S)
    code = Raised.from_http(answer.status, reason=reason, retry_after_s=wait).code
    if reason == LOAD_QUOTA and quota_was_hit:
        code, wait = ErrorCode.QUOTA_EXHAUSTED, None
    return _refusal(code, _words("Google", answer.status, reason), wait, at)


def bing_failure(answer: ServiceAnswer, at: datetime) -> AttemptFailed:
    """Return what a refusal of Bing's means: its ErrorCode decides, where it gives one."""
    wait = _wait_of(answer, at)
    number = bing_number(answer)
    if number is None:
        return _by_reason(answer, "Bing", wait, at)
    code = Raised.from_bing(number).code
    return _refusal(code, f"Bing refused the request with its error {number}.", wait, at)


def oauth_failure(answer: ServiceAnswer, service: str, at: datetime) -> AttemptFailed:
    """Return what a refusal of a token endpoint means (RFC 6749, 5.2).

    Bing's may say it by a number, as its other addresses do.
    """
    if bing_number(answer) is not None:
        return bing_failure(answer, at)
    wait = _wait_of(answer, at)
    error = _word(_body(answer).get("error"))
    if error is None or answer.status >= 500:
        return _by_reason(answer, f"The sign-in of {service}", wait, at)
    code = Raised.from_oauth(error).code
    return _refusal(code, f"The sign-in of {service} refused with {error}.", wait, at)


def _by_reason(answer: ServiceAnswer, who: str, wait: float | None, at: datetime) -> AttemptFailed:
    """Return what an answer means by its reason, as Google writes it, or else by its status."""
    reason = _google_reason(_body(answer))
    code = Raised.from_http(answer.status, reason=reason, retry_after_s=wait).code
    return _refusal(code, _words(who, answer.status, reason), wait, at)


def bing_number(answer: ServiceAnswer) -> int | None:
    """Return the ErrorCode of an answer of Bing's, None where it has none."""
    number = _body(answer).get("ErrorCode")
    if isinstance(number, str) and _DIGITS.fullmatch(number):
        return int(number)
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _refusal(code: ErrorCode, detail: str, wait: float | None, at: datetime) -> AttemptFailed:
    if code is not ErrorCode.QUOTA_EXHAUSTED:
        return failure(code, detail, retry_after=wait)
    reset_at = next_midnight(at) if wait is None else at + timedelta(seconds=wait)
    seconds = (reset_at - at).total_seconds()
    return failure(code, detail, retry_after=seconds, reset_at=reset_at)


def _wait_of(answer: ServiceAnswer, at: datetime) -> float | None:
    """Return the seconds to wait; a date is compared with the clock of who wrote it."""
    return retry_after_seconds(answer.headers.get("retry-after"), _sent_at(answer) or at)


def _sent_at(answer: ServiceAnswer) -> datetime | None:
    try:
        sent = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    return sent if sent.tzinfo is not None else sent.replace(tzinfo=UTC)


def _words(who: str, status: int, reason: str | None) -> str:
    return f"{who} answered with status {status}{f' ({reason})' if reason else ''}."


def _body(answer: ServiceAnswer) -> dict[str, Any]:
    """Return the JSON object of a refusal, empty for a page of a proxy."""
    try:
        content = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return {}
    return content if isinstance(content, dict) else {}


def _google_reason(body: Mapping[str, Any]) -> str | None:
    """Return the reason in an envelope of Google's, of several the one that has a code."""
    error = body.get("error")
    if not isinstance(error, dict):
        return None
    reasons = [reason for place in ("details", "errors") for reason in _reasons(error.get(place))]
    return next((one for one in reasons if one in REASONS), reasons[0] if reasons else None)


def _reasons(entries: object) -> Iterator[str]:
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and (reason := _word(entry.get("reason"))):
            yield reason


def _word(value: object) -> str | None:
    """Return a word of an answer if it is one: nothing longer is shown."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None
