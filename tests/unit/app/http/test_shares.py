"""One person has a share of the threads."""

import asyncio
import threading

import pytest

from app.http import threads
from app.http.threads import count_for, open_executor, run_in_thread


@pytest.fixture
def executor(monkeypatch):
    monkeypatch.setattr(threads, "_executor", None)
    monkeypatch.setattr(threads, "_share", 1)
    pool = open_executor(8)
    yield pool
    pool.shutdown(wait=False)


class Busy:
    """Work that lasts until it is let go, and counts how much of it is done at once."""

    def __init__(self) -> None:
        self.go, self.now, self.most = threading.Event(), 0, 0
        self._lock = threading.Lock()

    def work(self) -> None:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.go.wait(30)
        with self._lock:
            self.now -= 1


async def work_of(person: int, busy: Busy) -> None:
    count_for(person)
    await run_in_thread(busy.work)


@pytest.mark.usefixtures("executor")
async def test_a_person_with_much_work_leaves_threads_to_the_others() -> None:
    busy = Busy()
    tasks = [asyncio.create_task(work_of(1, busy)) for _ in range(20)]
    await asyncio.sleep(0.05)
    count_for(2)
    assert await asyncio.wait_for(run_in_thread(lambda: "answered"), 20) == "answered"
    busy.go.set()
    await asyncio.gather(*tasks)
    assert busy.most == 2


@pytest.mark.usefixtures("executor")
async def test_work_that_was_given_up_still_counts_until_it_ends() -> None:
    busy = Busy()
    for _ in range(6):
        task = asyncio.create_task(work_of(3, busy))
        await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert busy.most <= 2
    busy.go.set()
