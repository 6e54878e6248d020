"""One client that stops reading costs neither memory nor anybody else's events."""

import psutil

from harness.eventually import eventually_async
from tests.realtime.events import Listener, Sent

EVENTS = 500
BIG = "x" * 60_000  # 30 MB in all; a client may be 1 MB behind


async def publish_slowly(site, topic, listener) -> None:
    """Publish as fast as the reading client can follow."""
    for number in range(EVENTS):
        site.publish(topic, Sent(value=BIG))
        await eventually_async(lambda number=number: len(listener.heard) > number - 20)


async def test_a_client_that_stops_reading_is_cut_and_nobody_else_notices(
    site, token, topic
) -> None:
    web = psutil.Process(site.web.process.pid)
    async with Listener(site.url, token) as frozen, Listener(site.url, token) as reads:
        for listener in (frozen, reads):
            await listener.client.subscribe(topic)
        before = web.memory_info().rss
        frozen.client.stop_reading()
        await publish_slowly(site, topic, reads)
        await eventually_async(lambda: len(reads.heard) == EVENTS)
        grown = web.memory_info().rss - before
        frozen.client.read_on()
        await eventually_async(frozen.client.closed.is_set)
    assert reads.seqs == list(range(1, EVENTS + 1))
    assert frozen.seqs == list(range(1, len(frozen.heard) + 1))
    assert len(frozen.heard) < EVENTS
    assert grown < 25_000_000


async def test_a_client_that_was_cut_goes_on_where_it_was(site, token, topic) -> None:
    async with Listener(site.url, token) as frozen, Listener(site.url, token) as reads:
        for listener in (frozen, reads):
            await listener.client.subscribe(topic)
        frozen.client.stop_reading()
        await publish_slowly(site, topic, reads)
        frozen.client.read_on()
        await eventually_async(frozen.client.closed.is_set)
    async with Listener(site.url, token) as back:
        page = await back.client.subscribe(topic, after=len(frozen.heard))
        seqs = frozen.seqs + [event["seq"] for event in page["events"]]
    assert seqs == list(range(1, EVENTS + 1))
