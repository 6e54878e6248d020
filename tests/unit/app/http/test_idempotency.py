"""A request that is sent twice does its work once."""

import asyncio

import pytest
from sqlalchemy import func, select

from app.models import IdempotencyKey, User

KEY = {"Idempotency-Key": "one"}


async def post(client, name="a", headers=KEY):
    response = await client.post("/api/toys", json={"name": name}, headers=headers)
    return response.status_code, await response.get_json(), response.headers


def toys(database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(User.name == "toy"))


async def test_the_same_request_gets_the_same_answer_and_does_nothing(client, database):
    first = await post(client)
    again = await post(client)
    assert first[:2] == again[:2] == (201, {"name": "a"})
    assert "Idempotency-Replayed" not in first[2]
    assert again[2]["Idempotency-Replayed"] == "true"
    assert toys(database) == 1


async def test_another_request_under_the_same_key_is_refused_by_name(client, database):
    await post(client)
    status, answer, _ = await post(client, "b")
    assert (status, list(answer["errors"])) == (422, ["Idempotency-Key"])
    assert toys(database) == 1


async def test_without_a_key_each_request_counts(client, database):
    assert [(await post(client, name, {}))[0] for name in "ab"] == [201, 201]
    assert toys(database) == 2


async def test_requests_that_arrive_together_do_the_work_once(client, database):
    answers = await asyncio.gather(*[post(client) for _ in range(6)])
    assert {status for status, _, _ in answers} <= {201, 409}
    assert 201 in {status for status, _, _ in answers}
    assert toys(database) == 1


async def test_an_error_before_the_answer_takes_the_work_back_and_leaves_the_key_free(
    client, database
):
    for _ in range(2):
        assert (await post(client, "crash"))[0] == 500
        assert toys(database) == 0
    assert (await post(client))[0] == 201


async def test_a_crash_after_the_commit_of_an_answer_is_repeated_with_that_answer(client, database):
    body = {"name": "crash"}
    broken = await client.post("/api/toys/made", json=body, headers=KEY)
    again = await client.post("/api/toys/made", json=body, headers=KEY)
    assert broken.status_code == 500
    assert (again.status_code, await again.get_json()) == (201, body)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert toys(database) == 1


async def test_a_request_that_was_refused_leaves_its_key_free(client, database):
    status, _, _ = await post(client, 5)
    assert status == 422
    assert (await post(client))[0] == 201


async def test_something_else_that_is_there_already_is_not_taken_for_the_key(client, database):
    await post(client, headers={})
    status, _, _ = await post(client)
    assert status == 500
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 0


@pytest.mark.parametrize("key", ["", "x" * 201, "a\x07b"])
async def test_a_key_of_another_form_is_refused(client, key):
    status, answer, _ = await post(client, headers={"Idempotency-Key": key})
    assert (status, list(answer["errors"])) == (422, ["Idempotency-Key"])
