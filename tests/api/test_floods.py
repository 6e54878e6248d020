"""One client cannot stop the others: what the routes refuse before it costs anything."""

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select

from app.clock import now
from app.http.blueprint import MAX_STRANGER_BYTES
from app.http.faults import MAX_FAULTS
from app.http.memory import EXTENSION, FREE_BYTES, BodyMemory
from app.models.audit import AuditEntry

MANY = {f"unknown_{number}": 1 for number in range(20_000)}
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("path", ["/api/auth/login", "/api/auth/one-time"])
async def test_a_body_of_a_stranger_is_short(served, path) -> None:
    client = served.test_client()
    for size, status in ((MAX_STRANGER_BYTES + 1, 413), (MAX_STRANGER_BYTES, 422)):
        answer = await client.post(path, data=b"{}".ljust(size), headers=JSON)
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/runs", MANY), ("/api/experiments/centralized/train", {"config": MANY})],
)
async def test_an_answer_names_few_of_many_unknown_names(member, path, body) -> None:
    answer = await member.post(path, body, status=422)
    assert 0 < len(answer["errors"]) <= MAX_FAULTS


async def test_failures_of_an_address_in_a_minute_are_one_line_with_their_number(
    served, resources, monkeypatch
) -> None:
    client, at = served.test_client(), now().replace(second=0)
    for seconds in (0, 1, 2, 58, 60):
        moment = at + timedelta(seconds=seconds)
        monkeypatch.setattr("services.accounts.sign_in.now", lambda moment=moment: moment)
        answer = await client.post("/api/auth/one-time", json={"code": f"wrong-{seconds:060}"})
        assert answer.status_code == 401
    query = select(AuditEntry).where(AuditEntry.action == "login_failed").order_by(AuditEntry.id)
    with resources.database.read() as session:
        lines = [line.detail for line in session.scalars(query)]
    assert [line.get("earlier", 0) for line in lines] == [0, 3]


async def test_a_long_body_comes_once_there_is_room_for_it(member, served, monkeypatch) -> None:
    memory, other = BodyMemory(100, 100), object()
    monkeypatch.setitem(served.extensions, EXTENSION, memory)
    body = orjson.dumps({"batch_id": "b", "series": []}).ljust(FREE_BYTES + 50)
    call = {"path": "/api/runs/404/series", "data": body, "headers": JSON}
    await member.post(**call, status=422)
    async with served.app_context(), served.test_request_context("/"):
        memory.hold(other, FREE_BYTES + 60)
    refused = await member.call("POST", **call)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
