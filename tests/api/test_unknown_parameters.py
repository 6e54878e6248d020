"""A parameter that a route does not read is refused: its answer would look like what was meant."""

import pytest

from tests.support.databases import ON_ONE_DATABASE

TAKES_NONE = ["Unknown parameter: this address takes none."]


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/benchmarks/runs/1/metrics"),  # as of a run that does not exist
        ("GET", "/api/benchmarks/runs/1/missing"),
        ("GET", "/api/auth/me"),
        ("POST", "/api/benchmarks/sample"),
        ("POST", "/api/benchmarks/import/inspect"),  # a form
        ("DELETE", "/api/runs/1"),
    ],
)
async def test_a_route_without_parameters_refuses_any(member, method, path) -> None:
    answer = await member.call(method, f"{path}?limit=0")
    assert (answer.status_code, answer.body["errors"]) == (422, {"limit": TAKES_NONE})


@ON_ONE_DATABASE
async def test_a_slip_in_a_parameter_is_named_with_the_right_one(member) -> None:
    answer = await member.call("GET", "/api/benchmarks/runs/1/means?atribute=gender")
    assert answer.body["errors"]["atribute"] == ["Unknown field. Did you mean attribute?"]


@ON_ONE_DATABASE
async def test_a_probe_of_a_monitor_may_say_what_it_likes(member) -> None:
    answer = await member.call("GET", "/health/live?at=1")
    assert answer.status_code == 200
