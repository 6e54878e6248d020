"""A long body gives way to short requests, and goes on in the end."""

import asyncio

import pytest
from quart import Quart, request

from app.http.asgi import SHORT_REQUESTS, install_bounded_bodies
from app.http.body import MAX_WAITING
from app.http.memory import BodyMemory
from app.http.precedence import ShortRequests
from harness.eventually import eventually_async

LONG = 3600.0


@pytest.fixture
def short() -> ShortRequests:
    return ShortRequests(moment=LONG, young=LONG)


async def test_a_piece_waits_until_the_last_short_request_is_answered(short):
    short.enter("list")
    short.enter("page")
    waiting = asyncio.ensure_future(short.let_pass())
    for answered in ("list", "list", "page"):
        await asyncio.sleep(0)
        assert not waiting.done()
        short.leave(answered)
    await waiting


async def test_with_none_in_hand_a_piece_does_not_wait(short):
    first = asyncio.ensure_future(short.let_pass())
    await asyncio.sleep(0)
    assert first.done()
    short.enter("page")
    short.leave("page")
    second = asyncio.ensure_future(short.let_pass())
    await asyncio.sleep(0)
    assert second.done()


@pytest.mark.parametrize(("moment", "young"), [(0.001, LONG), (LONG, 0.001), (LONG, 0.0)])
async def test_a_slow_request_holds_a_piece_for_a_moment_only(moment, young):
    short = ShortRequests(moment=moment, young=young)
    short.enter("page")
    passing = asyncio.ensure_future(short.let_pass())
    assert await eventually_async(passing.done)


async def test_the_pieces_of_a_long_body_come_when_the_page_is_answered(short):
    app, taken = Quart(__name__), bytearray()
    install_bounded_bodies(app, BodyMemory(1 << 30, 1 << 30))
    app.extensions[SHORT_REQUESTS] = short
    began, may_end = asyncio.Event(), asyncio.Event()

    @app.get("/page")
    async def page() -> str:
        began.set()
        await may_end.wait()
        return "page"

    @app.post("/long")
    async def long() -> str:
        async for piece in request.body:
            taken.extend(piece)
        return str(len(taken))

    waiting = asyncio.ensure_future(app.test_client().get("/page"))
    await began.wait()
    async with app.test_client().request("/long", method="POST") as sender:
        for piece in (bytes(MAX_WAITING + 1), b"more", b"and more"):
            await sender.send(piece)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(taken) == MAX_WAITING + 1
        may_end.set()
        await sender.send_complete()
    answer = await sender.as_response()
    assert await answer.get_data(as_text=True) == str(len(taken)) == str(MAX_WAITING + 13)
    assert (await waiting).status_code == 200
