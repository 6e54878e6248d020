"""One client cannot stop the others: what the real web process does with connections."""

import asyncio
import socket
from contextlib import suppress

import psutil
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from app.realtime.bounded import EVENT_BURST
from app.realtime.server import HEARTBEAT_SECONDS, MAX_STRANGERS, STRANGER_SECONDS
from harness.eventually import PATIENCE_SECONDS, eventually
from harness.live_client import LiveClient
from tests.realtime.events import Listener

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"
HEAD = "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{more}\r\n"


def said(site, content: bytes) -> bytes:
    """Return what comes back until the server closes the line."""
    address = ("127.0.0.1", site.settings.port)
    with socket.create_connection(address, timeout=PATIENCE_SECONDS) as line:
        line.sendall(content)
        answer = b""
        while piece := line.recv(65_536):
            answer += piece
    return answer


def test_http_2_is_not_spoken(site) -> None:
    assert said(site, PREFACE).startswith(b"HTTP/1.1 505")


def test_an_offer_of_http_2_is_answered_in_http_1(site) -> None:
    offer = "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings, close\r\nHTTP2-Settings: AAAA\r\n"
    head = f"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n{offer}Connection: close\r\n\r\n"
    assert said(site, head.encode()).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/auth/login", b"413"), ("/api/experiments/centralized/train", b"401")],
)
def test_who_may_not_write_is_answered_before_the_body_has_come(site, path, status) -> None:
    head = HEAD.format(path=path, more="Content-Length: 2000000\r\n").encode()
    assert said(site, head + b" " * 900_000).startswith(b"HTTP/1.1 " + status)


def test_of_refused_bodies_no_connection_is_left(site) -> None:
    web = psutil.Process(site.web.process.pid)
    head = HEAD.format(path="/api/runs", more="Content-Length: 20000000\r\n").encode()
    before = len(web.net_connections())
    for _ in range(2):
        assert b"401" in said(site, head + b" " * 3_000_000)
    eventually(lambda: len(web.net_connections()) <= before)


async def test_who_is_refused_while_they_still_send_reads_the_answer(site, http) -> None:
    names = b",".join(b'"unknown_%d":1' % number for number in range(300_000))
    answer = await http.post("/api/runs", content=b"{" + names + b"}")
    assert answer.status_code == 422


async def test_a_socket_that_floods_is_cut_and_the_others_go_on(site, token) -> None:
    async with Listener(site.url, token) as bystander, LiveClient(site.url, token=token) as client:
        with suppress(ConnectionClosed):
            for number in range(20 * EVENT_BURST):
                await client.send(f'42{number}["subscribe",{{"topic":"run:404"}}]')
        await asyncio.wait_for(client.closed.wait(), PATIENCE_SECONDS)
        assert "error" in await bystander.client.subscribe("run:404")


async def test_a_burst_of_a_page_is_answered_whole(site, token) -> None:
    async with LiveClient(site.url, token=token) as client:
        calls = (client.subscribe("run:404") for _ in range(EVENT_BURST // 2))
        assert len(await asyncio.gather(*calls)) == EVENT_BURST // 2


def address_of(site) -> str:
    return site.url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"


async def end_of(line) -> None:
    with suppress(ConnectionClosed):
        while True:
            await line.recv()


async def test_a_socket_that_never_says_who_it_is_is_closed(site) -> None:
    async with connect(address_of(site), ping_interval=None) as line:
        patience = STRANGER_SECONDS + HEARTBEAT_SECONDS + PATIENCE_SECONDS
        await asyncio.wait_for(end_of(line), patience)


async def test_few_sockets_of_an_address_may_be_strangers(site, token) -> None:
    lines = [await connect(address_of(site), ping_interval=None) for _ in range(MAX_STRANGERS)]
    async with LiveClient(site.url, token=token) as client:
        assert "error" in await client.subscribe("run:404")
        await asyncio.wait_for(end_of(lines[0]), PATIENCE_SECONDS)
    for line in lines:
        line.transport.abort()
