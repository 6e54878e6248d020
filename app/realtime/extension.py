"""What a domain adds to the live server: events of its own, and topics in its own words.

A domain declares ``SocketEvent`` rows beside its blueprints. What its clients hear is made at the
edge out of the same numbered events that everybody follows, so nothing is published twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.auth.actor import Actor
from app.auth.policy import Rule
from app.errors import RoundhouseError
from app.resources import Resources

Payload = dict[str, Any]
Emission = tuple[str, Payload]


class TopicWatcher(Protocol):
    """Hears the events of one topic for one socket."""

    async def begin(self) -> None:
        """Say how things stand, after the feed has begun to hand over what comes from now on."""

    async def take(self, event: Mapping[str, Any]) -> None:
        """Hear one event; one with a number that ``begin`` has covered is to be dropped."""


class Follows(Protocol):
    """What a connection needs of the live server."""

    async def emit_to(self, sid: str, name: str, payload: Payload) -> None:
        """Send one event to one socket."""

    async def watch(self, sid: str, topic: str, watcher: TopicWatcher) -> None:
        """Let a watcher hear a topic that the socket's person may see."""

    def unwatch(self, sid: str, topic: str) -> None:
        """End that."""


@dataclass
class Connection:
    """One socket, as the events of a domain see it. ``notes`` is theirs, ``turn`` orders them."""

    sid: str
    actor: Actor
    resources: Resources
    server: Follows
    notes: dict[str, Any] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def emit(self, name: str, payload: Payload) -> None:
        """Send an event to this socket alone."""
        await self.server.emit_to(self.sid, name, payload)

    async def watch(self, topic: str, watcher: TopicWatcher) -> None:
        """Begin to hear a topic; the state comes first, then each event after it, once.

        Raises NotFound where the person may not see it, Invalid where it is one topic too many.
        """
        await self.server.watch(self.sid, topic, watcher)

    def unwatch(self, topic: str) -> None:
        """Hear a topic no more."""
        self.server.unwatch(self.sid, topic)


@dataclass(frozen=True, kw_only=True)
class SocketEvent:
    """An event that clients may send: who may, what answers it, and how a refusal is put."""

    name: str
    rule: Rule
    answer: Callable[[Connection, Any], Awaitable[None]]
    refuse: Callable[[Any, RoundhouseError], Emission]
