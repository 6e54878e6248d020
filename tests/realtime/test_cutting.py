"""Who may not be here any more is cut within seconds, and leaves the rooms he may not see."""

import httpx
import pytest
from sqlalchemy import update

from app.auth.actor import SYSTEM
from app.models.run import Run
from app.models.user import User
from services.accounts.users import issue_link
from tests.realtime.events import Listener, Told, eventually

PAGE = {"X-Roundhouse": "1"}
CUT_SECONDS = 5


@pytest.fixture
async def browser(site, owner):
    """A signed-in browser: a client with the session's cookie."""
    async with httpx.AsyncClient(base_url=site.url, headers={**PAGE, "Origin": site.url}) as client:
        link = issue_link(site.database, SYSTEM, owner.id, site.url).url
        code = link.partition("#code=")[2]
        (await client.post("/api/auth/one-time", json={"code": code})).raise_for_status()
        yield client


def cookie_of(browser: httpx.AsyncClient) -> str:
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


async def test_a_browser_is_let_in_by_its_cookie(site, browser, topic) -> None:
    async with Listener(site.url, cookie=cookie_of(browser), origin=site.url) as listener:
        page = await listener.client.subscribe(topic)
    assert page["last_seq"] == 0


async def test_signing_out_cuts_the_socket(site, browser, topic) -> None:
    async with Listener(site.url, cookie=cookie_of(browser), origin=site.url) as listener:
        await listener.client.subscribe(topic)
        (await browser.post("/api/auth/logout", json={})).raise_for_status()
        await eventually(listener.client.closed.is_set, CUT_SECONDS)
        site.publish(topic, Told(value="secret"))
    assert listener.heard == []


async def test_revoking_a_token_cuts_its_socket_alone(site, browser, owner, topic) -> None:
    made = (await browser.post("/api/auth/tokens", json={"name": "one"})).json()
    other = site.token(owner)
    async with Listener(site.url, made["token"]) as gone, Listener(site.url, other) as stays:
        (await browser.delete(f"/api/auth/tokens/{made['id']}")).raise_for_status()
        await eventually(gone.client.closed.is_set, CUT_SECONDS)
        assert (await stays.client.subscribe(topic))["last_seq"] == 0


async def test_deactivating_a_person_cuts_every_socket_of_theirs(site, browser, owner) -> None:
    async with (
        Listener(site.url, site.token(owner)) as by_token,
        Listener(site.url, cookie=cookie_of(browser), origin=site.url) as by_cookie,
    ):
        with site.database.write() as unit:
            unit.session.execute(update(User).where(User.id == owner.id).values(is_active=False))
        await eventually(by_token.client.closed.is_set, CUT_SECONDS)
        await eventually(by_cookie.client.closed.is_set, CUT_SECONDS)


async def test_taking_a_share_back_ends_the_stream_but_not_the_connection(site, owner) -> None:
    topic = site.topic(owner, "team")
    reader = site.token(site.user())
    async with Listener(site.url, reader) as listener, Listener(site.url, reader) as again:
        await listener.client.subscribe(topic)
        with site.database.write() as unit:
            run_id = int(topic.partition(":")[2])
            hide = update(Run).where(Run.id == run_id).values(visibility="private")
            unit.session.execute(hide)
        before = listener.heartbeats
        await eventually(lambda: listener.heartbeats >= before + 3, 10)  # two beats are 4 s
        site.publish(topic, Told(value="secret"))
        site.publish("team", Told(value="for all"))
        await listener.client.subscribe("team")
        site.publish("team", Told(value="for all"))
        await eventually(lambda: bool(listener.heard))
        assert {event["topic"] for event in listener.heard} == {"team"}
        assert (await again.client.subscribe(topic))["error"]["code"] == "not_found"
