"""From the commit of an event in a worker to the screens of many people.

The emitter is a process of its own, as a worker is: it commits events and rings. Each client is
a plain WebSocket with the rules of a browser.
"""

import asyncio
import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

from app.events import Event
from app.models.user import User
from app.process import die_with_parent
from app.resources import open_resources
from app.settings import Settings
from bench.figures import Figure, at_most, percentile
from bench.private import private_site
from harness.eventually import eventually_async
from harness.live_client import LiveClient
from harness.site import Site

TARGET_MS = 150.0


@dataclass(frozen=True, kw_only=True)
class Emitted(Event):
    """A fact that carries the time at which its worker decided to publish it."""

    type: ClassVar[str] = "bench_emitted"
    sent: float


def emit(topics: list[str], per_second: float, count: int) -> None:
    """Commit ``count`` events in turn over the topics, evenly in time."""
    resources = open_resources(Settings.from_env(os.environ), {}, pool_size=1)
    start = time.time() + 0.5
    for number in range(count):
        time.sleep(max(0.0, start + number / per_second - time.time()))
        with resources.database.write() as unit:
            unit.publish(topics[number % len(topics)], Emitted(sent=time.time()))
    resources.close()


class Watcher:
    """One socket on one topic, which notes how late everything arrives."""

    def __init__(self, site: Site, token: str, topic: str) -> None:
        self.topic = topic
        self.delays_ms: list[float] = []
        self.seqs: list[int] = []
        self.client = LiveClient(site.url, token=token, on_event=self._hear)

    async def join(self) -> None:
        await self.client.open()
        await self.client.subscribe(self.topic)

    def _hear(self, name: str, event: Any) -> None:
        if name == "event":
            self.delays_ms.append((time.time() - event["data"]["sent"]) * 1000)
            self.seqs.append(event["seq"])


def measure(seconds: float = 15.0) -> list[Figure]:
    """Return the latency to 50 sockets, and what 500 sockets lose at 20 facts a second."""
    with private_site() as site:
        few = asyncio.run(_watch(site, sockets=50, topics=1, per_second=10, seconds=seconds))
        many = asyncio.run(_watch(site, sockets=500, topics=5, per_second=20, seconds=seconds))
    return [
        at_most("worker emits → 50 sockets, p95", percentile(few.delays, 95), TARGET_MS, "ms"),
        Figure(name="worker emits → 50 sockets, p50", value=percentile(few.delays, 50), unit="ms"),
        at_most("lost by 50 sockets", few.lost, 0, "events", f"of {few.due}"),
        at_most("500 sockets, 20 facts/s, lost", many.lost, 0, "events", f"of {many.due}"),
        Figure(name="500 sockets, p50", value=percentile(many.delays, 50), unit="ms"),
        Figure(name="500 sockets, p95", value=percentile(many.delays, 95), unit="ms"),
    ]


@dataclass(frozen=True, kw_only=True)
class Received:
    """What all the sockets together heard of what was due."""

    delays: list[float]
    due: int
    lost: int


async def _watch(
    site: Site, *, sockets: int, topics: int, per_second: float, seconds: float
) -> Received:
    owner: User = site.user()
    token, names = site.token(owner), [site.topic(owner) for _ in range(topics)]
    watchers = [Watcher(site, token, names[i % topics]) for i in range(sockets)]
    for group in range(0, sockets, 50):
        await asyncio.gather(*(watcher.join() for watcher in watchers[group : group + 50]))
    count = int(per_second * seconds) // topics * topics
    emitter = _start_emitter(site, names, per_second, count)
    due = list(range(1, count // topics + 1))
    with suppress(AssertionError):  # what did not arrive is counted below
        await eventually_async(
            lambda: all(len(w.seqs) >= len(due) for w in watchers), seconds + 20, every=0.1
        )
    emitter.wait()
    await asyncio.gather(*(watcher.client.close() for watcher in watchers))
    heard = sum(len(set(watcher.seqs) & set(due)) for watcher in watchers)
    delays = [delay for watcher in watchers for delay in watcher.delays_ms]
    return Received(delays=delays, due=len(due) * sockets, lost=len(due) * sockets - heard)


def _start_emitter(
    site: Site, topics: list[str], per_second: float, count: int
) -> "subprocess.Popen[bytes]":
    words = [str(os.getpid()), str(per_second), str(count), *topics]
    return subprocess.Popen(
        [sys.executable, "-m", "bench.live_latency", *words],
        env={**os.environ, **site.settings.environment()},
    )


if __name__ == "__main__":
    parent, rate, number, *topic_names = sys.argv[1:]
    die_with_parent(int(parent))
    emit(topic_names, float(rate), int(number))
