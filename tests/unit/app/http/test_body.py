"""A body in blocks: when one is returned, and that little waits in memory."""

import asyncio

import pytest
from werkzeug.exceptions import RequestEntityTooLarge

from app.http.body import MAX_WAITING, BoundedBody


def body(max_length: int | None = None) -> BoundedBody:
    return BoundedBody(None, max_length)


async def test_a_block_comes_when_enough_of_it_is_there():
    one = body()
    waiting = asyncio.ensure_future(one.next_block(10, 60))
    for piece in (b"1234", b"5678"):
        one.append(piece)
        await asyncio.sleep(0)
        assert not waiting.done()
    one.append(b"90ab")
    assert await waiting == b"1234567890ab"
    assert not one.is_read


async def test_the_last_block_is_as_long_as_what_is_left():
    one = body()
    one.append(b"rest")
    one.set_complete()
    assert not one.is_read
    assert await one.next_block(10, 60) == b"rest"
    assert one.is_read
    assert await one.next_block(10, 60) == b""


async def test_of_a_slow_sender_what_is_there_comes_after_a_while():
    one = body()
    one.append(b"slow")
    assert await one.next_block(10, 0.001) == b"slow"
    assert await one.next_block(10, 0.001) == b""


async def test_a_reader_that_goes_away_takes_nothing_with_it():
    one = body()
    waiting = asyncio.ensure_future(one.next_block(10, 60))
    await asyncio.sleep(0)
    one.append(b"kept")
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert one.take() == b"kept"


async def test_the_sender_waits_while_a_whole_block_does():
    one = body()
    one.append(bytes(MAX_WAITING))
    waiting = asyncio.ensure_future(one.wait_for_room())
    await asyncio.sleep(0)
    assert not waiting.done()
    await one.next_block(MAX_WAITING, 60)
    await waiting


async def test_a_body_beyond_the_limit_is_refused():
    one = body(max_length=3)
    one.append(b"1234")
    with pytest.raises(RequestEntityTooLarge):
        await one.next_block(10, 60)
