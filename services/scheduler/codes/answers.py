"""The code of an answer that a service refused with: its reason decides, then its status.

Google says four things with 403 and Bing throttles with 400. Reasons of Google: Search Console
API, "Standardized error messages"; of OAuth: RFC 6749 5.2 and 4.1.2.1, OpenID Connect 3.1.2.6;
numbers of Bing: Webmaster API, ApiErrorCode; Retry-After: RFC 9110 10.2.3.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from services.scheduler.codes.codes import MAX_RETRY_AFTER_S, ErrorCode

LOAD_QUOTA_WAIT_S = 900  # what Google says to wait when its load quota is used up

REASONS: Mapping[str, ErrorCode] = {
    "quotaExceeded": ErrorCode.RATE_LIMITED,
    "rateLimitExceeded": ErrorCode.RATE_LIMITED,
    "userRateLimitExceeded": ErrorCode.RATE_LIMITED,
    "dailyLimitExceeded": ErrorCode.QUOTA_EXHAUSTED,
    "authError": ErrorCode.AUTH_EXPIRED,
    "forbidden": ErrorCode.FORBIDDEN,
    "insufficientPermissions": ErrorCode.FORBIDDEN,
    "accessNotConfigured": ErrorCode.CONFIG,
    "SERVICE_DISABLED": ErrorCode.CONFIG,
    "invalidParameter": ErrorCode.CONFIG,
    "notFound": ErrorCode.NOT_FOUND,
    "backendError": ErrorCode.NETWORK,
    "internalError": ErrorCode.NETWORK,
}
OAUTH_ERRORS: Mapping[str, ErrorCode] = {
    "invalid_grant": ErrorCode.AUTH_REVOKED,
    "consent_required": ErrorCode.AUTH_REVOKED,
    "interaction_required": ErrorCode.AUTH_REVOKED,
    "login_required": ErrorCode.AUTH_REVOKED,
    "invalid_token": ErrorCode.AUTH_EXPIRED,
    "expired_token": ErrorCode.AUTH_EXPIRED,
    "access_denied": ErrorCode.FORBIDDEN,
    "insufficient_scope": ErrorCode.FORBIDDEN,
    "slow_down": ErrorCode.RATE_LIMITED,
    "server_error": ErrorCode.NETWORK,
    "temporarily_unavailable": ErrorCode.NETWORK,
}
BING_CODES: Mapping[int, ErrorCode] = {
    1: ErrorCode.NETWORK,  # InternalError
    2: ErrorCode.NETWORK,  # UnknownError
    3: ErrorCode.AUTH_REVOKED,  # InvalidApiKey
    4: ErrorCode.RATE_LIMITED,  # ThrottleUser
    5: ErrorCode.RATE_LIMITED,  # ThrottleHost
    6: ErrorCode.FORBIDDEN,  # UserBlocked
    10: ErrorCode.NOT_FOUND,  # UserNotFound
    11: ErrorCode.NOT_FOUND,  # NotFound
    13: ErrorCode.FORBIDDEN,  # NotAllowed
    14: ErrorCode.FORBIDDEN,  # NotAuthorized
    15: ErrorCode.NETWORK,  # UnexpectedState
}
STATUSES: Mapping[int, ErrorCode] = {
    401: ErrorCode.AUTH_EXPIRED,
    402: ErrorCode.QUOTA_EXHAUSTED,
    403: ErrorCode.FORBIDDEN,
    404: ErrorCode.NOT_FOUND,
    408: ErrorCode.TIMEOUT,
    410: ErrorCode.NOT_FOUND,
    425: ErrorCode.NETWORK,
    429: ErrorCode.RATE_LIMITED,
    451: ErrorCode.FORBIDDEN,
}


def code_of_http(
    status: int, reason: str | None = None, retry_after_s: float | None = None
) -> ErrorCode:
    """Return the code of an HTTP answer; a wait of over a day means that its quota is used up."""
    code = REASONS.get(reason or "") or _code_of_status(status)
    is_long = retry_after_s is not None and retry_after_s > MAX_RETRY_AFTER_S
    waits = code in (ErrorCode.RATE_LIMITED, ErrorCode.NETWORK)
    return ErrorCode.QUOTA_EXHAUSTED if waits and is_long else code


def code_of_oauth(error: str) -> ErrorCode:
    """Return the code of an OAuth error; what is not known is wrong with our client."""
    return OAUTH_ERRORS.get(error, ErrorCode.CONFIG)


def code_of_bing(number: int) -> ErrorCode:
    """Return the code of Bing's ErrorCode; the others are requests that it cannot take."""
    return BING_CODES.get(number, ErrorCode.CONFIG)


def retry_after_seconds(header: str | None, at: datetime) -> float | None:
    """Return the seconds of a Retry-After header, given as a number or as a date.

    None when there is no header or nobody can read it; 0 for a date that is over.
    """
    text = (header or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    aware = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
    return max((aware - at).total_seconds(), 0.0)


def _code_of_status(status: int) -> ErrorCode:
    if status in STATUSES:
        return STATUSES[status]
    if status >= 500:
        return ErrorCode.NETWORK
    return ErrorCode.CONFIG if status >= 400 else ErrorCode.BAD_DATA
