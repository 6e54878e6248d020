"""Errors below the contract's prefix: its envelope and codes, also where no route answers."""

import pytest

from tests.factories.callers import Caller
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/training"


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing/here", 404, "NOT_FOUND"),
        ("GET", "/status/..%2Fx", 404, "NOT_FOUND"),
        ("PATCH", "/list-sessions", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/status/session_abc", 400, "BAD_UUID"),
    ],
)
async def test_every_error_has_the_envelope_of_the_contract(
    member: Caller, method: str, path: str, status: int, code: str
) -> None:
    answer = await member.call(method, f"{BASE}{path}")
    assert (answer.status_code, answer.body["code"]) == (status, code)
    assert (answer.body["success"], answer.body["error"]) == (False, answer.body["detail"])


@ON_ONE_DATABASE
@pytest.mark.parametrize("path", ["init-session", "save-time-info", "session-name-change"])
@pytest.mark.parametrize("body", [None, [1], {}])
async def test_a_body_that_is_missing_or_no_object_is_named(
    member: Caller, path: str, body: object
) -> None:
    given = {} if body is None else {"json": body}
    answer = await member.call("POST", f"{BASE}/{path}", **given)
    assert (answer.status_code, answer.body["success"]) == (400, False)
    assert answer.body["code"] == ("BAD_REQUEST" if body == {} else "MISSING_BODY")


@ON_ONE_DATABASE
async def test_errors_elsewhere_keep_ours(member: Caller) -> None:
    answer = await member.call("GET", "/api/nothing/here")
    assert (answer.status_code, answer.body["code"]) == (404, "not_found")
    assert "success" not in answer.body


@ON_ONE_DATABASE
@pytest.mark.parametrize("name", ["", [], False, 0])
async def test_a_sample_with_a_name_that_is_none_is_refused(member: Caller, name: object) -> None:
    answer = await member.post(f"{BASE}/sessions/sample", {"sessionName": name}, 400)
    assert answer["code"] == "INVALID_SESSION_NAME"
    assert (await member.get(f"{BASE}/list-sessions"))["total_count"] == 0
