"""Subscribing on the wire: the page, what comes live after it, and who is refused."""

from datetime import timedelta

import numpy as np
import pytest
import socketio

from app.clock import now
from app.events.retention import trim_finished_topics
from app.models.event import Topic
from harness.eventually import eventually_async
from harness.live_client import ConnectionRefused, LiveClient
from tests.realtime.events import Listener, Moving, Sent


async def test_the_acknowledgement_holds_what_was_missed(site, token, topic) -> None:
    site.publish(topic, Sent(value=1), Sent(value=2), Sent(value=3))
    async with Listener(site.url, token) as listener:
        page = await listener.client.subscribe(topic, after=1)
    assert (page["last_seq"], page["oldest_seq"], page["more"]) == (3, 1, False)
    assert [(e["topic"], e["seq"], e["type"], e["data"]) for e in page["events"]] == [
        (topic, 2, "live_test_sent", {"value": 2}),
        (topic, 3, "live_test_sent", {"value": 3}),
    ]


async def test_events_after_the_acknowledgement_arrive_live_and_in_order(
    site, token, topic
) -> None:
    site.publish(topic, Sent(value=0))
    async with Listener(site.url, token) as listener:
        page = await listener.client.subscribe(topic)
        for i in range(30):
            site.publish(topic, Sent(value=i))
        await eventually_async(lambda: len(listener.heard) >= 30)
    assert [event["seq"] for event in page["events"]] + listener.seqs == list(range(1, 32))
    assert set(listener.heard[0]) == {"topic", "seq", "type", "at", "data"}


async def test_more_than_a_page_is_paged_over_http(site, token, topic, http) -> None:
    site.publish(topic, *[Sent(value=i) for i in range(1203)])
    async with Listener(site.url, token) as listener:
        page = await listener.client.subscribe(topic)
    seen = [event["seq"] for event in page["events"]]
    assert (len(seen), page["more"]) == (500, True)
    while page["more"]:
        answer = await http.get("/api/events", params={"topic": topic, "after": seen[-1]})
        page = answer.json()
        seen += [event["seq"] for event in page["events"]]
    assert seen == list(range(1, 1204))


async def test_a_late_client_gets_everything_once_while_events_keep_coming(
    site, token, topic
) -> None:
    site.publish(topic, *[Sent(value=i) for i in range(100)])
    listeners = [Listener(site.url, token) for _ in range(5)]
    shown = []
    for listener in listeners:
        await listener.client.open()
        page = await listener.client.subscribe(topic)
        shown.append([event["seq"] for event in page["events"]])
        site.publish(topic, Sent(value="between"))
    await eventually_async(
        lambda: all(p[-1] + len(x.heard) == 105 for p, x in zip(shown, listeners, strict=True))
    )
    for page, listener in zip(shown, listeners, strict=True):
        assert page + listener.seqs == list(range(1, 106))
        await listener.client.close()


async def test_trimmed_numbers_are_named_and_never_look_like_a_gap(site, token, topic) -> None:
    site.publish(topic, Sent(value=1), *[Moving(value=i) for i in range(6)], Sent(value=2))
    with site.database.write() as unit:
        unit.session.get_one(Topic, topic).finished_at = now() - timedelta(minutes=5)
    trim_finished_topics(site.database)
    async with Listener(site.url, token) as listener:
        page = await listener.client.subscribe(topic)
    events = [(event["seq"], event["type"]) for event in page["events"]]
    assert events == [
        (1, "live_test_sent"),
        (6, "trimmed"),
        (7, "live_test_moving"),
        (8, "live_test_sent"),
    ]
    assert page["events"][1]["data"] == {"first": 2, "last": 6}


ODD = {
    "not a number": float("nan"),
    "infinity": float("-inf"),
    "numpy nan": np.float32("nan"),
}
NUMPY = {"a float32": np.float32(0.5), "an int64": np.int64(7), "an array": np.array([1.5, 2.5])}


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
async def test_what_json_cannot_say_arrives_as_null(site, token, topic, value) -> None:
    async with Listener(site.url, token) as listener:
        await listener.client.subscribe(topic)
        site.publish(topic, Sent(value=value))
        await eventually_async(lambda: len(listener.heard) == 1)
        assert listener.heard[0]["data"] == {"value": None}
        assert not listener.client.closed.is_set()


async def test_numpy_values_arrive_as_numbers(site, token, topic) -> None:
    async with Listener(site.url, token) as listener:
        await listener.client.subscribe(topic)
        site.publish(topic, *[Sent(value=value) for value in NUMPY.values()])
        await eventually_async(lambda: len(listener.heard) == 3)
    assert [event["data"]["value"] for event in listener.heard] == [0.5, 7, [1.5, 2.5]]


async def test_a_stranger_is_not_let_in(site) -> None:
    for wrong in (None, "", "rh_nobody", "x" * 5000):
        with pytest.raises(ConnectionRefused):
            await LiveClient(site.url, token=wrong).open()


async def test_a_page_of_another_site_is_not_let_in(site, token) -> None:
    with pytest.raises(ConnectionRefused):
        await LiveClient(site.url, token=token, origin="https://evil.example").open()


@pytest.mark.parametrize(
    "name", ["run:999999", "run:01", "run:-1", "run:", "user:1", "users", "team:1", "*"]
)
async def test_a_topic_that_is_not_ones_own_does_not_exist(site, token, name) -> None:
    async with Listener(site.url, token) as listener:
        answer = await listener.client.subscribe(name)
    assert answer["error"]["code"] == "not_found"


async def test_a_private_run_of_somebody_else_does_not_exist(site, topic) -> None:
    stranger = site.token(site.user())
    async with Listener(site.url, stranger) as listener:
        answer = await listener.client.subscribe(topic)
        site.publish(topic, Sent(value="secret"))
        site.publish("team", Sent(value="for all"))
        await listener.client.subscribe("team")
        site.publish("team", Sent(value="for all"))
        await eventually_async(lambda: bool(listener.heard))
    assert answer["error"]["code"] == "not_found"
    assert {event["topic"] for event in listener.heard} == {"team"}


async def test_unsubscribing_ends_the_stream(site, token, topic) -> None:
    async with Listener(site.url, token) as listener:
        await listener.client.subscribe(topic)
        await listener.client.subscribe("team")
        assert await listener.client.call("unsubscribe", {"topic": topic}) == {}
        site.publish(topic, Sent(value="unheard"))
        site.publish("team", Sent(value="heard"))
        await eventually_async(lambda: bool(listener.heard))
    assert {event["topic"] for event in listener.heard} == {"team"}


async def test_the_server_says_that_it_lives(site, token) -> None:
    async with Listener(site.url, token) as listener:
        assert await eventually_async(lambda: listener.heartbeats >= 2)


async def test_the_usual_client_library_can_follow(site, token, topic) -> None:
    client, heard = socketio.AsyncClient(), []
    client.on("event", heard.append)
    await client.connect(site.url, auth={"token": token}, transports=["websocket"])
    page = await client.call("subscribe", {"topic": topic, "after": 0})
    site.publish(topic, Sent(value="live"))
    await eventually_async(lambda: bool(heard))
    await client.disconnect()
    assert page["last_seq"] == 0
    assert heard[0]["data"] == {"value": "live"}
