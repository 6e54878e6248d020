"""Messages that get lost on their way, with a SuperLink that answers as a test says."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flwr.app import ConfigRecord, Error, Message, RecordDict
from flwr.common.constant import ErrorCode
from flwr.supercore.task_identity import TaskIdentity

from services.engine_kit.errors import StopTraining
from services.federations.engine import grid_transport as couriers
from services.federations.engine.grid_transport import GridTransport
from services.federations.types import LinkAddress, Participant, Participants
from services.runs.training.engine.federated.site import RoundPlan
from tests.federations.test_site_app import PLAN

NOTHING_YET = -1
LINK = LinkAddress(address="127.0.0.1:9", certificate=b"", secret="", folder="")


class ForgetfulGrid:
    """Answers each message with the next of ``codes``: an error of Flower, None for an answer."""

    def __init__(self, *codes: int | None) -> None:
        self.run = SimpleNamespace(run_id=7)
        self.codes = list(codes)
        self.sent: dict[str, Message] = {}
        self.connected = ["10:00"]  # since when, at each look; the last one stays

    def get_nodes(self) -> list[Any]:
        since = self.connected.pop(0) if len(self.connected) > 1 else self.connected[0]
        return [SimpleNamespace(node_id=41, last_activated_at=since)]

    def push_messages(self, messages: list[Message]) -> list[str]:
        number = f"message {len(self.sent)}"
        self.sent[number] = messages[0]
        messages[0].metadata.__dict__["_message_id"] = number
        return [number]

    def pull_messages(self, numbers: list[str]) -> list[Message]:
        code = self.codes.pop(0)
        if code == NOTHING_YET:
            return []
        content: Any = RecordDict() if code is None else Error(code=code, reason="away")
        return [Message(content, reply_to=self.sent[numbers[-1]])]


def transport_over(
    grid: ForgetfulGrid, monkeypatch: Any, publish: Callable[[Any], None] = lambda _: None
) -> GridTransport:
    TaskIdentity.task_id, TaskIdentity.run_id, TaskIdentity.node_id = 1, 7, 1
    monkeypatch.setattr(couriers, "LOOK_SECONDS", 0.0)
    sites = [Participant(name="berlin", node_id=41)]
    here = Participants(federation="north", link=LINK, sites=sites, absent=dict)
    transport = GridTransport(here, RoundPlan(), lambda *_: None, publish=publish)
    transport._grid, transport.plans = grid, {2: PLAN}  # type: ignore[assignment]
    return transport


def answers(
    grid: ForgetfulGrid, monkeypatch: Any, publish: Callable[[Any], None] = lambda _: None
) -> list[Message]:
    transport = transport_over(grid, monkeypatch, publish)
    message = Message(RecordDict({"a": ConfigRecord()}), dst_node_id=2, message_type="query")
    return [one.answer for one in transport.deliver([message], lambda *_: None)]


def test_a_message_that_met_a_site_just_connecting_is_sent_again(monkeypatch):
    grid = ForgetfulGrid(ErrorCode.NODE_UNAVAILABLE, ErrorCode.MESSAGE_UNAVAILABLE, None)
    (answer,) = answers(grid, monkeypatch)
    assert not answer.has_error()
    assert len(grid.sent) == 3


def test_a_site_whose_program_has_restarted_gets_the_message_again(monkeypatch):
    grid = ForgetfulGrid(NOTHING_YET, NOTHING_YET, NOTHING_YET, None)
    grid.connected = ["10:00", "10:00", "10:07"]
    (answer,) = answers(grid, monkeypatch)
    assert not answer.has_error()
    assert len(grid.sent) == 2


def test_a_message_that_was_sent_twice_is_lost_only_when_both_are(monkeypatch):
    lost = ErrorCode.NODE_UNAVAILABLE
    grid = ForgetfulGrid(NOTHING_YET, lost, None)
    grid.connected = ["10:00", "10:07"]
    (answer,) = answers(grid, monkeypatch)
    assert not answer.has_error()
    assert len(grid.sent) == 2


def test_what_a_site_answered_is_not_requested_again(monkeypatch):
    grid = ForgetfulGrid(ErrorCode.CLIENT_APP_RAISED_EXCEPTION)
    (answer,) = answers(grid, monkeypatch)
    assert answer.has_error()
    assert len(grid.sent) == 1


def test_a_message_is_not_sent_again_for_ever(monkeypatch):
    monkeypatch.setattr(couriers, "MAX_LOST", 2)
    (answer,) = answers(ForgetfulGrid(*[ErrorCode.NODE_UNAVAILABLE] * 3), monkeypatch)
    assert answer.error.code == ErrorCode.NODE_UNAVAILABLE


def test_who_has_answered_is_shown_while_others_are_waited_for(monkeypatch):
    events: list[Any] = []
    answers(ForgetfulGrid(None), monkeypatch, events.append)
    assert [(one.phase, one.answered, one.waiting_for) for one in events] == [
        ("asking", [], ["berlin"]),
        ("asking", ["berlin"], []),
    ]


def test_a_stop_is_heard_while_sites_are_queried(monkeypatch):
    def stop() -> None:
        raise StopTraining

    transport = transport_over(ForgetfulGrid(ErrorCode.NODE_UNAVAILABLE), monkeypatch)
    transport.check = stop
    message = Message(RecordDict({"a": ConfigRecord()}), dst_node_id=2, message_type="query")
    with pytest.raises(StopTraining):
        list(transport.deliver([message], lambda *_: None))
