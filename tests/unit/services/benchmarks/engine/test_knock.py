"""What shuts a server and what does not, against real servers on loopback."""

import asyncio

import pytest

from harness.ports import free_port
from services.benchmarks.engine.client import ModelClient
from services.benchmarks.engine.knock import FIELDS, knock
from services.benchmarks.engine.settings import AskSettings
from services.benchmarks.knocks.errors import (
    KeyRefused,
    ModelUnknown,
    ServerUnreachable,
    refusal_of,
)
from services.benchmarks.knocks.perform import ModelDoor
from tests.support.model_servers import CASES, case_server, good_answer, ok
from tests.support.simulated_models import simulated_model
from workers.benchmark_model.app import ServerSettings
from workers.benchmark_model.troubles import TroubleSettings
from workers.knocking import knock_at

SHUT = {"SV-029", "SV-059", "SV-060", "SV-061", "SV-062", "SV-067"}


async def shut(url, **values):
    """Return the field that is to be changed, None where the server is open."""
    settings = AskSettings(base_url=url, **({"model": "simulated", "allow_private": True} | values))
    async with ModelClient(settings) as client:
        verdict = await knock(client)
    return None if verdict is None else FIELDS[verdict.kind]


async def test_a_wrong_key_and_an_unknown_model_are_refused_each_at_its_field():
    async with simulated_model(ServerSettings(key="right")) as url:
        assert await shut(url, api_key="right") is None
        assert await shut(url, api_key="wrong") == "api_key"
        assert await shut(url) == "api_key"
        assert await shut(url, api_key="right", model="other") == "model_name"


async def test_nothing_that_listens_and_an_address_that_may_not_be_called_are_refused():
    assert await shut(f"http://127.0.0.1:{free_port()}") == "base_url"
    assert await shut("http://127.0.0.1:1", allow_private=False) == "base_url"
    assert await shut("http://169.254.169.254") == "base_url"
    assert await shut("http://nobody.invalid") == "base_url"


async def test_plain_text_where_tls_is_spoken_is_refused():
    async with simulated_model() as url:
        assert await shut(url.replace("http:", "https:")) == "base_url"


async def test_a_server_that_is_busy_or_going_away_is_not_refused():
    limited = TroubleSettings(burst_every=1, burst_length=1, burst_wait_s=30)
    async with simulated_model(ServerSettings(troubles=limited)) as url:
        assert await shut(url) is None


async def test_of_all_known_answers_only_those_that_end_a_run_at_once_are_refused():
    quick = {name: case for name, case in CASES.items() if "hang" not in str(case["response"])}
    async with case_server(cases=quick) as server:
        refused = {name for name in quick if await shut(server.url(name), model="m")}
    assert refused == SHUT


async def test_a_list_that_everybody_may_see_hides_no_wrong_key():
    answer = {"status": 401, "body": {"error": {"message": "No.", "code": "invalid_api_key"}}}
    case = {"id": "x", "endpoint": "chat", "expect": {"class": "authentication"}}
    case["response"] = {**ok(good_answer()), **answer}
    async with case_server(cases={"x": case}) as server:
        door = ModelDoor(base_url=server.url("x"), model="m", key="wrong")
        with pytest.raises(KeyRefused, match="refuses the key"):
            await asyncio.to_thread(knock_at, door, allow_private=True, seconds=60)
        assert [kind for _, kind, _ in server.log] == ["models", "chat"]
        assert server.log[-1][2]["max_tokens"] == 1


async def test_a_server_that_hangs_is_given_up_and_not_refused():
    case = {"id": "x", "endpoint": "models", "expect": {"class": "answer"}}
    case["response"] = {"transport": "hang"}
    async with case_server(cases={"x": case}) as server:
        door = ModelDoor(base_url=server.url("x"), model="m", key=None)
        await asyncio.to_thread(knock_at, door, allow_private=True, seconds=0.05)
        assert [kind for _, kind, _ in server.log] == ["models"]


def test_a_key_that_no_header_carries_and_a_url_that_is_none_are_refused():
    with pytest.raises(KeyRefused):
        knock_at(
            ModelDoor(base_url="http://h.org", model="m", key="a\nb"), allow_private=True, seconds=1
        )
    with pytest.raises(ServerUnreachable):
        knock_at(
            ModelDoor(base_url="ftp://h.org", model="m", key=None), allow_private=True, seconds=1
        )


def test_a_failed_job_says_which_field_is_wrong_and_others_say_nothing():
    said = refusal_of({"type": ModelUnknown.code, "detail": "The server does not know it."})
    assert said.errors == {"model_name": ["The server does not know it."]}
    unreadable = refusal_of({"type": "key_unreadable", "detail": "Another secret."})
    assert (unreadable.status, list(unreadable.errors)) == (422, ["api_key"])
    assert refusal_of({"type": "worker_died", "detail": "Killed."}) is None
    assert refusal_of(None) is None
