"""API tokens: what they may do, and that they do not outlive their welcome."""

import pytest
from sqlalchemy import text, update

from app.auth.actor import SYSTEM
from app.clock import now
from app.models.api_token import ApiToken
from services.accounts.users import UserChange, change_user
from tests.factories.browser import Browser, signed_in
from tests.factories.people import make_token, make_user


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


async def status_of(app, token, method="GET", path="/api/auth/me", **kwargs):
    status, _ = await Browser(app).send(method, path, headers=bearer(token), **kwargs)
    return status


async def test_a_token_is_shown_once_and_then_only_its_beginning(app, database):
    browser = await signed_in(app, database)
    status, made = await browser.post("/api/auth/tokens", {"name": "ci"})
    assert status == 201
    assert made["token"].startswith("rh_")
    assert made["scopes"] == ["read", "write"]
    _, listed = await browser.get("/api/auth/tokens")
    assert listed["items"] == [{k: v for k, v in made.items() if k != "token"}]
    assert made["token"].startswith(listed["items"][0]["prefix"])
    assert await status_of(app, made["token"]) == 200


async def test_a_token_says_that_it_is_one(app, database):
    token = make_token(database, make_user(database))
    _, body = await Browser(app).get("/api/auth/me", headers=bearer(token))
    assert body["via"] == "token"


async def test_a_revoked_token_is_refused_at_the_next_request(app, database):
    browser = await signed_in(app, database)
    _, made = await browser.post("/api/auth/tokens", {"name": "ci"})
    assert (await browser.delete(f"/api/auth/tokens/{made['id']}"))[0] == 204
    assert await status_of(app, made["token"]) == 401
    assert (await browser.delete(f"/api/auth/tokens/{made['id']}"))[0] == 404


async def test_nobody_sees_or_revokes_somebody_elses_token(app, database):
    mine, theirs = await signed_in(app, database, "admin"), await signed_in(app, database)
    _, made = await theirs.post("/api/auth/tokens", {"name": "ci"})
    assert (await mine.get("/api/auth/tokens"))[1] == {"items": []}
    assert (await mine.delete(f"/api/auth/tokens/{made['id']}"))[0] == 404
    assert await status_of(app, made["token"]) == 200


async def test_an_admin_lists_everybodys_tokens_and_revokes_one_which_is_audited(app, database):
    owner, other = make_user(database), make_user(database)
    token, kept = make_token(database, owner), make_token(database, other)
    admin = await signed_in(app, database, "admin")
    _, everybodys = await admin.get("/api/users/tokens")
    _, theirs = await admin.get(f"/api/users/tokens?user_id={owner.id}")
    assert (everybodys["total"], theirs["total"]) == (2, 1)
    (item,) = theirs["items"]
    assert (item["user_email"], item["user_name"]) == (owner.email, owner.name)
    assert token not in str(everybodys)
    assert (await admin.delete(f"/api/users/tokens/{item['id']}"))[0] == 204
    assert [await status_of(app, one) for one in (token, kept)] == [401, 200]
    entry = (await admin.get("/api/audit"))[1]["items"][0]
    assert (entry["action"], entry["target"]) == ("token_revoked", f"token:{item['id']}")
    assert entry["detail"]["user_id"] == owner.id
    assert (await admin.delete(f"/api/users/tokens/{item['id']}"))[0] == 404


async def test_a_token_ends_at_its_expiry(app, database):
    browser = await signed_in(app, database)
    _, made = await browser.post("/api/auth/tokens", {"name": "ci", "expires_in_days": 1})
    assert made["expires_at"] is not None
    assert await status_of(app, made["token"]) == 200
    with database.write() as uow:
        uow.session.execute(update(ApiToken).values(expires_at=now()))
    assert await status_of(app, made["token"]) == 401


async def test_a_deactivated_person_s_token_stays_dead_after_activation(app, database):
    user = make_user(database)
    token = make_token(database, user)
    for is_active in (False, True):
        change_user(database, SYSTEM, str(user.id), UserChange(is_active=is_active))
        assert await status_of(app, token) == 401


