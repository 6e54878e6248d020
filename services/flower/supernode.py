"""Flower's SuperNode, made to look for work more often than it does by itself."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from flwr.supernode import start_client_internal
from flwr.supernode.cli.flower_supernode import flower_supernode

__all__ = ["answer_waits", "flower_supernode", "replace_pull", "replace_sleep"]


def replace_sleep(sleep: Callable[[float], None]) -> None:
    """Let the loop of the SuperNode sleep so; it uses nothing else of its module ``time``."""
    vars(start_client_internal)["time"] = SimpleNamespace(sleep=sleep)


def replace_pull(
    pulled: Callable[[Callable[..., int | None], dict[str, Any]], int | None],
) -> None:
    """Wrap what pulls a message: ``pulled`` gets it with the arguments of the loop."""
    pull = start_client_internal._pull_and_store_message
    vars(start_client_internal)["_pull_and_store_message"] = lambda **parts: pulled(pull, parts)


def answer_waits(state: Any) -> bool:
    """Return whether the SuperNode has an answer that it has not sent."""
    with state.lock_msg_store:
        return any(
            entry.message.metadata.reply_to_message_id and not entry.is_retrieved
            for entry in state.msg_store.values()
        )
