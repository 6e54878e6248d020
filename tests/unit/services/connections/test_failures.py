"""What refusals mean: their reason before their status, their wait by the sender's own clock."""

from datetime import UTC, datetime, timedelta

import httpx
import orjson
import pytest

from services.connections.clients.failures import bing_failure, google_failure, oauth_failure
from services.connections.clients.transport import ServiceAnswer

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)  # five in the morning at the Pacific coast


def answer(status, body, **headers):
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return ServiceAnswer(status=status, headers=httpx.Headers(headers), body=content)


def google(status, reason, *, details=None):
    error = {"code": status, "errors": [{"reason": reason}], "message": "token ya29.secret"}
    return answer(status, {"error": error | ({"details": details} if details else {})})


@pytest.mark.parametrize(
    ("status", "reason", "code", "wait"),
    [
        (403, "quotaExceeded", "rate_limited", 900),
        (429, "quotaExceeded", "rate_limited", 900),
        (403, "rateLimitExceeded", "rate_limited", None),
        (403, "dailyLimitExceeded", "quota_exhausted", 19 * 3600),
        (403, "accessNotConfigured", "config", None),
        (403, "insufficientPermissions", "forbidden", None),
        (403, "something new", "forbidden", None),
        (400, "invalidParameter", "config", None),
        (404, "notFound", "not_found", None),
        (500, "backendError", "network", None),
        (200, "nothing known", "bad_data", None),
    ],
)
def test_a_reason_of_google_decides_before_the_status(status, reason, code, wait):
    failed = google_failure(google(status, reason), AT)
    assert (failed.code, failed.retry_after) == (code, wait)
    assert "ya29" not in failed.detail


def test_of_several_reasons_the_one_that_is_known_decides():
    both = google(403, "rateLimitExceeded", details=[{"reason": "RATE_LIMIT_EXCEEDED"}])
    assert google_failure(both, AT).code == "rate_limited"
    disabled = google(403, "forbidden", details=[{"reason": "SERVICE_DISABLED"}])
    assert google_failure(disabled, AT).code == "config"


def test_a_second_load_quota_waits_for_the_next_day_of_the_pacific_coast():
    failed = google_failure(google(403, "quotaExceeded"), AT, quota_was_hit=True)
    assert (failed.code, failed.retry_after) == ("quota_exhausted", 19 * 3600)
    assert failed.reset_at == AT + timedelta(hours=19)


def test_a_date_to_wait_for_is_compared_with_the_date_of_the_answer():
    headers = {
        "date": "Wed, 01 Jul 2026 09:00:00 GMT",
        "retry-after": "Wed, 01 Jul 2026 09:01:30 GMT",
    }
    failed = bing_failure(answer(503, b"<html>", **headers), AT)
    assert (failed.code, failed.retry_after) == ("network", 90)
    day_and_more = answer(429, {}, **{"retry-after": "90000"})
    failed = google_failure(day_and_more, AT)
    assert (failed.code, failed.reset_at) == ("quota_exhausted", AT + timedelta(seconds=90000))


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, {"error": "invalid_grant"}, "auth_revoked"),
        (401, {"error": "invalid_client"}, "config"),
        (400, {"error": "unsupported_grant_type"}, "config"),
        (503, {"error": "temporarily_unavailable"}, "network"),
        (429, b"<html>", "rate_limited"),
        (403, {"error": {"errors": [{"reason": "userRateLimitExceeded"}]}}, "rate_limited"),
        (400, {"ErrorCode": "4", "Message": "ERROR!!! ThrottleUser"}, "rate_limited"),
        (400, {"error": "a sentence with refresh-1 in it"}, "config"),
    ],
)
def test_a_refusal_of_a_token_endpoint_has_the_code_of_its_error(status, body, code):
    failed = oauth_failure(answer(status, body), "Bing Webmaster", AT)
    assert failed.code == code
    assert "refresh-1" not in failed.detail
