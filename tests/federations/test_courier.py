"""Messages that get lost on their way, with a SuperLink that answers as we tell it to."""

from types import SimpleNamespace
from typing import Any

from flwr.app import ConfigRecord, Error, Message, RecordDict
from flwr.common.constant import ErrorCode
from flwr.supercore.task_identity import TaskIdentity

from services.federations.engine import courier as couriers
from services.federations.engine.courier import SuperLinkCourier
from services.federations.types import LinkAddress, Participant, Participants
from services.runs.engine.federated.site import Round
from tests.federations.test_site_app import PLAN

LINK = LinkAddress(address="127.0.0.1:9", certificate=b"", secret="", folder="")


class ForgetfulGrid:
    """Answers each message with the next of ``codes``: an error of Flower, None for an answer."""

    def __init__(self, *codes: int | None) -> None:
        self.run = SimpleNamespace(run_id=7)
        self.codes = list(codes)
        self.sent: dict[str, Message] = {}

    def push_messages(self, messages: list[Message]) -> list[str]:
        number = f"message {len(self.sent)}"
        self.sent[number] = messages[0]
        messages[0].metadata.__dict__["_message_id"] = number
        return [number]

    def pull_messages(self, numbers: list[str]) -> list[Message]:
        code = self.codes.pop(0)
        content: Any = RecordDict() if code is None else Error(code=code, reason="away")
        return [Message(content, reply_to=self.sent[numbers[-1]])]


def answers(grid: ForgetfulGrid, monkeypatch: Any) -> list[Message]:
    TaskIdentity.task_id, TaskIdentity.run_id, TaskIdentity.node_id = 1, 7, 1
    monkeypatch.setattr(couriers, "LOOK_SECONDS", 0.0)
    sites = [Participant(name="berlin", node_id=41)]
    here = Participants(federation="north", link=LINK, sites=sites, present=lambda: {"berlin"})
    courier = SuperLinkCourier(here, Round(), lambda *_: None)
    courier._grid, courier.plans = grid, {2: PLAN}  # type: ignore[assignment]
    message = Message(RecordDict({"a": ConfigRecord()}), dst_node_id=2, message_type="query")
    return [one.answer for one in courier.deliver([message], lambda *_: None)]


def test_a_message_that_met_a_site_just_connecting_is_sent_again(monkeypatch):
    grid = ForgetfulGrid(ErrorCode.NODE_UNAVAILABLE, ErrorCode.MESSAGE_UNAVAILABLE, None)
    (answer,) = answers(grid, monkeypatch)
    assert not answer.has_error()
    assert len(grid.sent) == 3


def test_what_a_site_says_is_not_asked_again(monkeypatch):
    grid = ForgetfulGrid(ErrorCode.CLIENT_APP_RAISED_EXCEPTION)
    (answer,) = answers(grid, monkeypatch)
    assert answer.has_error()
    assert len(grid.sent) == 1


def test_a_message_is_not_sent_again_for_ever(monkeypatch):
    monkeypatch.setattr(couriers, "MOST_LOST", 2)
    (answer,) = answers(ForgetfulGrid(*[ErrorCode.NODE_UNAVAILABLE] * 3), monkeypatch)
    assert answer.error.code == ErrorCode.NODE_UNAVAILABLE
