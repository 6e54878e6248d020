"""Bad input to benchmarks: a 4xx that names the field, nothing half done, no key and no SQL."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import func, select

from app.models.benchmark import BenchmarkModel, BenchmarkRun
from app.models.job import Job
from app.models.persona import PersonaSet, Trait
from services.benchmarks.models.secret import KeyVault
from tests.api.test_benchmark_probes import probed
from tests.factories.benchmarks import (
    make_benchmark_model,
    make_persona_set,
    make_traits,
    performed,
    start,
)
from tests.support.databases import ON_ONE_DATABASE
from tests.support.simulated_models import simulated_model
from workers.benchmark_model.app import ServerSettings

BASE = "/api/benchmarks"
LEAKS = ("sqlalchemy", "select ", "insert into", "traceback", "/home/", "sk-")
ODD: tuple[Any, ...] = (None, True, -1, 10**30, "x" * 100_000, "a\x00b", [None], {"a": 1})
KEY = "sk-not-the-right-one"


def rows(resources, table) -> int:
    with resources.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


async def assert_no_fault(caller, method: str, path: str, body: Any = None) -> None:
    """Expect no fault of ours and nothing of our insides in the answer, whatever was sent."""
    options = {} if body is None else {"json": body}
    answer = await caller.call(method, path, **options)
    assert answer.status_code < 500, (path, str(body)[:200])
    text = json.dumps(answer.body).lower()
    assert not [leak for leak in LEAKS if leak in text], text[:500]


@ON_ONE_DATABASE
@pytest.mark.parametrize("route", ["start", "estimate", "probe"])
async def test_odd_values_of_a_design_break_nothing(member, resources, route) -> None:
    make_traits(resources)
    make_benchmark_model(resources, member.id)
    body = {"dataset_id": make_persona_set(resources, member.id), "model_name": "tiny"}
    for name in ("dataset_id", "trait_ids", "baselines", "wordings", "cost_limit", "unknown"):
        for value in ODD:
            await assert_no_fault(member, "POST", f"{BASE}/{route}", body | {name: value})


@ON_ONE_DATABASE
async def test_odd_values_of_personas_traits_and_models_break_nothing(member) -> None:
    bodies = {
        "datasets": ({"name": "n", "kind": "pool"}, "personas"),
        "datasets/build": ({"name": "p", "kind": "pool", "n": 2}, "source_id"),
        "traits": ({"adjective": "kindly"}, "valence"),
        "models": ({"name": "m", "base_url": "https://models.example.org"}, "api_key"),
    }
    for route, (body, name) in bodies.items():
        for value in ODD:
            await assert_no_fault(member, "POST", f"{BASE}/{route}", body | {name: value})
    for value in ODD:
        person = {"gender": "male", "age": value}
        await assert_no_fault(
            member, "POST", f"{BASE}/datasets", {"name": "odd", "personas": [person]}
        )
    wrong = await member.post(
        f"{BASE}/datasets", {"name": "age", "personas": [{"gender": "male", "age": [30]}]}, 422
    )
    assert "is no age" in json.dumps(wrong["errors"])


@ON_ONE_DATABASE
@pytest.mark.parametrize("number", ["0", "-1", "abc", "999999", str(10**30), "%00"])
async def test_a_run_that_cannot_be_is_never_answered(member, number) -> None:
    for part in ("", "/metrics", "/overview", "/mixed?attribute=gender", "/logs", "/kruskal/csv"):
        answer = await member.call("GET", f"{BASE}/runs/{number}{part}")
        assert answer.status_code in (404, 422), part


@ON_ONE_DATABASE
async def test_a_name_that_is_nearly_right_is_answered_with_the_right_one(
    member, resources
) -> None:
    run_id = start(resources, member.actor)
    performed(resources, run_id)
    dataset = (await member.get(f"{BASE}/runs/{run_id}"))["dataset"]["id"]
    path = f"{BASE}/runs/{run_id}"
    for query, field, right in [
        ("means?attribute=gendre", "attribute", "gender"),
        ("deltas?attribute=religon", "attribute", "religion"),
        ("deltas?attribute=gender&baseline=femal", "baseline", "female"),
        ("deltas?attribute=gender&trait_category=competense", "trait_category", "competence"),
        ("forest?attribute=gender&target=mal", "target", "male"),
        ("mixed?attribute=age_grup", "attribute", "age_group"),
    ]:
        errors = (await member.get(f"{path}/{query}", 422))["errors"]
        assert right in errors[field][0], errors
    body = {"dataset_id": dataset, "model_name": "tiny"}
    for more, field, right in [
        ({"model_name": "tyni"}, "model_name", "tiny"),
        ({"baselines": {"gendr": "male"}}, "baselines", "gender"),
        ({"baselines": {"religion": "Muslim"}}, "baselines", "Muslims"),
    ]:
        errors = (await member.post(f"{BASE}/start", body | more, 422))["errors"]
        assert right in errors[field][0], errors
    assert rows(resources, BenchmarkRun) == 1


@ON_ONE_DATABASE
async def test_a_run_of_nobody_or_of_nothing_is_refused_and_leaves_nothing(
    member, resources
) -> None:
    make_benchmark_model(resources, member.id)
    empty = make_persona_set(resources, member.id, 0)
    full = make_persona_set(resources, member.id)
    make_traits(resources)
    refused_set = await member.post(
        f"{BASE}/start", {"dataset_id": empty, "model_name": "tiny"}, 422
    )
    assert (refused_set["code"], list(refused_set["errors"])) == ("nothing_to_ask", ["dataset_id"])
    with resources.database.write() as unit:
        for trait in unit.session.scalars(select(Trait)):
            trait.is_active = False
    nothing = await member.post(f"{BASE}/start", {"dataset_id": full, "model_name": "tiny"}, 422)
    assert (nothing["code"], list(nothing["errors"])) == ("nothing_to_ask", ["trait_ids"])
    assert (rows(resources, BenchmarkRun), rows(resources, Job)) == (0, 0)


@ON_ONE_DATABASE
async def test_foreign_ids_in_bodies_and_lists_do_not_exist(member, colleague, resources) -> None:
    mine = start(resources, member.actor)
    performed(resources, mine)
    theirs_set = make_persona_set(resources, colleague.id)
    for route in ("metrics", "order-metrics", "deltas", "bias-intensity-csv", "models"):
        answer = await colleague.call(
            "POST", f"{BASE}/runs/compare/{route}", json={"run_ids": [mine]}
        )
        assert answer.status_code in (404, 422), route
        assert "run_ids" in json.dumps(answer.body) or answer.body["code"] == "benchmark_not_found"
    taken = {"name": "taken", "kind": "reality", "n": 2, "source_id": theirs_set}
    await member.post(f"{BASE}/datasets/build", taken, 404)
    await member.post(f"{BASE}/start", {"dataset_id": theirs_set, "model_name": "tiny"}, 404)
    refused = await colleague.post(f"{BASE}/start", {"resume_run_id": mine}, 404)
    assert list(refused["errors"]) == ["resume_run_id"]
    assert rows(resources, BenchmarkRun) == 1
    with resources.database.read() as session:
        assert not session.scalars(select(PersonaSet).where(PersonaSet.name == "taken")).all()


@ON_ONE_DATABASE
async def test_a_wrong_key_is_said_before_the_run_and_shown_nowhere(member, resources) -> None:
    make_traits(resources)
    people = make_persona_set(resources, member.id)
    async with simulated_model(ServerSettings(name="tiny", key="the-right-one")) as url:
        model = make_benchmark_model(resources, member.id, base_url=url.removesuffix("/v1"))
        with resources.database.write() as unit:
            row = unit.session.get_one(BenchmarkModel, model)
            row.key_encrypted = KeyVault(resources.settings.home).encrypt(KEY)
        await member.post(f"{BASE}/probe", {"dataset_id": people, "model_name": "tiny"}, 200)
        await asyncio.to_thread(probed, resources, model)
    record = await member.get(f"{BASE}/models/{model}/probe")
    assert (record["status"], record["result"]) == ("error", None)
    assert "key" in record["error"].lower()
    assert KEY not in json.dumps(record)
