"""What a request may look like, and what every answer looks like."""

import pytest

from tests.support.databases import ON_ONE_DATABASE
from tests.unit.app.http.toys import SECRET

pytestmark = ON_ONE_DATABASE
ANSWERS = [
    ("GET", "/api/toys", 200), ("HEAD", "/api/toys", 200), ("DELETE", "/api/toys", 204),
    ("GET", "/api/toys/text", 200), ("GET", "/api/toys/broken", 500), ("GET", "/", 200),
    ("GET", "/runs/7", 200), ("GET", "/api/nothing", 404), ("PUT", "/api/toys", 405),
    ("GET", "/api/toys/refused/conflict", 409), ("GET", "/assets/none.js", 404),
    ("GET", "/assets/../../pyproject.toml", 404), ("POST", "/api/toys", 422),
    ("OPTIONS", "/api/toys", 200),
]  # fmt: skip
GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize(("method", "address", "status"), ANSWERS)
async def test_every_kind_of_answer_is_guarded_and_named(client, method, address, status):
    response = await client.open(address, method=method)
    assert response.status_code == status
    assert {name: response.headers[name] for name in GUARDS} == GUARDS
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert len(response.headers["X-Request-Id"]) == 16
    if address.startswith("/api/"):
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("row", [answer for answer in ANSWERS if answer[2] >= 400])
async def test_every_error_is_the_one_envelope(client, row):
    method, address, _ = row
    response = await client.open(address, method=method)
    answer = await response.get_json()
    assert (
        {"code", "detail", "request_id"}
        <= set(answer)
        <= {"code", "detail", "errors", "request_id"}
    )
    assert answer["request_id"] == response.headers["X-Request-Id"]


async def test_what_breaks_inside_is_reported_without_its_inside(client):
    response = await client.get("/api/toys/broken")
    text = await response.get_data(as_text=True)
    assert response.status_code == 500
    assert not [
        word for word in (SECRET, "hunter2", "RuntimeError", "Traceback", ".py") if word in text
    ]


async def test_a_refusal_carries_the_headers_that_help(client):
    hurry = await client.get("/api/toys/refused/hurry")
    assert (hurry.status_code, hurry.headers["Retry-After"]) == (429, "7")
    stranger = await client.get("/api/toys/refused/stranger")
    assert (stranger.status_code, stranger.headers["WWW-Authenticate"]) == (401, "Bearer")
    wrong = await client.put("/api/toys")
    assert {"GET", "POST", "DELETE"} <= set(wrong.headers["Allow"].split(", "))


@pytest.mark.parametrize(("offered", "taken"), [("abc-1", True), ("a b", False), ("x" * 65, False)])
async def test_a_request_keeps_the_id_that_a_proxy_gave_it(client, offered, taken):
    response = await client.get("/api/toys", headers={"X-Request-Id": offered})
    assert (response.headers["X-Request-Id"] == offered) is taken


async def test_nan_leaves_as_null(client):
    assert (await (await client.get("/api/toys")).get_json())["value"] is None


@pytest.mark.parametrize(
    ("content", "status", "fields"),
    [
        (b"{", 400, []),
        (b"\xff\xfe", 400, []),
        (b'{"name": NaN}', 400, []),
        (b"[" * 70 + b"]" * 70, 400, []),
        (b"[]", 422, ["_schema"]),
        (b"", 422, ["name"]),
        (b'{"name": 5, "extra": 1}', 422, ["extra", "name"]),
        (b'{"name": "a", "inner": {"size": "x"}}', 422, ["inner.size"]),
        (b'{"name": "' + b"a" * 2048 + b'"}', 413, []),
    ],
)  # fmt: skip
async def test_a_wrong_body_is_named_by_its_fields(client, content, status, fields):
    headers = {"Content-Type": "application/json"}
    response = await client.post("/api/toys", data=content, headers=headers)
    answer = await response.get_json()
    assert response.status_code == status
    assert sorted(answer.get("errors", {})) == fields


@pytest.mark.parametrize("query", ["page=x", "page=1&page=2", "other=1"])
async def test_a_wrong_query_is_named_by_its_parameter(client, query):
    response = await client.get(f"/api/toys?{query}")
    assert response.status_code == 422
    assert list((await response.get_json())["errors"]) == [query.partition("=")[0]]
