"""Paging through events over HTTP."""

import pytest

from services.runs.events import EpochStart
from tests.factories.callers import Caller
from tests.factories.runs import make_run
from tests.support.databases import ON_ONE_DATABASE


def publish_epochs(caller: Caller, topic: str, count: int) -> None:
    with caller.database.write() as unit:
        for epoch in range(count):
            unit.publish(topic, EpochStart(epoch=epoch, total_epochs=count))


async def test_a_topic_is_paged_without_a_gap(member: Caller) -> None:
    run = make_run(member.database, member.id)
    publish_epochs(member, f"run:{run.id}", 7)
    seen: list[int] = []
    more = True
    while more:
        after = seen[-1] if seen else 0
        page = await member.get(f"/api/events?topic=run:{run.id}&after={after}&limit=3")
        seen += [event["seq"] for event in page["events"]]
        more = page["more"]
    assert seen == [1, 2, 3, 4, 5, 6, 7]
    assert (page["last_seq"], page["oldest_seq"]) == (7, 1)


async def test_an_event_says_what_it_is(member: Caller) -> None:
    publish_epochs(member, f"user:{member.id}", 1)
    page = await member.get(f"/api/events?topic=user:{member.id}")
    (event,) = page["events"]
    assert (event["type"], event["data"]) == ("epoch_start", {"epoch": 0, "total_epochs": 1})


async def test_a_topic_without_events_is_empty(member: Caller) -> None:
    page = await member.get("/api/events?topic=team")
    assert page == {"events": [], "last_seq": 0, "oldest_seq": 1, "more": False}


async def test_only_who_may_see_the_run_reads_its_topic(
    member: Caller, colleague: Caller, viewer: Caller
) -> None:
    private = make_run(member.database, member.id)
    team = make_run(member.database, member.id, visibility="team")
    await colleague.get(f"/api/events?topic=run:{private.id}", 404)
    await colleague.get(f"/api/events?topic=user:{member.id}", 404)
    assert (await viewer.get(f"/api/events?topic=run:{team.id}"))["events"] == []


@pytest.mark.parametrize("topic", ["run:999", "run:x", "jobs", "run:1 ", "RUN:1"])
async def test_a_topic_that_does_not_exist_is_not_found(member: Caller, topic: str) -> None:
    answer = await member.get("/api/events", 404, query_string={"topic": topic})
    assert repr(topic) in answer["detail"]


@ON_ONE_DATABASE
@pytest.mark.parametrize("query", ["", "topic=", "topic=team&limit=501", "topic=team&after=-1"])
async def test_a_wrong_wish_is_refused(member: Caller, query: str) -> None:
    answer = await member.get(f"/api/events?{query}", 422)
    assert list(answer["errors"]) == [query.rpartition("&")[2].partition("=")[0] or "topic"]
