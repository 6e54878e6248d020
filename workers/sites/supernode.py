"""``python -m workers.sites.supernode``: Flower's SuperNode, which looks for work every second.

Flower lets an idle SuperNode sleep for three seconds, and a round has two exchanges: nearly all
of a short round would be waiting. And it sends one answer for each message that it gets, whichever
comes first: after a run that ended in the middle of a message, the next answer would lie there
until yet another message came, while a run waits for it.
"""

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from flwr.supernode import start_client_internal
from flwr.supernode.cli.flower_supernode import flower_supernode

LONGEST_SLEEP = 1.0
NO_RUN = 0


def _pulled(pull: Callable[..., int | None], parts: dict[str, Any]) -> int | None:
    """Return the run of the message that was pulled; a number also if an answer waits to go."""
    run_id = pull(**parts)
    return NO_RUN if run_id is None and _answer_waits(parts["state"]) else run_id


def _answer_waits(state: Any) -> bool:
    """Return whether the SuperNode has an answer that it has not sent."""
    with state.lock_msg_store:
        return any(
            entry.message.metadata.reply_to_message_id and not entry.is_retrieved
            for entry in state.msg_store.values()
        )


def main() -> None:
    """Run the SuperNode with the arguments of ``flower-supernode``."""
    quick = SimpleNamespace(sleep=lambda seconds: time.sleep(min(seconds, LONGEST_SLEEP)))
    vars(start_client_internal)["time"] = quick  # the only thing that its loop uses of it
    pull = start_client_internal._pull_and_store_message
    vars(start_client_internal)["_pull_and_store_message"] = lambda **parts: _pulled(pull, parts)
    flower_supernode()


if __name__ == "__main__":
    main()
