"""Clients that are dropped again and again, while web and Redis die: nothing is missed or doubled."""

import asyncio
import random
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from harness.eventually import PATIENCE_SECONDS, eventually_async
from harness.live_client import Follower
from harness.plain_http import NO_CERTIFICATES
from harness.redis_server import RedisServer
from harness.site import Site
from tests.realtime.conftest import site_settings
from tests.realtime.events import Sent
from tests.support.depth import deep

CLIENTS, DROPS = deep(6, 20), deep(5, 20)
EVENTS, BATCH = deep(600, 2000), 4
LAST_WORDS = EVENTS // 10  # published after the last drop


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis of this test alone."""
    server = RedisServer()
    server.start()
    yield server
    server.close()


@pytest.fixture
def stormy(tmp_path: Path, database_url: str, redis_server: RedisServer) -> Iterator[Site]:
    """A site of this test alone, on each kind of database."""
    site = Site(site_settings(tmp_path / "home", database_url, redis_server.url))
    site.web.start()
    yield site
    site.close()


class Storm:
    """Publishes, drops and kills, all at once."""

    def __init__(self, site: Site, redis: RedisServer, topic: str) -> None:
        self.site, self.redis, self.topic = site, redis, topic
        self.published = 0
        self.drops_left = CLIENTS * DROPS

    async def publish(self) -> None:
        while self.published < EVENTS:
            is_early = self.published >= EVENTS - LAST_WORDS and self.drops_left
            if not is_early:
                first = self.published
                events = [Sent(value=first + i) for i in range(BATCH)]
                await asyncio.to_thread(self.site.publish, self.topic, *events)
                self.published += BATCH
            await asyncio.sleep(0.02)

    async def drop(self, follower: Follower, chance: random.Random) -> None:
        for _ in range(DROPS):
            before = follower.connections
            await asyncio.sleep(chance.uniform(0.05, 0.4))
            follower.client.drop()
            self.drops_left -= 1
            await eventually_async(lambda before=before: follower.connections > before)

    async def kill(self) -> None:
        await eventually_async(lambda: self.published > EVENTS // 4)
        self.site.web.kill()
        await asyncio.to_thread(self.site.web.start)
        await eventually_async(lambda: self.published > EVENTS // 2)
        self.redis.process.send_signal(signal.SIGKILL)
        await asyncio.sleep(1)
        shutil.rmtree(self.redis.home / "redis")
        await asyncio.to_thread(self.redis.start)


@pytest.mark.full
async def test_no_client_misses_or_doubles_an_event_in_a_storm(stormy, redis_server) -> None:
    owner = stormy.user()
    storm = Storm(stormy, redis_server, stormy.topic(owner))
    chance = random.Random()
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS, verify=NO_CERTIFICATES) as http:
        token = stormy.token(owner)
        followers = [Follower(stormy.url, token, storm.topic, http) for _ in range(CLIENTS)]
        async with asyncio.TaskGroup() as group:
            for follower in followers:
                group.create_task(follower.follow(lambda f=follower: f.last >= EVENTS))
            await eventually_async(lambda: all(f.connections for f in followers))
            for follower in followers:
                group.create_task(storm.drop(follower, chance))
            group.create_task(storm.publish())
            group.create_task(storm.kill())
    for follower in followers:
        assert [event["data"]["value"] for event in follower.seen] == list(range(EVENTS))
        assert [event["seq"] for event in follower.seen] == list(range(1, EVENTS + 1))
        assert follower.connections > DROPS