@pytest.mark.parametrize(
    ("role", "scopes"),
    [("viewer", ["write"]), ("viewer", ["read", "admin"]), ("member", ["admin"]), ("admin", [])],
)
async def test_no_scope_is_granted_above_the_role(app, database, role, scopes):
    browser = await signed_in(app, database, role)
    status, body = await browser.post("/api/auth/tokens", {"name": "ci", "scopes": scopes})
    assert (status, list(body["errors"])) == (422, ["scopes"])


async def test_admin_routes_need_the_scope_admin(app, database):
    admin = make_user(database, "admin")
    usual = make_token(database, admin)
    full = make_token(database, admin, scopes=["read", "admin"])
    assert await status_of(app, usual, path="/api/users") == 403
    assert await status_of(app, full, path="/api/users") == 200


async def test_a_token_of_somebody_who_is_no_admin_any_more_is_none_either(app, database):
    make_user(database, "admin")
    user = make_user(database, "admin")
    token = make_token(database, user, scopes=["read", "admin"])
    change_user(database, SYSTEM, str(user.id), UserChange(role="member"))
    assert await status_of(app, token, path="/api/users") == 403


KEY_ROUTES = [
    ("POST", "/api/auth/tokens", {"name": "longer life"}),
    ("DELETE", "/api/auth/tokens/1", None),
    ("POST", "/api/auth/password", {"new_password": "four unrelated words"}),
    ("POST", "/api/auth/sessions/revoke-others", {}),
    ("DELETE", "/api/auth/sessions/1", None),
    ("POST", "/api/auth/logout", {}),
]


async def test_a_token_cannot_lengthen_its_own_life(app, database):
    token = make_token(database, make_user(database, "admin"), scopes=["read", "write", "admin"])
    for method, path, json in KEY_ROUTES:
        kwargs = {} if json is None else {"json": json}
        assert await status_of(app, token, method, path, **kwargs) == 403, path


async def test_a_wrong_token_is_401_and_never_falls_back_to_the_cookie(app, database):
    browser = await signed_in(app, database)
    for header in ("Bearer", "Bearer ", "Bearer rh_no", "bearer rh_no", "Bearer a b"):
        status, body = await browser.get("/api/auth/me", headers={"Authorization": header})
        assert (status, body["code"]) == (401, "unauthorised"), header
        assert browser.last.headers["WWW-Authenticate"] == "Bearer"


async def test_the_password_of_a_proxy_in_front_of_us_is_no_credential_and_no_hindrance(
    app, database
):
    headers = {"Authorization": "Basic cHJveHk6cHJveHk="}
    browser = await signed_in(app, database)
    assert (await browser.get("/api/auth/me", headers=headers))[0] == 200
    assert (await browser.post("/api/auth/tokens", {"name": "x"}, headers=headers))[0] == 403
    assert (await Browser(app).get("/api/auth/me", headers=headers))[0] == 401


async def test_a_token_in_the_address_is_no_token(app, database):
    token = make_token(database, make_user(database))
    for name in ("token", "access_token", "api_key", "session"):
        assert (await Browser(app).get(f"/api/auth/me?{name}={token}", headers={}))[0] == 401


async def test_a_copy_of_the_database_holds_nothing_to_sign_in_with(app, database):
    browser = await signed_in(app, database)
    await browser.post("/api/auth/tokens", {"name": "ci"})
    with database.read() as session:
        for table in ("auth_sessions", "api_tokens", "signin_links"):
            for row in session.execute(text(f"SELECT * FROM {table}")).mappings():
                for value in map(str, row.values()):
                    assert await status_of(app, value) == 401
                    thief = Browser(app)
                    thief.client.set_cookie("localhost", "roundhouse_session", value)
                    assert not await thief.is_in()
                    assert (await thief.post("/api/auth/one-time", {"code": value}))[0] in (
                        401,
                        422,
                    )
