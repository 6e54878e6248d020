"""Blocks of a body lie in memory so that a disk can take them from there."""

import asyncio
import ctypes
import random
import socket
from collections.abc import Iterator
from mmap import PAGESIZE

import pytest

from app.http.precedence import ShortRequests
from app.http.socket_body import SocketBody

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
    assert set(lengths[1:-1]) == {SIZE}


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


async def test_a_block_stays_until_the_next_but_one(ends):
    here, there = ends
    body = SocketBody(here, len(CONTENT), 0, SIZE, ShortRequests())
    sending = asyncio.ensure_future(asyncio.get_running_loop().sock_sendall(there, CONTENT))
    begin, before = 0, b""
    last: memoryview = memoryview(b"")
    while body.left:
        block = await body.next_block(LONG, never)
        assert last == before
        last, before = block, CONTENT[begin : begin + len(block)]
        begin += len(block)
    await sending
    body.close()
