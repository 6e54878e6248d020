"""The budget of bodies in memory."""

import pytest
from quart import Quart, g

from app.auth.actor import SYSTEM
from app.errors import Busy
from app.http.memory import FREE_BYTES, BodyMemory


@pytest.fixture
async def inside_a_request():
    async with Quart("memory").test_request_context("/"):
        yield


@pytest.mark.usefixtures("inside_a_request")
async def test_what_is_released_may_be_held_again() -> None:
    memory, one, other = BodyMemory(100, 100), object(), object()
    memory.hold(one, FREE_BYTES + 60)
    with pytest.raises(Busy) as refused:
        for size in (FREE_BYTES + 30, FREE_BYTES + 60):
            memory.hold(other, size)
    assert memory.held == 60
    assert refused.value.retry_after
    memory.release(one)
    memory.hold(other, FREE_BYTES + 60)
    assert memory.held == 60


@pytest.mark.usefixtures("inside_a_request")
async def test_a_body_that_grows_is_counted_once_and_a_short_one_not_at_all() -> None:
    memory, body = BodyMemory(100, 100), object()
    for size in range(0, FREE_BYTES + 50, 1000):
        memory.hold(body, size)
    memory.hold(body, FREE_BYTES + 50)
    memory.hold(object(), FREE_BYTES)
    assert memory.held == 50
    memory.release(object())
    assert memory.held == 50


@pytest.mark.usefixtures("inside_a_request")
async def test_one_person_leaves_room_for_the_others() -> None:
    memory = BodyMemory(100, 50)
    with pytest.raises(Busy):
        memory.hold(object(), FREE_BYTES + 51)
    memory.hold(object(), FREE_BYTES + 50)
    g.actor = SYSTEM
    memory.hold(object(), FREE_BYTES + 50)
    assert memory.held == 100
