"""``python -m workers.supernode``: Flower's SuperNode, which looks for work every second.

Flower lets an idle SuperNode sleep for three seconds, and a round has two exchanges: nearly all
of a short round would be waiting.
"""

import time
from types import SimpleNamespace

from flwr.supernode import start_client_internal
from flwr.supernode.cli.flower_supernode import flower_supernode

LONGEST_SLEEP = 1.0


def main() -> None:
    """Run the SuperNode with the arguments of ``flower-supernode``."""
    quick = SimpleNamespace(sleep=lambda seconds: time.sleep(min(seconds, LONGEST_SLEEP)))
    vars(start_client_internal)["time"] = quick  # the only thing that its loop uses of it
    flower_supernode()


if __name__ == "__main__":
    main()
