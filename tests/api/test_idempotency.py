"""A request that is sent twice does its work once."""

import asyncio

from sqlalchemy import func, select

from app.models.run import Run
from tests.factories.callers import Caller

START = "/api/experiments/centralized/train"
BODY = {"dataset": "digits", "experiment_name": "Once"}
KEY = {"Idempotency-Key": "a-key"}


def how_many(caller: Caller) -> int:
    with caller.database.read() as session:
        return session.scalar(select(func.count()).select_from(Run)) or 0


async def test_the_second_request_gets_the_first_answer(member: Caller) -> None:
    first = await member.post(START, BODY, headers=KEY)
    response = await member.call("POST", START, json=BODY, headers=KEY)
    assert response.body == first
    assert response.headers["Idempotency-Replayed"] == "true"
    assert how_many(member) == 1


async def test_a_key_belongs_to_one_request(member: Caller) -> None:
    await member.post(START, BODY, headers=KEY)
    answer = await member.post(START, BODY | {"experiment_name": "Two"}, 422, headers=KEY)
    assert "Idempotency-Key" in answer["errors"]
    assert how_many(member) == 1


async def test_a_key_belongs_to_one_person(member: Caller, colleague: Caller) -> None:
    await member.post(START, BODY, headers=KEY)
    await colleague.post(START, BODY, headers=KEY)
    assert how_many(member) == 2


async def test_a_refused_request_may_be_corrected_under_its_key(member: Caller) -> None:
    await member.post(START, BODY | {"config": {"epochs": 0}}, 422, headers=KEY)
    await member.post(START, BODY, headers=KEY)
    assert how_many(member) == 1


async def test_requests_at_the_same_moment_do_their_work_once(member: Caller) -> None:
    responses = await asyncio.gather(
        *(member.call("POST", START, json=BODY, headers=KEY) for _ in range(5))
    )
    assert how_many(member) == 1
    assert {response.status_code for response in responses} <= {200, 409}


async def test_without_a_key_each_request_counts(member: Caller) -> None:
    for _ in range(2):
        await member.post(START, BODY)
    assert how_many(member) == 2
