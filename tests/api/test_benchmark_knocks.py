"""A start is refused where the model's server is shut: a real worker knocks before anything begins."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.factory import serve_with
from app.models.job import Job
from app.settings import Settings
from services.benchmarks.knocks.job_sync import JOB_KIND, knock_of, knocked_model
from services.benchmarks.knocks.perform import perform_knock
from services.benchmarks.models.secret import KeyVault
from services.benchmarks.runs.job_sync import JOB_KIND as ASKING
from tests.factories.benchmarks import (
    RuleAsker,
    make_benchmark_model,
    make_persona_set,
    make_traits,
    performed,
)
from tests.factories.datasets import claimed
from tests.support.databases import ON_ONE_DATABASE
from tests.support.io_worker import io_registered, io_worker
from tests.support.simulated_models import simulated_model
from workers.benchmark_model.app import ServerSettings

BASE = "/api/benchmarks"
LONG = "60"  # seconds: as long as a busy machine may need


def with_patience(settings: Settings, seconds: str) -> Settings:
    """Return the same settings with another patience of a start."""
    more = {
        "ROUNDHOUSE_BENCHMARK_KNOCK_SECONDS": seconds,
        "ROUNDHOUSE_BENCHMARK_PRIVATE_ADDRESSES": "1",
    }
    return Settings.from_env({**settings.environment(), **more})


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return with_patience(settings, LONG)


@pytest.fixture
def worker(resources) -> Iterator[None]:
    with io_worker(resources):
        yield


def jobs_of(resources, kind: str) -> int:
    with resources.database.read() as session:
        return session.scalar(select(func.count()).where(Job.kind == kind)) or 0


async def refused(member, path: str, body, **headers):
    answer = await member.post(f"{BASE}{path}", body, 422, **headers)
    assert answer["errors"] == {field: [answer["detail"]] for field in answer["errors"]}
    return answer["code"], list(answer["errors"]), answer["detail"]


@pytest.mark.full
async def test_a_start_is_refused_with_the_field_of_what_shuts_the_server(
    member, resources, worker
) -> None:
    make_traits(resources)
    people = make_persona_set(resources, member.id)
    body = {"dataset_id": people, "model_name": "simulated"}
    async with simulated_model(ServerSettings(key="right")) as url:
        new = {"name": "simulated", "base_url": url, "api_key": "wrong"}
        model = await member.post(f"{BASE}/models", new, 201)
        code, fields, detail = await refused(member, "/start", body)
        assert (code, fields) == ("key_refused", ["api_key"])
        assert detail.startswith("The server refuses the key (status 401")
        assert (await refused(member, "/attrgen/start", body))[1] == ["api_key"]
        for kind in ("benchmark", "attrgen"):
            entry = {"type": kind, "config": body}
            assert (await refused(member, "/queue", entry))[:2] == ("key_refused", ["api_key"])
        assert (await member.get(f"{BASE}/queue"))["total"] == 0
        one = f"{BASE}/models/{model['id']}"
        await member.patch(one, {"name": "other", "api_key": "right"})
        named = body | {"model_name": "other"}
        once = {"headers": {"Idempotency-Key": "one"}}
        shut = await refused(member, "/start", named, **once)
        assert shut[:2] == ("model_unknown", ["model_name"])
        assert await refused(member, "/start", named, **once) == shut  # the key is not used up
        await member.patch(one, {"name": "simulated"})
        assert (await member.get(f"{BASE}/runs"))["total"] == 0
        assert jobs_of(resources, ASKING) == 0
        run = (await member.post(f"{BASE}/start", body, 200))["run_id"]
    assert jobs_of(resources, ASKING) == 1
    await asyncio.to_thread(performed, resources, run, RuleAsker(limit=2))
    assert jobs_of(resources, JOB_KIND) == 7
    before = await member.get(f"{BASE}/runs/{run}")
    code, fields, detail = await refused(member, f"/{run}/resume", {})
    assert (code, fields) == ("server_unreachable", ["base_url"])
    assert detail == "The server cannot be reached."
    again = body | {"resume_run_id": run}
    assert (await refused(member, "/start", again))[1] == ["base_url"]
    assert await member.get(f"{BASE}/runs/{run}") == before  # as it was, and resumable
    assert jobs_of(resources, ASKING) == 1


@ON_ONE_DATABASE
async def test_where_no_worker_takes_the_knock_the_start_goes_on_and_nobody_knocks_later(
    member, resources, app
) -> None:
    make_traits(resources)
    people = make_persona_set(resources, member.id)
    model = make_benchmark_model(resources, member.id)
    io_registered(resources)
    serve_with(app, replace(resources, settings=with_patience(resources.settings, "0.05")))
    body = {"dataset_id": people, "model_name": "tiny"}
    assert (await member.post(f"{BASE}/start", body, 200))["run_id"]
    with resources.database.read() as session:
        job = session.scalars(select(Job).where(Job.subject == knock_of(model))).one()
    attempt = claimed(resources, job.id)
    perform_knock(
        knocked_model(job.subject), job.id, attempt, resources.database,
        lambda door: pytest.fail(f"{door} was knocked at"), KeyVault(resources.settings.home).key_of, 0.0,
    )  # fmt: skip
    with resources.database.read() as session:
        assert session.get_one(Job, job.id).state == "cancelled"
