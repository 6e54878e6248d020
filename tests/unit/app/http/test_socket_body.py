"""Blocks of a body lie in memory so that a disk can take them from there."""

import asyncio
import ctypes
import random
import socket
from collections import deque
from collections.abc import Iterator
from mmap import PAGESIZE

import pytest

from app.http.precedence import ShortRequests
from app.http.socket_body import FAST, WAKE_BYTES, SocketBody

SIZE = 16 * PAGESIZE
CONTENT = random.Random(7).randbytes(5 * SIZE + 77)
LONG = 3600.0


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    here.setblocking(False)
    there.setblocking(False)
    yield here, there
    there.close()


def place_in_page(block: memoryview) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(block)) % PAGESIZE


def never(_: bytes) -> None:
    pytest.fail("nothing is given up")


@pytest.mark.parametrize("position", [0, 1, PAGESIZE - 1, 7 * PAGESIZE + 99])
async def test_each_byte_lies_in_its_page_as_in_the_file(ends, position):
    here, there = ends
    body = SocketBody(here, len(CONTENT), position, SIZE, ShortRequests())
    sending = asyncio.ensure_future(asyncio.get_running_loop().sock_sendall(there, CONTENT))
    received, lengths = bytearray(), []
    while body.left:
        block = await body.next_block(LONG, never)
        assert place_in_page(block) == (position + len(received)) % PAGESIZE
        received += block
        lengths.append(len(block))
    await sending
    body.close()
    assert received == CONTENT
    assert (position + lengths[0]) % PAGESIZE == 0  # from there on in whole pages
    assert set(lengths[1:-1]) <= {SIZE, FAST * SIZE}


async def test_after_a_pause_it_goes_on_at_that_place_of_the_page(ends):
    here, there = ends
    body = SocketBody(here, 2 * SIZE, 0, SIZE, ShortRequests())
    there.send(CONTENT[:1000])
    first = await body.next_block(0.01, never)
    there.send(CONTENT[1000 : SIZE + 500])
    second = await body.next_block(LONG, never)
    assert (len(first), place_in_page(second), len(second)) == (1000, 1000, SIZE - 1000)
    assert bytes(first) + bytes(second) == CONTENT[:SIZE]
    body.close()


async def test_a_block_stays_until_two_more_were_returned(ends):
    here, there = ends
    body = SocketBody(here, len(CONTENT), 0, SIZE, ShortRequests())
    sending = asyncio.ensure_future(asyncio.get_running_loop().sock_sendall(there, CONTENT))
    begin, kept = 0, deque[tuple[memoryview, bytes]](maxlen=2)
    while body.left:
        block = await body.next_block(LONG, never)
        assert all(earlier == sent for earlier, sent in kept)
        kept.append((block, CONTENT[begin : begin + len(block)]))
        begin += len(block)
    await sending
    body.close()


@pytest.fixture
def tcp_ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        there = socket.create_connection(server.getsockname())
        here, _ = server.accept()
    here.setblocking(False)
    yield here, there
    there.close()


async def test_what_is_too_little_to_wake_it_comes_when_its_time_is_over(tcp_ends):
    here, there = tcp_ends
    body = SocketBody(here, len(CONTENT), 0, 4 * WAKE_BYTES, ShortRequests())
    assert await body.next_block(0.01, never) == b""  # from now on it waits for many
    there.sendall(CONTENT[:1000])
    assert await body.next_block(0.3, never) == CONTENT[:1000]
    body.close()


async def test_the_last_bytes_wake_it_however_few_they_are(tcp_ends):
    here, there = tcp_ends
    body = SocketBody(here, 10, 0, 4 * WAKE_BYTES, ShortRequests())
    asyncio.get_running_loop().call_later(0.05, there.sendall, CONTENT[:10])
    async with asyncio.timeout(30):
        assert await body.next_block(LONG, never) == CONTENT[:10]
    body.close()


async def test_what_a_sender_left_behind_is_kept(tcp_ends):
    here, there = tcp_ends
    body = SocketBody(here, len(CONTENT), 0, 4 * WAKE_BYTES, ShortRequests())
    kept = bytearray()
    receiving = asyncio.ensure_future(body.next_block(LONG, kept.extend))
    await asyncio.sleep(0.05)
    there.sendall(CONTENT[:1000])
    there.close()
    async with asyncio.timeout(30):
        with pytest.raises(ConnectionError):
            await receiving
    assert kept == CONTENT[:1000]
    body.close()
