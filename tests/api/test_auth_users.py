"""What admins do for people, and what the audit log keeps of it."""

import asyncio

import pytest
from sqlalchemy import select, update

from app.auth.audit import verify_chain
from app.models.run import Run
from app.models.user import User
from tests.factories.browser import Browser, signed_in
from tests.factories.people import PASSWORD, make_run, make_user

ADA = {"email": "ada@example.org", "name": "Ada", "role": "member"}


async def actions(browser):
    _, body = await browser.get("/api/audit")
    return [item["action"] for item in body["items"]]


async def test_an_admin_makes_an_account_whose_owner_signs_in_by_a_link(app, database):
    admin = await signed_in(app, database, "admin")
    status, made = await admin.post("/api/users", ADA)
    assert status == 201
    assert (made["email"], made["has_password"], made["is_active"]) == (
        "ada@example.org",
        False,
        True,
    )
    status, link = await admin.post(f"/api/users/{made['id']}/signin-link")
    assert status == 201
    ada = Browser(app)
    code = link["url"].partition("/signin#code=")[2]
    assert (await ada.post("/api/auth/one-time", {"code": code}))[0] == 200


async def test_an_address_belongs_to_one_account(app, database):
    admin = await signed_in(app, database, "admin")
    await admin.post("/api/users", ADA)
    status, body = await admin.post("/api/users", ADA | {"email": "ADA@example.org "})
    assert (status, body["code"]) == (409, "conflict")


async def test_what_is_no_address_is_named(app, database):
    admin = await signed_in(app, database, "admin")
    for email in ["ada", "@example.org", "ada@", "a b@example.org", "a@b@c", "a\n@b"]:
        status, body = await admin.post("/api/users", ADA | {"email": email})
        assert (status, list(body["errors"])) == (422, ["email"]), email


async def test_people_are_listed_in_pages(app, database):
    admin = await signed_in(app, database, "admin")
    await admin.post("/api/users", ADA)
    _, body = await admin.get("/api/users?limit=1&offset=0")
    assert (body["total"], len(body["items"])) == (2, 1)
    assert body["items"][0]["name"] == "Ada"


async def test_the_last_active_admin_stays(app, database):
    admin = await signed_in(app, database, "admin")
    _, me = await admin.get("/api/auth/me")
    for change in ({"role": "member"}, {"is_active": False}):
        status, body = await admin.patch(f"/api/users/{me['user']['id']}", change)
        assert (status, body["code"]) == (409, "conflict")
    make_user(database, "admin")
    assert (await admin.patch(f"/api/users/{me['user']['id']}", {"role": "member"}))[0] == 200


async def test_a_deactivated_admin_does_not_count_as_one_who_stays(app, database):
    admin = await signed_in(app, database, "admin")
    make_user(database, "admin", is_active=False)
    _, me = await admin.get("/api/auth/me")
    assert (await admin.patch(f"/api/users/{me['user']['id']}", {"role": "viewer"}))[0] == 409


async def test_what_somebody_made_stays_theirs(app, database):
    admin, user = await signed_in(app, database, "admin"), make_user(database)
    run_id = make_run(database, user.id)
    await admin.patch(f"/api/users/{user.id}", {"is_active": False})
    with database.read() as session:
        assert session.get_one(Run, run_id).owner_id == user.id


async def test_every_act_is_in_the_log_which_is_intact_and_holds_no_secret(app, database):
    admin = await signed_in(app, database, "admin")
    user = make_user(database, password=PASSWORD)
    browser = Browser(app)
    await browser.log_in(user, "canary-wrong-password")
    await browser.log_in(user)
    await browser.post("/api/auth/tokens", {"name": "ci"})
    _, tokens = await browser.get("/api/auth/tokens")
    await browser.delete(f"/api/auth/tokens/{tokens['items'][0]['id']}")
    await browser.post(
        "/api/auth/password", {"current_password": PASSWORD, "new_password": "canary new words"}
    )
    await browser.post("/api/auth/sessions/revoke-others")
    await browser.post("/api/auth/logout")
    _, made = await admin.post("/api/users", ADA)
    await admin.patch(f"/api/users/{made['id']}", {"role": "viewer", "name": "Countess"})
    await admin.patch(f"/api/users/{made['id']}", {"is_active": False})
    await admin.patch(f"/api/users/{made['id']}", {"is_active": True})
    await admin.post(f"/api/users/{made['id']}/signin-link")
    assert (await actions(admin))[::-1][2:] == [
        "login_failed", "login", "token_created", "token_revoked", "password_changed",
        "session_revoked", "logout", "user_created", "user_renamed", "user_role_changed",
        "user_deactivated", "user_activated", "signin_link_created",
    ]  # fmt: skip
    _, log = await admin.get("/api/audit")
    for secret in ("canary", PASSWORD, browser.cookie or "rh_", "argon2"):
        assert secret not in str(log)
    with database.read() as session:
        assert verify_chain(session).intact


