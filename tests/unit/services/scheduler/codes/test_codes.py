"""The code of a failure comes from what was raised or answered, never from its text."""

import errno
import json
import socket
import ssl
import subprocess
import zipfile
import zlib
from datetime import UTC, datetime

import httpx
import pytest

from app.errors import Invalid, NotFound, Unavailable
from app.jobs.errors import Drained, LeaseLost
from services.scheduler.codes import errors
from services.scheduler.codes.advice import advice_for
from services.scheduler.codes.answers import retry_after_seconds
from services.scheduler.codes.codes import ErrorCode, legacy_reason
from services.scheduler.codes.raised import Raised, WorkerEnd

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
OURS = [
    one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)
]


def of(error):
    return Raised.from_exception(error).code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConnectionResetError(), "network"),
        (BrokenPipeError(), "network"),
        (socket.gaierror(-2, "429 config"), "network"),
        (ssl.SSLError("timeout"), "network"),
        (OSError(errno.EHOSTUNREACH, "x"), "network"),
        (OSError(errno.ETIMEDOUT, "x"), "timeout"),
        (TimeoutError(), "timeout"),
        (subprocess.TimeoutExpired("x", 3), "timeout"),
        (httpx.ReadTimeout("x"), "timeout"),
        (httpx.PoolTimeout("x"), "timeout"),
        (httpx.ConnectError("timeout"), "network"),
        (httpx.RemoteProtocolError("x"), "network"),
        (httpx.InvalidURL("x"), "config"),
        (httpx.DecodingError("x"), "bad_data"),
        (json.JSONDecodeError("x", "", 0), "bad_data"),
        (UnicodeDecodeError("utf-8", b"", 0, 1, "x"), "bad_data"),
        (zlib.error(), "bad_data"),
        (zipfile.BadZipFile(), "bad_data"),
        (MemoryError(), "oom"),
        (OSError(errno.ENOMEM, "x"), "oom"),
        (OSError(errno.ENOSPC, "x"), "internal"),
        (FileNotFoundError(errno.ENOENT, "x"), "internal"),
        (PermissionError(errno.EACCES, "forbidden"), "internal"),
        (ValueError("HTTP 429, invalid token, timeout"), "internal"),
        (NotFound("x"), "not_found"),
        (Invalid("x"), "config"),
        (Unavailable("x"), "network"),
        (Drained(), "preempted"),
        (LeaseLost(), "worker_lost"),
    ],
    ids=repr,
)
def test_an_exception_has_the_code_of_its_class_or_number(error, code):
    assert of(error) == code


@pytest.mark.parametrize("kind", OURS)
def test_what_work_raises_itself_says_its_code(kind):
    assert of(kind("timeout of the config: 429")) == kind.code


def test_a_wrapped_exception_is_what_was_raised_last():
    error = errors.BadData("no date")
    error.__cause__ = ConnectionResetError()
    assert of(error) == ErrorCode.BAD_DATA


@pytest.mark.parametrize(
    ("status", "reason", "code"),
    [
        (400, None, "config"),
        (401, None, "auth_expired"),
        (403, None, "forbidden"),
        (403, "insufficientPermissions", "forbidden"),
        (403, "quotaExceeded", "rate_limited"),
        (403, "userRateLimitExceeded", "rate_limited"),
        (403, "dailyLimitExceeded", "quota_exhausted"),
        (403, "accessNotConfigured", "config"),
        (404, None, "not_found"),
        (410, None, "not_found"),
        (408, None, "timeout"),
        (429, None, "rate_limited"),
        (500, None, "network"),
        (504, "unheard of", "network"),
        (302, None, "bad_data"),
    ],
)
def test_the_reason_of_an_answer_decides_before_its_status(status, reason, code):
    assert Raised.from_http(status, reason=reason).code == code


def test_a_wait_of_over_a_day_is_a_used_up_quota():
    assert Raised.from_http(429, retry_after_s=86_400).code == "rate_limited"
    assert Raised.from_http(429, retry_after_s=86_401).code == "quota_exhausted"
    assert Raised.from_http(404, retry_after_s=86_401).code == "not_found"


@pytest.mark.parametrize(
    ("number", "code"),
    [(1, "network"), (3, "auth_revoked"), (4, "rate_limited"), (5, "rate_limited"),
     (6, "forbidden"), (8, "config"), (14, "forbidden"), (16, "config"), (99, "config")],
)  # fmt: skip
def test_the_number_of_bing_decides(number, code):
    assert Raised.from_bing(number).code == code


@pytest.mark.parametrize(
    ("error", "code"),
    [("invalid_grant", "auth_revoked"), ("invalid_client", "config"), ("new_word", "config"),
     ("temporarily_unavailable", "network"), ("invalid_token", "auth_expired")],
)  # fmt: skip
def test_the_error_of_oauth_decides(error, code):
    assert Raised.from_oauth(error).code == code


def test_a_drained_worker_is_no_lost_one():
    assert [Raised.from_worker(end).code for end in WorkerEnd] == [
        "worker_lost",
        "worker_lost",
        "preempted",
    ]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("17", 17),
        (" 0 ", 0),
        ("Sun, 01 Mar 2026 10:01:30 GMT", 90),
        ("Sun, 01 Mar 2026 09:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert retry_after_seconds(header, AT) == seconds


def test_every_code_has_advice_and_an_older_reason():
    reasons = {legacy_reason(code) for code in ErrorCode}
    assert reasons == {"api_limit", "auth_error", "network_error", "config_error", "unknown"}
    assert all(advice_for(code).endswith(".") for code in ErrorCode)
