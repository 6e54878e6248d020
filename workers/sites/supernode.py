"""``python -m workers.sites.supernode``: Flower's SuperNode, which looks for work every second.

Flower lets an idle SuperNode sleep for three seconds, and a round has two exchanges: nearly all
of a short round would be waiting. And it sends one answer for each message that it gets, whichever
comes first: after a run that ended in the middle of a message, the next answer would lie there
until yet another message came, while a run waits for it.
"""

import time
from collections.abc import Callable
from typing import Any

from services.flower.supernode import answer_waits, flower_supernode, replace_pull, replace_sleep

MAX_SLEEP = 1.0
NO_RUN = 0


def _pulled(pull: Callable[..., int | None], parts: dict[str, Any]) -> int | None:
    """Return the run of the message that was pulled; a number also if an answer waits to go."""
    run_id = pull(**parts)
    return NO_RUN if run_id is None and answer_waits(parts["state"]) else run_id


def main() -> None:
    """Run the SuperNode with the arguments of ``flower-supernode``."""
    replace_sleep(lambda seconds: time.sleep(min(seconds, MAX_SLEEP)))
    replace_pull(_pulled)
    flower_supernode()


if __name__ == "__main__":
    main()
