"""Posting to real servers that redirect, hang, throttle and never end."""

import asyncio
import threading
import time

import httpcore
import pytest

from services.channels.sending.outcome import Result, SendOutcome, TargetRefused
from services.channels.sending.replies import slack_outcome, webhook_outcome
from services.channels.sending.web import MAX_ANSWER_BYTES, WebReply, WebSender
from tests.support.receivers import (
    LOOPBACK,
    answering,
    endless,
    hanging,
    web_receiver,
)

HTML = b"<!DOCTYPE html><html><body>Sign in</body></html>"


@pytest.fixture(scope="module")
def receiver():
    release = threading.Event()
    routes = {
        "/moved": answering(308, Location="/here"),
        "/lost": answering(302, Location="/here"),
        "/round": answering(307, Location="/round"),
        "/inside": answering(307, Location="http://10.0.0.1/here"),
        "/metadata": answering(307, Location="http://169.254.169.254/here"),
        "/file": answering(307, Location="file:///etc/passwd"),
        "/nowhere": answering(307),
        "/busy": answering(429, Retry_After="120"),
        "/strange-wait": answering(503, Retry_After="Mon, 01 Jan 99999999999 00:00:00 GMT"),
        "/broken": answering(500, b"secret-of-the-path"),
        "/gone": answering(410),
        "/page": answering(200, HTML, Content_Type="text/html"),
        "/archived": answering(404, b"channel_is_archived"),
        "/endless": endless,
        "/hang": hanging(release),
    }
    with web_receiver(routes) as running:
        yield running
        release.set()


def post(url: str, limit_s: float = 5.0, networks=LOOPBACK, **ports) -> WebReply:
    async def once() -> WebReply:
        async with WebSender(networks, limit_s, **ports) as web:
            return await web.post(url, b'{"a": 1}', {"webhook-id": "msg_1"})

    return asyncio.run(once())


def outcome(receiver, path: str) -> SendOutcome:
    return webhook_outcome(post(receiver.url(path)))


def test_a_message_arrives_as_it_was_sent(receiver) -> None:
    assert outcome(receiver, "/here").result is Result.DELIVERED
    last = receiver.posted[-1]
    assert (last.path, last.body) == ("/here", b'{"a": 1}')
    assert last.headers["webhook-id"] == "msg_1"
    assert last.headers["content-type"] == "application/json"


def test_a_redirect_that_keeps_the_post_is_followed(receiver) -> None:
    assert outcome(receiver, "/moved").result is Result.DELIVERED
    assert [one.path for one in receiver.posted[-2:]] == ["/moved", "/here"]
    assert receiver.posted[-1].body == b'{"a": 1}'


def test_a_redirect_that_loses_the_message_is_refused(receiver) -> None:
    lost = outcome(receiver, "/lost")
    assert (lost.result, lost.status) == (Result.REFUSED, 302)
    assert "/here" not in lost.detail


@pytest.mark.parametrize("path", ["/round", "/inside", "/metadata", "/file"])
def test_a_redirect_to_a_forbidden_place_is_refused(receiver, path: str) -> None:
    with pytest.raises(TargetRefused):
        post(receiver.url(path))


def test_a_redirect_from_https_to_http_is_refused() -> None:
    sender = WebSender((), 5.0)
    from services.channels.sending.addresses import channel_address

    here = channel_address("https://hooks.example.org/", ())
    reply = WebReply(status=307, headers={"Location": "http://hooks.example.org/"})
    with pytest.raises(TargetRefused, match="https"):
        sender._next(reply, here)


def test_a_receiver_that_throttles_says_when_to_come_back(receiver) -> None:
    busy = outcome(receiver, "/busy")
    assert (busy.result, busy.status, busy.retry_after) == (Result.AGAIN, 429, 120.0)


def test_a_wait_that_nobody_can_read_is_none(receiver) -> None:
    strange = outcome(receiver, "/strange-wait")
    assert (strange.result, strange.retry_after) == (Result.AGAIN, None)


def test_what_the_receiver_wrote_is_in_no_sentence(receiver) -> None:
    broken = outcome(receiver, "/broken")
    assert broken.result is Result.AGAIN
    assert "secret" not in broken.detail


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(status: int) -> None:
    assert webhook_outcome(WebReply(status=status, headers={})).result is Result.AGAIN


@pytest.mark.parametrize("status", [301, 302, 303, 400, 401, 403, 404, 405, 410, 413, 422])
def test_what_stays_wrong_fails_at_once(status: int) -> None:
    assert webhook_outcome(WebReply(status=status, headers={})).result is Result.REFUSED


def test_a_page_is_no_acknowledgement_of_slack(receiver) -> None:
    reply = post(receiver.url("/page"))
    assert slack_outcome(reply).result is Result.REFUSED
    assert webhook_outcome(reply).result is Result.DELIVERED
    assert "web page" in webhook_outcome(reply).detail


def test_slacks_own_word_says_what_is_wrong(receiver) -> None:
    archived = slack_outcome(post(receiver.url("/archived")))
    assert archived.result is Result.REFUSED
    assert "channel_is_archived" in archived.detail


def test_an_endless_answer_is_read_to_a_limit(receiver) -> None:
    reply = post(receiver.url("/endless"))
    assert len(reply.start) == MAX_ANSWER_BYTES
    assert webhook_outcome(reply).result is Result.DELIVERED


def test_a_receiver_that_hangs_is_left(receiver) -> None:
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        post(receiver.url("/hang"), limit_s=0.3)
    assert time.monotonic() - began < 30


def test_a_loopback_address_is_refused_unless_it_is_allowed(receiver) -> None:
    with pytest.raises(TargetRefused, match="ROUNDHOUSE_CHANNEL_PRIVATE_NETWORKS"):
        post(receiver.url("/here"), networks=())


def test_a_name_that_leads_inside_is_refused_without_its_number() -> None:
    async def inside(host: str, port: int) -> list[str]:
        return ["93.184.216.34", "192.168.77.5"]

    class Never(httpcore.AnyIOBackend):
        async def connect_tcp(self, *_: object, **__: object):
            raise AssertionError("a connection was made")

    with pytest.raises(TargetRefused) as refusal:
        post("http://rebound.example/x", networks=(), resolve=inside, connector=Never())
    assert "192.168" not in str(refusal.value)