async def test_the_log_is_read_in_pages_from_the_newest(app, database):
    admin = await signed_in(app, database, "admin")
    for i in range(4):
        await admin.post("/api/users", ADA | {"email": f"{i}@example.org"})
    seen, before = [], ""
    for _ in range(10):
        _, body = await admin.get(f"/api/audit?limit=2{before}")
        seen += [item["id"] for item in body["items"]]
        if body["next_before"] is None:
            break
        before = f"&before={body['next_before']}"
    assert seen == list(range(6, 0, -1))


@pytest.mark.parametrize("role", ["viewer", "member"])
async def test_only_admins_manage_people_and_read_the_log(app, database, role):
    browser = await signed_in(app, database, role)
    assert (await browser.get("/api/users"))[0] == 403
    assert (await browser.post("/api/users", ADA))[0] == 403
    assert (await browser.patch("/api/users/1", {"role": "admin"}))[0] == 403
    assert (await browser.post("/api/users/1/signin-link"))[0] == 403
    assert (await browser.get("/api/audit"))[0] == 403


BODIES = [
    ("POST", "/api/auth/login", {"email": "a@b", "password": "x"}),
    ("POST", "/api/auth/one-time", {"code": "x"}),
    ("POST", "/api/auth/password", {"new_password": "four unrelated words"}),
    ("POST", "/api/auth/tokens", {"name": "x"}),
    ("POST", "/api/users", ADA),
    ("PATCH", "/api/users/1", {"name": "x"}),
]


async def test_no_body_takes_a_field_that_is_not_offered(app, database):
    browser = await signed_in(app, database, "admin")
    for method, path, body in BODIES:
        for extra in ("is_admin", "id", "password_hash", "user_id"):
            status, answer = await browser.send(method, path, json=body | {extra: 1})
            assert (status, list(answer["errors"])) == (422, [extra]), (path, extra)


async def test_a_nul_character_is_named_and_never_reaches_the_database(app, database):
    browser = await signed_in(app, database, "admin")
    for path, body, field in (
        ("/api/auth/login", {"email": "a\0b", "password": "x"}, "email"),
        ("/api/auth/tokens", {"name": "ci\0"}, "name"),
        ("/api/users", ADA | {"name": "\0"}, "name"),
        (
            "/api/experiments/centralized/train",
            {"dataset": "digits", "config": {"a\0": 1}},
            "config",
        ),
    ):
        status, answer = await browser.post(path, body)
        assert (status, list(answer["errors"])) == (422, [field]), path
    status, answer = await browser.get("/api/audit?before=%00")
    assert (status, list(answer["errors"])) == (422, ["before"])


async def test_two_admins_who_demote_each_other_at_once_leave_one(app, database):
    for _ in range(5):
        pair = [make_user(database, "admin") for _ in range(2)]
        browsers = [Browser(app) for _ in pair]
        for browser, user in zip(browsers, pair, strict=True):
            await browser.use_link(database, user)
        targets = reversed(pair)
        await asyncio.gather(
            *(
                browser.patch(f"/api/users/{target.id}", {"role": "member"})
                for browser, target in zip(browsers, targets, strict=True)
            )
        )
        with database.read() as session:
            left = session.scalars(select(User).where(User.role == "admin", User.is_active)).all()
        assert len(left) == 1
        with database.write() as uow:
            uow.session.execute(update(User).values(role="member"))
