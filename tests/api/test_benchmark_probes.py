"""Probing a model before a run is started: by a job, with what a person has chosen so far."""

import asyncio

from sqlalchemy import select

from app.models.job import Job
from services.benchmarks.models.secret import KeyVault
from services.benchmarks.probes.job_sync import probe_of
from services.benchmarks.probes.perform import perform_probe
from services.benchmarks.simulated import SIMULATED_URL
from tests.factories.benchmarks import make_benchmark_model, make_persona_set, make_traits
from tests.factories.datasets import claimed
from tests.support.databases import ON_ONE_DATABASE
from workers.benchmarks import ON_DEMAND, ServerAsker

BASE = "/api/benchmarks"


def probed(resources, model_id: int) -> None:
    """Do the newest probe of a model as a worker does, over a real client."""
    with resources.database.read() as session:
        query = select(Job.id).where(Job.subject == probe_of(model_id)).order_by(Job.id.desc())
        job_id = session.scalars(query).first()
    asker = ServerAsker(allow_private=True, patience=ON_DEMAND)
    key_of = KeyVault(resources.settings.home).key_of
    perform_probe(model_id, claimed(resources, job_id), resources.database, asker.look, key_of)


async def test_a_model_is_probed_with_the_prompts_of_a_design(member, viewer, resources) -> None:
    make_traits(resources)
    people = make_persona_set(resources, member.id)
    simulated = {"name": "of my own name", "base_url": SIMULATED_URL}
    model = make_benchmark_model(resources, member.id, **simulated)
    body = {"dataset_id": people, "model_name": "of my own name", "logprobs": True}
    path = f"{BASE}/models/{model}/probe"
    assert (await member.get(path))["status"] == "idle"
    await viewer.post(f"{BASE}/probe", body, 403)
    waiting = await member.post(f"{BASE}/probe", body, 200)
    assert (waiting["status"], waiting["model_id"]) == ("running", model)
    assert await member.post(f"{BASE}/probe", body, 200) == waiting  # one at a time
    await asyncio.to_thread(probed, resources, model)
    done = await member.get(path)
    result = done["result"]
    assert (done["status"], result["may_begin"], result["logprobs"]) == ("done", True, "yes")
    assert (result["alone"]["n"], len(result["identity"]["digest"])) == (5, 64)
    estimate = await member.post(f"{BASE}/estimate", body | {"batch_size": 4}, 200)
    assert estimate["seconds"] == result["seconds_per_answer"] * estimate["items"] / 4
    await member.patch(f"{BASE}/models/{model}", {"name": "renamed"})
    assert (await member.get(path))["status"] == "idle"


@ON_ONE_DATABASE
async def test_a_server_that_is_not_there_is_said_and_starts_nothing(
    member, colleague, resources
) -> None:
    make_traits(resources)
    people = make_persona_set(resources, member.id)
    model = make_benchmark_model(resources, member.id)
    await member.post(f"{BASE}/probe", {"dataset_id": people, "model_name": "tiny"}, 200)
    await asyncio.to_thread(probed, resources, model)
    record = await member.get(f"{BASE}/models/{model}/probe")
    assert (record["status"], record["result"]) == ("error", None)
    assert record["error"]
    assert (await member.get(f"{BASE}/runs"))["total"] == 0
    await colleague.get(f"{BASE}/models/{model}/probe", 404)
    wrong = await member.post(f"{BASE}/probe", {"dataset_id": people, "model_name": "tin"}, 422)
    assert list(wrong["errors"]) == ["model_name"]
