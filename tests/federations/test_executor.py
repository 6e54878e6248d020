"""What a site's programs do with a message whose run ends while it is on the way."""

import threading
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from services.engine_kit.errors import StopTraining
from services.federations.engine import executor
from services.federations.engine.executor import Patient
from services.federations.engine.pauses import pause_after
from workers.sites.supernode import NO_RUN, _pulled


class SlowNode:
    """A SuperNode that has a task of run 7, and its message only if ``available``."""

    def __init__(self, *, available: bool) -> None:
        self.available = available

    def PullTaskInput(self, _: Any) -> SimpleNamespace:  # noqa: N802
        return SimpleNamespace(run=SimpleNamespace(run_id=7))

    def PullObject(self, _: Any) -> SimpleNamespace:  # noqa: N802
        return SimpleNamespace(object_available=self.available)

    def PullMessages(self, _: Any) -> str:  # noqa: N802
        return "messages"


def patient(node: SlowNode, begun: list[int], over: threading.Event) -> Any:
    def check() -> None:
        if over.is_set():
            raise StopTraining

    return Patient(node, begun.append, check)  # type: ignore[arg-type]


def test_a_message_is_asked_for_until_its_run_is_over():
    begun, over = [], threading.Event()
    client = patient(SlowNode(available=False), begun, over)
    client.PullTaskInput(None)
    assert begun == [7]
    assert not client.PullObject(None).object_available
    over.set()
    with pytest.raises(StopTraining):
        client.PullObject(None)
    assert client.PullMessages(None) == "messages"


def test_a_message_of_which_nothing_comes_is_given_up(monkeypatch):
    monkeypatch.setattr(executor, "STALLED_SECONDS", -1.0)
    with pytest.raises(httpx.ReadTimeout, match="does not come"):
        patient(SlowNode(available=True), [], threading.Event()).PullObject(None)


@pytest.mark.parametrize(("idle", "pause"), [(0, 0.2), (4, 0.4), (16, 1.0), (86400, 1.0)])
def test_who_waits_looks_often_at_first_and_once_a_second_later(idle, pause):
    assert pause_after(idle) == pytest.approx(pause)


def state(*, reply_to: str, retrieved: bool) -> SimpleNamespace:
    """Return a SuperNode's state with one message."""
    metadata = SimpleNamespace(reply_to_message_id=reply_to)
    entry = SimpleNamespace(message=SimpleNamespace(metadata=metadata), is_retrieved=retrieved)
    return SimpleNamespace(lock_msg_store=threading.Lock(), msg_store={"a": entry})


@pytest.mark.parametrize(
    ("waiting", "pulled", "answer"),
    [
        (state(reply_to="m", retrieved=False), None, NO_RUN),
        (state(reply_to="m", retrieved=True), None, None),
        (state(reply_to="", retrieved=False), None, None),
        (state(reply_to="m", retrieved=False), 7, 7),
    ],
)
def test_an_answer_that_waits_is_sent_even_if_no_message_came(waiting, pulled, answer):
    assert _pulled(lambda **_: pulled, {"state": waiting}) == answer
