"""Backtests over HTTP: started, refused, shown, stopped, resumed and deleted."""

import uuid
from pathlib import Path

import pytest
from sqlalchemy import update

from app.models.forecasting import SessionModel
from app.resources import Resources
from tests.factories.backtests import attempt_at
from tests.factories.callers import Caller
from tests.factories.datasets import trained
from tests.factories.sessions import make_session
from tests.support.databases import ON_ONE_DATABASE
from workers.forecasting import backtest_model

BASE = "/api/training"
HOURS = 24 * 14

pytestmark = ON_ONE_DATABASE


@pytest.fixture
def wire_id(member: Caller, resources: Resources, tmp_path: Path) -> str:
    return make_session(resources, member.actor, tmp_path, HOURS)


@pytest.fixture
def run_id(member: Caller, resources: Resources, wire_id: str) -> int:
    return trained(resources, member.actor, wire_id)


async def gone(caller: Caller, number: int, status: int) -> None:
    answer = await caller.call("DELETE", f"{BASE}/backtests/{number}")
    assert answer.status_code == status


async def test_a_backtest_is_started_followed_and_deleted(
    member, colleague, resources, wire_id, run_id
) -> None:
    address = f"{BASE}/sessions/{wire_id}/backtests"
    number = (await member.post(address, {"run_id": run_id, "cutoffs": 2}, 200))["backtest_id"]
    (waiting,) = (await member.get(address))["backtests"]
    assert (waiting["id"], waiting["state"], waiting["folds"]) == (number, "queued", [])
    again = await member.post(address, {"run_id": run_id}, 409)
    assert again["code"] == "BACKTEST_IN_PROGRESS"
    deletion = await member.post(f"{BASE}/session/{wire_id}/delete", {}, 409)
    assert deletion["code"] == "BACKTEST_IN_PROGRESS"
    await member.post(f"{BASE}/init-session", {"sessionId": str(uuid.uuid4())}, 200)
    every = await member.post(f"{BASE}/delete-all-sessions", {"confirm_delete_all": True}, 409)
    assert every["code"] == "BACKTEST_IN_PROGRESS"  # of whichever session it is
    await gone(member, number, 409)
    await member.post(f"{BASE}/backtests/{number}/resume", {}, 409)
    await member.post(f"{BASE}/backtests/{number}/stop", {}, 200)
    (stopped,) = (await member.get(address))["backtests"]
    assert stopped["state"] == "cancelled"
    await member.post(f"{BASE}/backtests/{number}/resume", {}, 200)
    backtest_model(attempt_at(resources, number), resources)
    (shown,) = (await member.get(f"{address}?run_id={run_id}"))["backtests"]
    assert (shown["state"], len(shown["folds"]), shown["spread"]["skill"]["n"]) == (
        "succeeded", 2, 2,
    )  # fmt: skip
    assert "windows_key" not in shown["folds"][0]
    assert (await member.get(f"{address}?run_id={run_id + 1}"))["backtests"] == []
    for what in ("stop", "resume"):
        answer = await colleague.post(f"{BASE}/backtests/{number}/{what}", {}, 404)
        assert answer["code"] == "BACKTEST_NOT_FOUND"
    await gone(member, number, 200)
    assert (await member.get(address))["backtests"] == []
    await member.post(f"{BASE}/session/{wire_id}/delete", {}, 200)


async def test_what_the_data_do_not_allow_is_named_and_starts_nothing(
    member, wire_id, run_id
) -> None:
    address = f"{BASE}/sessions/{wire_id}/backtests"
    for body, field, right in [
        ({"cutoffs": 2}, "run_id", "required"),
        ({"run_id": run_id, "cutoffs": 0}, "cutoffs", "1"),
        ({"run_id": run_id, "cutoffs": 21}, "cutoffs", "20"),
        ({"run_id": run_id, "cutoffs": "x"}, "cutoffs", "integer"),
        ({"run_id": run_id, "cutoffs": 20}, "cutoffs", "take"),
        ({"run_id": run_id, "test_windows": 0}, "test_windows", "1"),
        ({"run_id": run_id, "test_windows": 10**6}, "cutoffs", "take"),
        ({"run_id": run_id, "folds": 2}, "folds", ""),
    ]:
        answer = await member.post(address, body, 400)
        assert field in answer["errors"], body
        assert right in str(answer["errors"]), answer
    assert (await member.get(address))["backtests"] == []


async def test_only_a_measured_model_of_the_session_is_backtested(
    member, resources, wire_id, run_id
) -> None:
    address = f"{BASE}/sessions/{wire_id}/backtests"
    answer = await member.post(address, {"run_id": run_id + 1}, 404)
    assert answer["code"] == "MODEL_NOT_FOUND"
    with resources.database.write() as unit:
        unit.session.execute(update(SessionModel).values(settings={"MODE": "none of ours"}))
    answer = await member.post(address, {"run_id": run_id}, 400)
    assert answer["code"] == "MODEL_NOT_BACKTESTABLE"
    with resources.database.write() as unit:
        unit.session.execute(update(SessionModel).values(summary=None))
    answer = await member.post(address, {"run_id": run_id}, 400)
    assert (answer["code"], list(answer["errors"])) == ("MODEL_NOT_BACKTESTABLE", ["run_id"])
    await member.post(f"{BASE}/backtests/nothing/stop", {}, 400)
