"""What is set in messages and strategies that Flower sets itself where it runs them."""

from collections.abc import Mapping
from typing import Any

from flwr.app import Error, Message, Metadata, RecordDict
from flwr.app.message import make_message
from flwr.common.constant import ErrorCode
from flwr.serverapp.strategy import FedAvg
from flwr.supercore.run import Run
from flwr.supercore.task_identity import TaskIdentity

STRATEGY_STATE = ("m_t", "v_t", "momentum_vector", "current_arrays")

__all__ = [
    "STRATEGY_STATE",
    "ErrorCode",
    "Run",
    "become",
    "error_message",
    "set_message_id",
    "set_sender",
    "set_strategy_state",
    "strategy_state",
    "with_content",
]


def become(*, run_id: int, task_id: int, node_id: int) -> None:
    """Say who sends the messages of this process; it serves one run at a time."""
    TaskIdentity.task_id, TaskIdentity.run_id, TaskIdentity.node_id = task_id, run_id, node_id


def set_message_id(message: Message, number: str) -> None:
    """Number a message, as a SuperLink does."""
    message.metadata.__dict__["_message_id"] = number


def set_sender(message: Message, node_id: int) -> None:
    """Say which node a message comes from."""
    message.metadata.__dict__["_src_node_id"] = node_id


def with_content(message: Message, content: RecordDict) -> Message:
    """Return a message with the same metadata and another content; the given one stays."""
    return make_message(metadata=message.metadata, content=content)


def error_message(metadata: Metadata, code: int, reason: str) -> Message:
    """Return the message that something went wrong."""
    return make_message(metadata=metadata, error=Error(code=code, reason=reason))


def strategy_state(strategy: FedAvg) -> dict[str, Any]:
    """Return what a strategy keeps between rounds, by attribute.

    Strategies replace what they keep and never change it in place, so that no copy is needed.
    """
    return {name: value for name, value in vars(strategy).items() if name in STRATEGY_STATE}


def set_strategy_state(strategy: FedAvg, state: Mapping[str, Any]) -> None:
    """Give a strategy what it keeps between rounds."""
    vars(strategy).update(state)
