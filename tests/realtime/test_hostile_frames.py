"""Whatever a signed-in client sends, it gets a refusal or is cut; everybody else notices nothing."""

import asyncio
from contextlib import suppress

import psutil
import pytest
from websockets.exceptions import ConnectionClosed

from harness.eventually import eventually_async
from harness.live_client import LOST, LiveClient
from tests.realtime.events import Listener, Sent

DEEP = "[" * 5000 + "]" * 5000
REFUSED = {
    "no payload": '42{n}["subscribe"]',
    "null": '42{n}["subscribe",null]',
    "a number": '42{n}["subscribe",7]',
    "a text": '42{n}["subscribe","run:1"]',
    "a list": '42{n}["subscribe",["run:1"]]',
    "no topic": '42{n}["subscribe",{}]',
    "an empty topic": '42{n}["subscribe",{"topic":""}]',
    "a long topic": '42{n}["subscribe",{"topic":"' + "r" * 5000 + '"}]',
    "a topic that is a number": '42{n}["subscribe",{"topic":7}]',
    "a topic that is a list": '42{n}["subscribe",{"topic":["run:1"]}]',
    "a topic with a NUL": '42{n}["subscribe",{"topic":"run:\\u0000"}]',
    "a negative after": '42{n}["subscribe",{"topic":"team","after":-1}]',
    "a huge after": '42{n}["subscribe",{"topic":"team","after":18446744073709551616}]',
    "a fraction after": '42{n}["subscribe",{"topic":"team","after":1.5}]',
    "a text after": '42{n}["subscribe",{"topic":"team","after":"1"}]',
    "a truth after": '42{n}["subscribe",{"topic":"team","after":true}]',
    "an unsubscribe of nothing": '42{n}["unsubscribe",{"topic":null}]',
}
BROKEN = {
    "an oversized frame": '42["subscribe",{"topic":"' + "x" * 200_000 + '"}]',
    "megabytes": "4" + "x" * 3_000_000,
    "binary": b"\x00\xff" * 500,
    "an empty frame": "",
    "an unknown packet type": "9",
    "text that is no packet": "hello",
    "broken JSON": '42["subscribe",{',
    "NaN": '42["subscribe",{"topic":"team","after":NaN}]',
    "1e999": '42["subscribe",{"topic":"team","after":1e999}]',
    "deep JSON": f'42["subscribe",{DEEP}]',
    "an event that is no list": '42{"subscribe":1}',
    "an empty event": "42[]",
    "an event whose name is no text": '42[{"a":1},2]',
    "an event whose name is a list": "42[[1],2]",
    "a binary event without its parts": '451-["subscribe",{"_placeholder":true,"num":0}]',
    "a thousand announced parts": '451000-["subscribe",{}]',
    "an acknowledgement of nothing": "4399[1]",
    "a huge number of an acknowledgement": "42" + "9" * 3000 + '["subscribe",{"topic":"team"}]',
    "another namespace": '42/admin,["subscribe",{"topic":"team"}]',
    "a second connect": "40",
    "a connect to another namespace": "40/admin,",
    "a reserved event": '42["connect",{}]',
    "a reserved end": '42["disconnect"]',
    "a private name": '42["__init__",1]',
}
BROKEN_FIRST = ("", "5", b"\x00", "40{", "40" + DEEP, '42["subscribe",{}]')


@pytest.fixture
async def bystander(site, token, topic):
    """Somebody who watches the run meanwhile."""
    async with Listener(site.url, token) as listener:
        await listener.client.subscribe(topic)
        yield listener


async def assert_unharmed(site, topic, bystander) -> None:
    """The server still tells others what happens."""
    site.publish(topic, Sent(value="still here"))
    await eventually_async(lambda: bool(bystander.heard))
    assert site.web.process.poll() is None


@pytest.mark.parametrize("frame", REFUSED.values(), ids=REFUSED)
async def test_a_wrong_request_is_refused_with_a_sentence(site, token, frame) -> None:
    async with LiveClient(site.url, token=token) as client:
        answer = asyncio.get_running_loop().create_future()
        client.expect(77, answer)
        await client.send(frame.replace("{n}", "77", 1))
        error = (await answer)["error"]
    assert error["code"] in ("invalid", "not_found")
    assert error["detail"]


@pytest.mark.parametrize("frame", BROKEN.values(), ids=BROKEN)
async def test_a_broken_frame_hurts_only_its_sender(site, token, topic, bystander, frame) -> None:
    async with LiveClient(site.url, token=token) as client:
        with suppress(ConnectionClosed):
            await client.send(frame)
            await asyncio.sleep(0.05)
    await assert_unharmed(site, topic, bystander)


async def is_refused(url: str, first_frame: str | bytes) -> bool:
    try:
        async with LiveClient(url, first_frame=first_frame):
            return False
    except LOST:
        return True


async def test_nobody_gets_in_by_a_broken_first_frame(site, topic, bystander) -> None:
    # all at once: the server waits a while for each to say who it is
    answers = await asyncio.gather(*(is_refused(site.url, frame) for frame in BROKEN_FIRST))
    assert all(answers)
    await assert_unharmed(site, topic, bystander)


async def test_a_flood_of_requests_hurts_only_its_sender(site, token, topic, bystander) -> None:
    web = psutil.Process(site.web.process.pid)
    before = web.memory_info().rss
    async with LiveClient(site.url, token=token) as client:
        with suppress(ConnectionClosed):
            for number in range(3000):
                await client.send(f'42{number}["subscribe",{{"topic":"run:404"}}]')
        await assert_unharmed(site, topic, bystander)
    assert web.memory_info().rss - before < 50_000_000


async def test_the_topics_of_one_socket_are_counted(site, owner, token) -> None:
    topics = [site.topic(owner) for _ in range(51)]
    async with LiveClient(site.url, token=token) as client:
        answers = [await client.subscribe(topic) for topic in topics]
    assert all("error" not in answer for answer in answers[:50])
    assert answers[50]["error"]["code"] == "invalid"
