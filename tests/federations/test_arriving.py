"""Answers whose upload is slow or cut off, with a SuperLink that has what we let it have."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from flwr.app import Array, ArrayRecord, Message, RecordDict
from flwr.common.constant import ErrorCode
from flwr.proto.message_pb2 import Message as Announced
from flwr.proto.message_pb2 import Metadata as About
from flwr.supercore.inflatable.inflatable_object import get_all_nested_objects, get_object_tree
from flwr.supercore.run import Run
from flwr.supercore.task_identity import TaskIdentity

from services.federations.engine.arrivals import TimeoutGrid


class Uploading:
    """The Runtime API of a SuperLink to which a site uploads one answer, object by object."""

    def __init__(self, answer: Message) -> None:
        self.objects = {name: one.deflate() for name, one in get_all_nested_objects(answer).items()}
        self.tree, self.id = get_object_tree(answer), answer.object_id
        self.here: set[str] = set()
        self.is_forgotten = False
        self.requested: list[str] = []
        self.confirmed: list[str] = []

    def PullMessages(self, request: Any) -> Any:  # noqa: N802
        about = About(message_id=self.id, reply_to_message_id=request.message_ids[0])
        return SimpleNamespace(
            messages_list=[Announced(metadata=about)], message_object_trees=[self.tree]
        )

    def PullObject(self, request: Any) -> Any:  # noqa: N802
        self.requested.append(request.object_id)
        return SimpleNamespace(
            object_found=not self.is_forgotten,
            object_available=request.object_id in self.here,
            object_content=self.objects[request.object_id],
        )

    def ConfirmMessageReceived(self, request: Any) -> None:  # noqa: N802
        self.confirmed.append(request.message_object_id)


@pytest.fixture
def link() -> Uploading:
    TaskIdentity.task_id, TaskIdentity.run_id, TaskIdentity.node_id = 1, 7, 1
    weights = ArrayRecord({name: Array(np.full(5, 0.5)) for name in ("a", "b", "c")})
    answer = Message(RecordDict({"arrays": weights}), dst_node_id=2, message_type="train")
    return Uploading(answer)


@pytest.fixture
def grid(link: Uploading) -> TimeoutGrid:
    grid = TimeoutGrid("127.0.0.1:9", b"", "task 1")
    grid._client = link  # type: ignore[assignment]
    grid.set_run(Run.create_empty(7))
    return grid


def test_an_answer_that_is_half_uploaded_is_not_waited_for(grid, link):
    link.here = set(list(link.objects)[:2])
    assert [list(grid.pull_messages(["sent"])) for _ in range(3)] == [[], [], []]
    assert link.confirmed == []


def test_what_has_come_of_an_answer_is_not_fetched_again(grid, link):
    link.here = set(list(link.objects)[:2])
    grid.pull_messages(["sent"])
    link.here = set(link.objects)
    (answer,) = grid.pull_messages(["sent"])
    assert answer.content["arrays"]["b"].numpy().tolist() == [0.5] * 5
    assert link.confirmed == [link.id]
    grid.pull_messages([])
    assert grid._arriving == {}


def test_an_answer_that_was_cut_off_is_an_error_and_can_be_requested_again(grid, link):
    grid.pull_messages(["sent"])
    link.is_forgotten = True
    (answer,) = grid.pull_messages(["sent"])
    assert (answer.error.code, answer.metadata.reply_to_message_id) == (
        ErrorCode.MESSAGE_UNAVAILABLE,
        "sent",
    )


def test_an_answer_that_nobody_waits_for_any_more_is_let_go(grid, link):
    grid.pull_messages(["sent"])
    assert len(grid._arriving) == 1
    grid.pull_messages([])
    assert grid._arriving == {}
