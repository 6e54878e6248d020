"""What a request makes in a thread is undone when its client hangs up meanwhile."""

import asyncio
import threading

import pytest

from app.http.short_jobs import run_or_undo


class Making:
    """Makes something as soon as it may, and knows what was undone."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.undone: list[str] = []

    def make(self, name: str) -> str:
        self.begun.set()
        assert self.may_end.wait(30)
        if name == "broken":
            raise LookupError(name)
        return name


async def hung_up(making: Making, name: str) -> None:
    """Begin to make ``name`` and cancel whoever waits, once and again."""
    waiting = asyncio.ensure_future(run_or_undo(making.undone.append, making.make, name))
    await asyncio.to_thread(making.begun.wait, 30)
    waiting.cancel()
    await asyncio.sleep(0.05)
    assert not waiting.done()  # what is being made is not left alone
    making.may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_what_is_made_for_nobody_is_undone():
    making = Making()
    await hung_up(making, "plot")
    assert making.undone == ["plot"]


async def test_where_nothing_was_made_nothing_is_undone():
    making = Making()
    await hung_up(making, "broken")
    assert making.undone == []


async def test_what_somebody_waits_for_stays():
    making = Making()
    making.may_end.set()
    assert await run_or_undo(making.undone.append, making.make, "plot") == "plot"
    with pytest.raises(LookupError):
        await run_or_undo(making.undone.append, making.make, "broken")
    assert making.undone == []
