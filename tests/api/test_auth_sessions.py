"""Signing in and out, and the sessions that come of it."""

import asyncio
import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.auth.actor import SYSTEM
from app.clock import now
from app.factory import create_app
from app.http.gate import install_gate, open_gate
from app.models.auth_session import AuthSession
from app.models.signin_link import SigninLink
from blueprints import ACCESS
from blueprints.accounts import BLUEPRINTS
from services.accounts.users import UserChange, change_user, issue_link
from services.domains import TOPICS
from tests.factories.browser import PAGE, Browser, signed_in
from tests.factories.people import PASSWORD, make_user

NEW = "another four unrelated words"


@pytest.fixture
def user(database):
    return make_user(database, password=PASSWORD)


async def test_the_right_password_opens_a_session_and_says_who_one_is(app, user):
    browser = Browser(app)
    assert await browser.log_in(user) == 200
    status, body = await browser.get("/api/auth/me")
    assert status == 200
    assert body["via"] == "session"
    assert body["user"] == {
        "id": user.id, "email": user.email, "name": user.name, "role": "member",
        "has_password": True,
    }  # fmt: skip


async def test_the_address_is_found_in_any_case_and_with_spaces_around(app, user):
    status, _ = await Browser(app).post(
        "/api/auth/login", {"email": f" {user.email.upper()} ", "password": PASSWORD}
    )
    assert status == 200


async def test_every_way_to_fail_reads_the_same(app, database, user):
    gone = make_user(database, password=PASSWORD, is_active=False)
    no_password = make_user(database)
    tries = [(user.email, "wrong"), ("nobody@example.org", PASSWORD), (gone.email, PASSWORD),
             (no_password.email, PASSWORD)]  # fmt: skip
    answers = []
    for email, password in tries:
        browser = Browser(app)
        status, body = await browser.post("/api/auth/login", {"email": email, "password": password})
        answers.append((status, body["code"], body["detail"], browser.cookie))
    assert set(answers) == {
        (401, "unauthorised", "The e-mail address or the password is not right.", "")
    }


async def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(app, user):
    browser = Browser(app)
    await browser.log_in(user)
    header = browser.last.headers["Set-Cookie"]
    assert header.startswith("roundhouse_session=")
    parts = {part.strip().partition("=")[0] for part in header.split(";")[1:]}
    assert {"HttpOnly", "SameSite", "Path", "Max-Age"} <= parts
    assert "SameSite=Lax" in header
    assert "Domain" not in parts


async def test_over_https_the_cookie_is_bound_to_this_host(resources, user):
    secure = dataclasses.replace(resources.settings, public_url="https://localhost")
    app = create_app(dataclasses.replace(resources, settings=secure), BLUEPRINTS)
    install_gate(app, open_gate(secure, resources.database, ACCESS, TOPICS))
    browser = Browser(app)
    await browser.post(
        "/api/auth/login",
        {"email": user.email, "password": PASSWORD},
        headers=PAGE | {"Origin": "https://localhost"},
    )
    header = browser.last.headers["Set-Cookie"]
    assert header.startswith("__Host-roundhouse=")
    assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in header.split(";")}


async def test_a_session_planted_before_signing_in_is_worth_nothing_after_it(app, database, user):
    attacker = await signed_in(app, database)
    victim = Browser(app)
    victim.client.set_cookie("localhost", "roundhouse_session", attacker.cookie)
    await victim.log_in(user)
    assert victim.cookie != attacker.cookie
    assert await victim.is_in()
    assert not await attacker.is_in()


async def test_every_sign_in_has_a_new_secret(app, user):
    browser, seen = Browser(app), set()
    for _ in range(3):
        await browser.log_in(user)
        seen.add(browser.cookie)
    assert len(seen) == 3


async def test_a_cookie_kept_from_before_signing_out_is_refused(app, database):
    browser, thief = await signed_in(app, database), Browser(app)
    thief.client.set_cookie("localhost", "roundhouse_session", browser.cookie)
    assert await thief.is_in()
    status, _ = await browser.post("/api/auth/logout")
    assert status == 204
    assert browser.cookie == ""
    assert not await thief.is_in()


async def test_a_one_time_link_works_once(app, database, user):
    code = issue_link(database, SYSTEM, user.id, "http://h").url.partition("#code=")[2]
    first, second = Browser(app), Browser(app)
    assert (await first.post("/api/auth/one-time", {"code": code}))[0] == 200
    assert (await second.post("/api/auth/one-time", {"code": code}))[0] == 401
    assert await first.is_in()


async def test_a_link_that_is_a_day_old_or_of_a_deactivated_person_is_refused(app, database):
    old, gone = make_user(database), make_user(database)
    codes = [issue_link(database, SYSTEM, u.id, "http://h").url[-43:] for u in (old, gone)]
    with database.write() as uow:
        uow.session.execute(
            update(SigninLink).where(SigninLink.user_id == old.id).values(expires_at=now())
        )
        uow.session.get_one(type(gone), gone.id).is_active = False
    for code in codes:
        assert (await Browser(app).post("/api/auth/one-time", {"code": code}))[0] == 401


