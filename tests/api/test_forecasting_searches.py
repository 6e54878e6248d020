"""Searches over HTTP: what is refused by name, and what a start answers."""

from pathlib import Path
from typing import Any

import pytest

from app.resources import Resources
from tests.factories.callers import Caller
from tests.factories.sessions import make_session
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/training"
LINEAR = {"model_parameters": {"MODE": "LIN"}, "trials": 2}


@pytest.fixture
def session_id(member: Caller, resources: Resources, tmp_path: Path) -> str:
    """A session of the member that could be trained."""
    return make_session(resources, member.actor, tmp_path, hours=24 * 8)


async def start(caller: Caller, session_id: str, status: int = 201, **body: Any) -> Any:
    return await caller.post(f"{BASE}/sessions/{session_id}/searches", body, status)


async def searches(caller: Caller, session_id: str) -> list[dict[str, Any]]:
    return (await caller.get(f"{BASE}/sessions/{session_id}/searches"))["searches"]


async def test_a_search_queues_each_trial_and_is_stopped_and_resumed_whole(
    member: Caller, session_id: str
) -> None:
    started = await start(member, session_id, **LINEAR)
    (search,) = await searches(member, session_id)
    assert (search["id"], search["status"], search["mode"]) == (
        started["search_id"], "running", "LIN",
    )  # fmt: skip
    assert [one["run_id"] for one in search["trials"]] == started["run_ids"]
    assert [(one["number"], one["state"]) for one in search["trials"]] == [
        (1, "waiting"), (2, "waiting"),
    ]  # fmt: skip
    assert (await member.get(f"{BASE}/sessions/{session_id}/models"))["models"] == []
    run = await member.get(f"/api/runs/{started['run_ids'][0]}")
    assert run["tags"] == {"search": str(search["id"])}
    assert run["name"].endswith(" · trial 1")
    assert (await start(member, session_id, 409, **LINEAR))["code"] == "TRAINING_IN_PROGRESS"
    base = f"{BASE}/sessions/{session_id}/searches"
    await member.post(f"{base}/keep", {}, 409)
    assert (await member.post(f"{base}/stop", {}))["trials"] == 2
    (stopped,) = await searches(member, session_id)
    assert (stopped["status"], stopped["trials"][0]["state"]) == ("stopped", "cancelled")
    assert "has a model" in (await member.post(f"{base}/keep", {}, 409))["detail"]
    await member.post(f"{base}/stop", {}, 409)
    await member.post(f"{base}/resume", {"search_id": 10**6}, 404)
    assert (await member.post(f"{base}/resume", {"search_id": search["id"]}))["trials"] == 2
    assert (await searches(member, session_id))[0]["status"] == "running"


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"trials": 1}, "trials"),
        ({"trials": 101}, "trials"),
        ({"trials": True}, "trials"),
        ({"trials": 3}, "trials"),  # LIN has two ways to be set
        ({"seed": -1}, "seed"),
        ({"seed": "x"}, "seed"),
        ({"space": []}, "space"),
        ({"space": [{"name": "N"}]}, "space"),
        ({"space": [{"name": "features", "choices": ["step", "x"]}]}, "space.features.choices"),
        ({"model_parameters": {"MODE": "none"}}, "MODE"),
        ({"model_parameters": 3}, "model_parameters"),
        ({"model_parameters": {"MODE": "LIN", "start_from": 3}}, "start_from"),
        ({"training_split": 3}, "training_split"),
        (
            {"model_parameters": {"MODE": "LSTM", "LAY": 16},
             "space": [{"name": "N", "high": 4096}]},
            "N",
        ),
    ],
)  # fmt: skip
async def test_a_search_that_cannot_be_is_refused_by_field_and_starts_nothing(
    member: Caller, session_id: str, changes: dict[str, Any], field: str
) -> None:
    answer = await start(member, session_id, 400, **LINEAR | changes)
    assert field in answer["errors"]
    assert await searches(member, session_id) == []


@ON_ONE_DATABASE
async def test_the_ranges_that_are_offered_can_be_sent_back(
    member: Caller, session_id: str
) -> None:
    offered = await member.get(f"{BASE}/search-spaces")
    assert offered["max_trials"] == 100
    body = {"model_parameters": {"MODE": "CNN"}, "space": offered["spaces"]["CNN"], "trials": 2}
    await start(member, session_id, **body)
    (search,) = await searches(member, session_id)
    assert search["space"] == offered["spaces"]["CNN"]
