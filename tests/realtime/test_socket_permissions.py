"""Who may connect and watch what, on the wire, and how soon that ends."""

from contextlib import AsyncExitStack

import httpx
import pytest
from sqlalchemy import select

from app.auth.actor import SYSTEM
from app.auth.policy import SOCKET_EVENTS
from app.models.api_token import ApiToken
from app.models.audit import AuditEntry
from app.models.run import Run
from blueprints import SOCKET_ACCESS
from harness.eventually import PATIENCE_SECONDS, eventually_async
from harness.live_client import ConnectionRefused, LiveClient
from harness.plain_http import NO_CERTIFICATES
from services.accounts.users import UserChange, change_user, issue_link
from tests.factories.browser import PAGE
from tests.factories.people import make_token
from tests.realtime.events import Listener, Sent

SEES_PRIVATE = {"owner", "admin"}
PEOPLE = {"viewer": "viewer", "other": "member", "owner": "member", "admin": "admin"}


@pytest.fixture
async def sign_in(site):
    """Sign browsers in by links; all are closed at the end."""
    async with AsyncExitStack() as browsers:

        async def opened(user) -> httpx.AsyncClient:
            client = httpx.AsyncClient(
                base_url=site.url,
                headers=PAGE | {"Origin": site.url},
                timeout=PATIENCE_SECONDS,
                verify=NO_CERTIFICATES,
            )
            await browsers.enter_async_context(client)
            code = issue_link(site.database, SYSTEM, user.id, site.url).url.partition("#code=")[2]
            answer = await client.post("/api/auth/one-time", json={"code": code})
            assert answer.status_code == 200
            return client

        yield opened


def socket_of(site, browser) -> LiveClient:
    cookie = f"roundhouse_session={browser.cookies['roundhouse_session']}"
    return LiveClient(site.url, cookie=cookie, origin=site.url)


def test_the_matrix_below_knows_every_event_that_has_a_row():
    assert set(SOCKET_EVENTS) == {"connect", "disconnect", "subscribe", "unsubscribe"}
    sessions = set(SOCKET_ACCESS) - set(SOCKET_EVENTS)  # test_forecasting_live.py knows these
    assert sessions == {"join_training_session", "leave_training_session",
                        "request_training_status", "request_dataset_status",
                        "join_upload_room", "leave_upload_room", "join", "leave"}  # fmt: skip


@pytest.mark.parametrize("visibility", ["private", "team"])
@pytest.mark.parametrize("who", PEOPLE)
async def test_every_event_answers_everybody_as_the_table_says(
    site, owner, who, visibility, sign_in
):
    user = owner if who == "owner" else site.user(PEOPLE[who])
    topic = site.topic(owner, visibility)
    hidden = visibility == "private" and who not in SEES_PRIVATE
    async with socket_of(site, await sign_in(user)) as socket:
        for name, is_refused in (
            (topic, hidden),
            ("team", False),
            ("admins", who != "admin"),
            (f"user:{user.id}", False),
            (f"user:{site.user().id}", True),
        ):
            answer = await socket.subscribe(name)
            assert ("error" in answer) is is_refused, name
            assert not is_refused or answer["error"]["code"] == "not_found"
            assert await socket.call("unsubscribe", {"topic": name}) == {}


async def test_what_an_admin_watches_of_others_is_in_the_audit_log_once(site, owner, topic):
    admin = site.user("admin")
    token = make_token(site.database, admin, scopes=["read", "admin"])
    for _ in range(2):
        async with LiveClient(site.url, token=token) as socket:
            assert "error" not in await socket.subscribe(topic)
    with site.database.read() as session:
        query = select(AuditEntry.target, AuditEntry.detail).where(AuditEntry.user_id == admin.id)
        assert session.execute(query).all() == [(topic, {"owner_id": owner.id})]


async def test_without_a_credential_there_is_no_socket_at_all(site):
    for cookie in (None, "roundhouse_session=", "roundhouse_session=" + "x" * 43):
        with pytest.raises(ConnectionRefused):
            await LiveClient(site.url, cookie=cookie, origin=site.url).open()


async def test_a_token_of_an_admin_without_that_scope_sees_what_members_see(site, owner, topic):
    token = make_token(site.database, site.user("admin"))
    async with LiveClient(site.url, token=token) as socket:
        assert (await socket.subscribe(topic))["error"]["code"] == "not_found"


async def test_a_cookie_is_no_use_to_pages_of_other_sites(site, owner, sign_in):
    browser = await sign_in(owner)
    cookie = f"roundhouse_session={browser.cookies['roundhouse_session']}"
    for origin in (
        "https://evil.example",
        "null",
        "http://localhost:1",
        site.url + ".evil.example",
    ):
        with pytest.raises(ConnectionRefused):
            await LiveClient(site.url, cookie=cookie, origin=origin).open()


async def test_signing_out_cuts_the_socket_and_leaves_the_others(site, owner, sign_in):
    here, there = await sign_in(owner), await sign_in(owner)
    async with socket_of(site, here) as leaving, socket_of(site, there) as staying:
        assert (await here.post("/api/auth/logout", json={})).status_code == 204
        await eventually_async(leaving.closed.is_set)
        assert "error" not in await staying.subscribe("team")


async def test_a_password_change_cuts_the_sockets_of_the_other_sessions(site, owner, sign_in):
    here, stolen = await sign_in(owner), await sign_in(owner)
    async with socket_of(site, here) as mine, socket_of(site, stolen) as theirs:
        change = {"new_password": "four unrelated words"}
        assert (await here.post("/api/auth/password", json=change)).status_code == 204
        await eventually_async(theirs.closed.is_set)
        assert "error" not in await mine.subscribe("team")


@pytest.mark.parametrize("change", [UserChange(is_active=False), UserChange(role="viewer")])
async def test_who_loses_account_or_role_loses_the_sockets(site, owner, token, change, sign_in):
    async with (
        socket_of(site, await sign_in(owner)) as by_cookie,
        LiveClient(site.url, token=token) as by_token,
    ):
        change_user(site.database, SYSTEM, str(owner.id), change)
        assert await eventually_async(by_cookie.closed.is_set)
        assert await eventually_async(by_token.closed.is_set)


async def test_a_revoked_token_loses_its_socket(site, owner, token):
    async with LiveClient(site.url, token=token) as socket:
        with site.database.write() as uow:
            uow.session.query(ApiToken).filter_by(user_id=owner.id).delete()
        assert await eventually_async(socket.closed.is_set)


async def test_a_run_that_is_not_shared_any_more_falls_silent(site, owner, token):
    topic = site.topic(owner, "team")
    stranger = site.token(site.user())
    async with Listener(site.url, stranger) as other, Listener(site.url, token) as mine:
        for listener in (other, mine):
            await listener.client.subscribe(topic)
        with site.database.write() as uow:
            run = uow.session.get_one(Run, int(topic.partition(":")[2]))
            run.visibility = "private"
        beats = mine.heartbeats
        await eventually_async(
            lambda: mine.heartbeats >= beats + 3
        )  # the guard has looked meanwhile
        site.publish(topic, Sent(value="secret"))
        await eventually_async(lambda: bool(mine.heard))
        assert other.heard == []
        assert (await other.client.subscribe(topic))["error"]["code"] == "not_found"