async def test_one_sees_where_one_is_signed_in_and_ends_one_of_them(app, user):
    here, there = Browser(app), Browser(app, address="198.51.100.7")
    await here.log_in(user)
    await there.log_in(user)
    _, body = await here.get("/api/auth/sessions")
    assert [item["current"] for item in body["items"]] in ([True, False], [False, True])
    other = next(item for item in body["items"] if not item["current"])
    assert other["ip"] == "198.51.100.7"
    assert (await here.delete(f"/api/auth/sessions/{other['id']}"))[0] == 204
    assert await here.is_in()
    assert not await there.is_in()


async def test_nobody_ends_somebody_elses_session(app, database):
    mine, theirs = await signed_in(app, database), await signed_in(app, database, "admin")
    _, body = await theirs.get("/api/auth/sessions")
    status, _ = await mine.delete(f"/api/auth/sessions/{body['items'][0]['id']}")
    assert status == 404
    assert await theirs.is_in()


async def test_one_ends_all_other_sessions_at_once(app, user):
    browsers = [Browser(app) for _ in range(3)]
    for browser in browsers:
        await browser.log_in(user)
    assert await browsers[0].post("/api/auth/sessions/revoke-others") == (200, {"revoked": 2})
    assert [await browser.is_in() for browser in browsers] == [True, False, False]


async def test_a_password_change_cuts_every_other_session(app, user):
    here, stolen = Browser(app), Browser(app)
    await here.log_in(user)
    await stolen.log_in(user)
    change = {"current_password": PASSWORD, "new_password": NEW}
    assert (await here.post("/api/auth/password", change))[0] == 204
    assert await here.is_in()
    assert not await stolen.is_in()
    assert await Browser(app).log_in(user) == 401
    assert await Browser(app).log_in(user, NEW) == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"new_password": NEW}, "current_password"),
        ({"current_password": "wrong", "new_password": NEW}, "current_password"),
        ({"current_password": PASSWORD, "new_password": "short"}, "new_password"),
        ({"current_password": PASSWORD, "new_password": "password123"}, "new_password"),
    ],
)
async def test_a_password_is_not_changed_on_a_guess_or_to_a_guessable_one(app, user, change, field):
    browser = Browser(app)
    await browser.log_in(user)
    status, body = await browser.post("/api/auth/password", change)
    assert (status, list(body["errors"])) == (422, [field])
    assert await Browser(app).log_in(user) == 200


async def test_after_a_link_the_forgotten_password_is_not_required(app, database, user):
    browser = Browser(app)
    await browser.use_link(database, user)
    assert (await browser.post("/api/auth/password", {"new_password": NEW}))[0] == 204
    assert await Browser(app).log_in(user, NEW) == 200


async def test_an_hour_after_the_link_it_is_required_again(app, database, user):
    browser = Browser(app)
    await browser.use_link(database, user)
    with database.write() as uow:
        uow.session.execute(update(AuthSession).values(created_at=now() - timedelta(hours=1)))
    assert (await browser.post("/api/auth/password", {"new_password": NEW}))[0] == 422


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "viewer"}])
async def test_a_lost_account_or_role_is_felt_at_the_next_request(app, database, user, change):
    browser = Browser(app)
    await browser.log_in(user)
    change_user(database, SYSTEM, str(user.id), UserChange(**change))
    assert not await browser.is_in()


async def test_a_stranger_cannot_lock_anybody_out(app, database, user):
    at_home, stranger = Browser(app), Browser(app, address="198.51.100.7")
    await at_home.log_in(user)
    statuses = [await stranger.log_in(user, "guess") for _ in range(7)]
    assert statuses == [401] * 5 + [429] * 2
    assert 0 < int(stranger.last.headers["Retry-After"]) <= 900
    assert await stranger.log_in(user) == 429
    assert await stranger.use_link(database, user) == 200
    assert await at_home.is_in()
    assert await Browser(app).log_in(user) == 200


async def test_a_weak_stored_hash_is_made_stronger_by_signing_in(app, database, user):
    await Browser(app).log_in(user)
    with database.read() as session:
        stored = session.get_one(type(user), user.id).password_hash
    assert "m=19456,t=2,p=1" in stored
    assert await Browser(app).log_in(user) == 200


async def test_parallel_guesses_cannot_slip_through_together(app, user):
    browsers = [Browser(app) for _ in range(20)]
    statuses = await asyncio.gather(*(browser.log_in(user, "guess") for browser in browsers))
    assert sorted(statuses) == [401] * 5 + [429] * 15


async def test_parallel_uses_of_one_link_open_one_session(app, database, user):
    code = issue_link(database, SYSTEM, user.id, "http://h").url.partition("#code=")[2]
    answers = await asyncio.gather(
        *(Browser(app).post("/api/auth/one-time", {"code": code}) for _ in range(8))
    )
    assert sorted(status for status, _ in answers) == [200] + [401] * 7
