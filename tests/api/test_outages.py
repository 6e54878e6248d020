"""What clients hear while a part of the platform is away."""

from tests.factories.callers import Caller
from tests.factories.outages import away


async def test_without_its_database_the_platform_asks_to_try_again(member: Caller) -> None:
    with away(member.resources.database):
        answer = await member.call("GET", "/api/runs/list")
        body = await answer.get_json()
    assert (answer.status_code, body["code"]) == (503, "unavailable")
    assert body["detail"] == "The database does not answer. Try again in a moment."
    assert int(answer.headers["Retry-After"]) > 0
    assert (await member.get("/api/runs/list"))["total"] == 0
