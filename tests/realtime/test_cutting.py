"""Who may not be here any more is cut: within five seconds, as the guard looks every two."""

import httpx
import pytest
from sqlalchemy import update

from app.auth.actor import SYSTEM
from app.models.user import User
from app.realtime.server import HEARTBEAT_SECONDS
from harness.eventually import PATIENCE_SECONDS, eventually_async
from harness.plain_http import NO_CERTIFICATES
from services.accounts.users import issue_link
from tests.realtime.events import Listener, Sent

PAGE = {"X-Roundhouse": "1"}
CUT_SECONDS = 5  # as docs/events.md promises


def test_the_guard_looks_twice_in_the_time_that_is_promised() -> None:
    assert 2 * HEARTBEAT_SECONDS < CUT_SECONDS


@pytest.fixture
async def browser(site, owner):
    """A signed-in browser: a client with the session's cookie."""
    async with httpx.AsyncClient(
        base_url=site.url,
        headers={**PAGE, "Origin": site.url},
        timeout=PATIENCE_SECONDS,
        verify=NO_CERTIFICATES,
    ) as client:
        link = issue_link(site.database, SYSTEM, owner.id, site.url).url
        code = link.partition("#code=")[2]
        (await client.post("/api/auth/one-time", json={"code": code})).raise_for_status()
        yield client


def cookie_of(browser: httpx.AsyncClient) -> str:
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


async def test_signing_out_cuts_the_socket(site, browser, topic) -> None:
    async with Listener(site.url, cookie=cookie_of(browser), origin=site.url) as listener:
        await listener.client.subscribe(topic)
        (await browser.post("/api/auth/logout", json={})).raise_for_status()
        await eventually_async(listener.client.closed.is_set)
        site.publish(topic, Sent(value="secret"))
    assert listener.heard == []


async def test_revoking_a_token_cuts_its_socket_alone(site, browser, owner, topic) -> None:
    made = (await browser.post("/api/auth/tokens", json={"name": "one"})).json()
    other = site.token(owner)
    async with Listener(site.url, made["token"]) as gone, Listener(site.url, other) as stays:
        (await browser.delete(f"/api/auth/tokens/{made['id']}")).raise_for_status()
        await eventually_async(gone.client.closed.is_set)
        assert (await stays.client.subscribe(topic))["last_seq"] == 0


async def test_deactivating_a_person_cuts_every_socket_of_theirs(site, browser, owner) -> None:
    async with (
        Listener(site.url, site.token(owner)) as by_token,
        Listener(site.url, cookie=cookie_of(browser), origin=site.url) as by_cookie,
    ):
        with site.database.write() as unit:
            unit.session.execute(update(User).where(User.id == owner.id).values(is_active=False))
        assert await eventually_async(by_token.client.closed.is_set)
        assert await eventually_async(by_cookie.client.closed.is_set)
