"""A long body that its reader receives from the socket itself, beneath the server that we use."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from hypercorn.asyncio import serve
from hypercorn.config import Config
from quart import Quart, request

from app.http.asgi import LINGER_SECONDS, install_bounded_bodies
from app.http.body import MAX_UNREAD, BoundedBody
from app.http.memory import BodyMemory
from app.http.takeover import FIRST_BYTES, install_takeover
from harness.ports import free_port

MEGABYTE = 1 << 20
CONTENT = random.Random(7).randbytes(9 * MEGABYTE + 77)
Read = Callable[[BoundedBody], Awaitable[str]]


async def whole(body: BoundedBody) -> str:
    received = bytearray()
    while not body.is_read:
        received += await body.next_block(MEGABYTE, 30)
    return "equal" if received == CONTENT else f"{len(received)} others"


@asynccontextmanager
async def served(read: Read) -> AsyncIterator[int]:
    """Serve an application that takes bodies over and yield its port."""
    app = Quart(__name__)
    app.config["MAX_CONTENT_LENGTH"] = None
    install_bounded_bodies(app, BodyMemory(1 << 30, 1 << 30))
    install_takeover()

    @app.put("/")
    async def receive() -> str:
        request.body.take_over()
        return await read(request.body)

    @app.get("/")
    async def greet() -> str:
        return "hello"

    @app.post("/")
    async def refuse() -> tuple[str, int]:
        await asyncio.sleep(0.2)  # meanwhile what nobody reads may come
        return str(len(request.body.take())), 401

    port, stop = free_port(), asyncio.Event()
    config = Config()
    config.bind, config.errorlog, config.graceful_timeout = [f"127.0.0.1:{port}"], None, 0.1
    serving = asyncio.ensure_future(serve(app, config, shutdown_trigger=stop.wait))
    while not await accepts(port):
        await asyncio.sleep(0.01)
    try:
        yield port
    finally:
        stop.set()
        await serving


async def accepts(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def head(length: int = len(CONTENT), more: str = "") -> bytes:
    return f"PUT / HTTP/1.1\r\nHost: here\r\nContent-Length: {length}\r\n{more}\r\n".encode()


@pytest.mark.parametrize("piece", [1000, 70_001, len(CONTENT)])
async def test_every_byte_comes_once_and_in_order_and_the_connection_is_closed(piece: int):
    async with served(whole) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head())
        for start in range(0, len(CONTENT), piece):
            writer.write(CONTENT[start : start + piece])
            await writer.drain()
        answer = await reader.read()  # until it is closed
        writer.close()
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in answer
    assert answer.endswith(b"equal")


async def test_a_body_of_unknown_length_comes_as_ever():
    async with served(whole) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"PUT / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n")
        for start in range(0, len(CONTENT), MEGABYTE):
            piece = CONTENT[start : start + MEGABYTE]
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await writer.drain()
        writer.write(b"0\r\n\r\nGET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
    assert b"equal" in answer
    assert answer.endswith(b"hello")


async def test_a_body_that_the_server_had_read_already_comes_as_ever():
    async def late(body: BoundedBody) -> str:
        await asyncio.sleep(0)
        return bytes(await body.next_block(MEGABYTE, 30)).decode()

    async with served(late) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head(5) + b"short")
        assert (await reader.read()).endswith(b"short")
        writer.close()


async def test_of_a_sender_that_pauses_comes_what_it_sent():
    blocks: list[bytes] = []

    async def in_blocks(body: BoundedBody) -> str:
        while not body.is_read:
            blocks.append(bytes(await body.next_block(MEGABYTE, 0.05)))
        return "done"

    half = len(CONTENT) // 2
    async with served(in_blocks) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head() + CONTENT[:half])
        await writer.drain()
        while sum(map(len, blocks)) < half or blocks[-1]:
            await asyncio.sleep(0.01)
        writer.write(CONTENT[half:])
        assert (await reader.read()).endswith(b"done")
        writer.close()
    assert b"".join(blocks) == CONTENT


async def test_a_sender_that_goes_away_ends_the_request_and_what_came_is_left():
    left: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def until_cancelled(body: BoundedBody) -> str:
        received = bytearray()
        try:
            while not body.is_read:
                received += await body.next_block(MEGABYTE, 30)
        finally:
            left.set_result(bytes(received + body.take()))
        return "done"

    async with served(until_cancelled) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head() + CONTENT[: 5 * MEGABYTE])
        await writer.drain()
        writer.close()
        assert await left == CONTENT[: 5 * MEGABYTE]


async def test_others_are_answered_while_it_comes():
    async with served(whole) as port:
        _, slow = await asyncio.open_connection("127.0.0.1", port)
        slow.write(head() + CONTENT[:MEGABYTE])
        await slow.drain()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        assert (await reader.read()).endswith(b"hello")
        writer.close()
        slow.close()


async def test_of_a_body_that_nobody_reads_little_is_held_and_the_rest_is_dropped():
    async with served(whole) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head().replace(b"PUT", b"POST") + CONTENT)
        async with asyncio.timeout(LINGER_SECONDS):  # it is over as soon as all was dropped
            answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 401")
    assert MAX_UNREAD <= int(answer.rpartition(b"\r\n")[2]) < MAX_UNREAD + FIRST_BYTES


async def test_a_refused_sender_that_goes_away_leaves_the_server_as_it_was():
    async with served(whole) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head().replace(b"PUT", b"POST") + CONTENT[:MEGABYTE])
        assert (await reader.read(12)).endswith(b"401")
        writer.transport.abort()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        assert (await reader.read()).endswith(b"hello")
        writer.close()
