"""What is done by time: each period, and sooner where something is due sooner."""

import threading
import time
from datetime import timedelta

import pytest

from app.clock import now
from workers.scheduler_loop import MIN_WAIT_SECONDS, Task, tick, tick_until


def test_what_is_due_before_its_period_is_over_is_done_then() -> None:
    stop, times = threading.Event(), list[float]()

    def run() -> None:
        times.append(time.monotonic())
        if len(times) == 2:
            stop.set()

    due = now() + timedelta(seconds=0.3)
    tick_until(stop, [Task(3600, run, next_at=lambda: due)])
    assert times[1] - times[0] >= 0.29


@pytest.mark.parametrize("seconds", [-60.0, 0.0, 0.01])
def test_what_is_due_already_waits_for_its_turn(seconds: float) -> None:
    task = Task(3600, lambda: None, next_at=lambda: now() + timedelta(seconds=seconds))
    began = time.monotonic()
    task.perform(began)
    assert began + MIN_WAIT_SECONDS <= task.due < began + 3600


@pytest.mark.parametrize("later", [None, timedelta(hours=2)])
def test_nothing_is_put_off(later: timedelta | None) -> None:
    task = Task(5, lambda: None, next_at=lambda: None if later is None else now() + later)
    began = time.monotonic()
    task.perform(began)
    assert task.due == began + 5


def test_what_is_done_in_one_tick_is_due_together_again() -> None:
    tasks = [Task(5, lambda: time.sleep(0.01)) for _ in range(3)]
    tick(tasks)
    assert len({task.due for task in tasks}) == 1


def test_a_part_that_is_away_is_looked_for_again_after_the_period() -> None:
    stop, calls = threading.Event(), list[int]()

    def run() -> None:
        calls.append(1)
        if len(calls) == 2:
            stop.set()
        raise OSError("away")

    tick_until(stop, [Task(0.3, run)])
    assert len(calls) == 2
