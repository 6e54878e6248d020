"""Getting messages to sites and their answers back: the seam between the rounds and a grid.

The rounds know nodes by number and records by name; how a message travels is a transport's matter.
Here it is a function call. Times and sizes are reported of every answer alike, whatever the grid.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast

from flwr.app import Message, RecordDict
from flwr.serverapp import Grid

from app.clock import now

Started = Callable[[int, datetime, float], None]  # node, when, and seconds that it waited


@dataclass(frozen=True, kw_only=True)
class SiteReply:
    """One site's answer: ``seconds`` after the message was sent, after ``waiting`` seconds."""

    answer: Message
    sent_at: datetime
    waiting: float
    seconds: float

    @property
    def node(self) -> int:
        """Return who answered."""
        return int(self.answer.metadata.src_node_id)


class Transport(Protocol):
    """Delivers messages over some grid."""

    def deliver(self, messages: Sequence[Message], started: Started) -> Iterator[SiteReply]:
        """Yield every site's answer as it comes; an error that it met is an answer too.

        ``started`` is called when a site is about to begin.
        """


class InProcessTransport:
    """Sends to one site after the other, in the messages' order, over a grid in this process."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid

    def deliver(self, messages: Sequence[Message], started: Started) -> Iterator[SiteReply]:
        """Yield the answers in the order of the messages."""
        queued = time.monotonic()
        for message in messages:
            sent, sent_at = time.monotonic(), now()
            started(message.metadata.dst_node_id, sent_at, sent - queued)
            (answer,) = self._grid.send_and_receive([message])
            seconds = time.monotonic() - sent
            yield SiteReply(answer=answer, sent_at=sent_at, waiting=sent - queued, seconds=seconds)


class ChosenNodes:
    """What a strategy asks a grid for before it makes messages: who takes part."""

    def __init__(self, nodes: Sequence[int]) -> None:
        self._nodes = nodes

    def get_node_ids(self) -> Iterable[int]:
        """Return the nodes that were drawn."""
        return list(self._nodes)


def only(nodes: Sequence[int]) -> Grid:
    """Return the grid of which a strategy sees these nodes and nothing else."""
    return cast("Grid", ChosenNodes(nodes))


def bytes_of(content: RecordDict) -> int:
    """Return the size of records as they are sent, names included, without their envelope."""
    return sum(len(name) + record.count_bytes() for name, record in content.items())
