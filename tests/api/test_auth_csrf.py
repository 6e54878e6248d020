"""Other sites cannot use the cookie of somebody who is signed in here."""

import re

from app.auth.policy import Who
from blueprints import ACCESS
from tests.factories.browser import PAGE, Browser, signed_in
from tests.factories.people import make_token, make_user
from tests.support.databases import ON_ONE_DATABASE

OWN = "http://localhost"
FORGED = {
    "nothing at all": {},
    "a form of another site": {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    "no-cors from another site": {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "cross-site"},
    "no-cors without a site": {"Sec-Fetch-Mode": "no-cors"},
    "a sibling host": {"X-Roundhouse": "1", "Sec-Fetch-Site": "same-site"},
    "a sandboxed frame": {"X-Roundhouse": "1", "Origin": "null"},
    "another port": {"X-Roundhouse": "1", "Origin": "http://localhost:9999"},
    "our page without the header": {"Origin": OWN, "Sec-Fetch-Site": "same-origin"},
}
HONEST = {
    "our page": PAGE,
    "our page in an old browser": {"X-Roundhouse": "1", "Origin": OWN},
    "a program with a cookie": {"X-Roundhouse": "1"},
}
WRITES = [
    re.sub(r"\{\w+\}", "1", row).split(" ")
    for row, rule in ACCESS.routes.items()
    if not row.startswith("GET ") and rule.who is not Who.PUBLIC
]


@ON_ONE_DATABASE
async def test_forged_requests_are_403_on_every_writing_route_and_change_nothing(app, database):
    browser = await signed_in(app, database, "admin")
    for method, path in WRITES:
        for name, headers in FORGED.items():
            status, body = await browser.send(method, path, headers=headers, json={})
            code = body["code"].lower()  # forecasting writes the codes of its contract
            assert (status, code) == (403, "forbidden"), (method, path, name)
    assert await browser.is_in()


async def test_honest_requests_pass(app, database):
    browser = await signed_in(app, database)
    for name, headers in HONEST.items():
        status, _ = await browser.post("/api/auth/tokens", {"name": "x"}, headers=headers)
        assert status == 201, name


async def test_a_token_needs_neither_header_nor_origin(app, database):
    token = make_token(database, make_user(database, "admin"), scopes=["read", "write", "admin"])
    headers = {"Authorization": f"Bearer {token}", "Origin": "https://notebook.example"}
    status, _ = await Browser(app).post(
        "/api/users", {"email": "x@example.org", "name": "X"}, headers=headers
    )
    assert status == 201


async def test_another_site_cannot_sign_a_browser_in(app, database):
    for path, json in (
        ("/api/auth/login", {"email": "a@b", "password": "x"}),
        ("/api/auth/one-time", {"code": "x"}),
    ):
        status, _ = await Browser(app).post(path, json, headers={"Origin": "https://evil.example"})
        assert status == 403


async def test_reading_needs_no_header(app, database):
    browser = await signed_in(app, database)
    assert (await browser.get("/api/auth/me", headers={}))[0] == 200


async def test_a_name_that_is_not_ours_is_refused_everywhere(app):
    for host in ("evil.example", "localhost.evil.example", "10.0.0.1:8000", ""):
        for path in ("/", "/api/auth/me", "/health/live", "/nowhere"):
            status, body = await Browser(app).get(path, headers={"Host": host})
            assert (status, body["code"]) == (400, "host_not_allowed"), (host, path)


async def test_our_own_names_are_answered(app):
    for host in ("localhost:8000", "127.0.0.1:8000", "[::1]:8000", "testserver"):
        status, body = await Browser(app).get("/api/auth/me", headers={"Host": host})
        assert (status, body["code"]) == (401, "unauthorised"), host
