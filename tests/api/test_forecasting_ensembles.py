"""Starting an ensemble over HTTP: what is refused by its field, and whose session it is."""

from pathlib import Path
from typing import Any

import pytest

from app.resources import Resources
from tests.factories.callers import Caller
from tests.factories.sessions import make_session
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/training"
pytestmark = ON_ONE_DATABASE


@pytest.fixture
def session_id(member: Caller, resources: Resources, tmp_path: Path) -> str:
    """A session of the member without a model."""
    return make_session(resources, member.actor, tmp_path, hours=24 * 10)


@pytest.mark.parametrize("run_ids", ["12", [True], [1.5], ["1"], [0], {}, []])
async def test_what_is_no_list_of_runs_is_refused_by_its_field(
    member: Caller, session_id: str, run_ids: Any
) -> None:
    path = f"{BASE}/sessions/{session_id}/ensembles"
    answer = await member.post(path, {"run_ids": run_ids}, 400)
    assert list(answer["errors"]) == ["run_ids"]


async def test_a_session_without_models_and_runs_of_nobody_start_nothing(
    member: Caller, session_id: str
) -> None:
    path = f"{BASE}/sessions/{session_id}/ensembles"
    answer = await member.post(path, {}, 400)
    assert answer["error"].startswith("0 models share the windows of the newest one")
    answer = await member.post(path, {"run_ids": [7, 8]}, 404)
    assert answer["code"] == "MODEL_NOT_FOUND"
    listed = await member.get(f"{BASE}/sessions/{session_id}/models")
    assert listed["models"] == []


async def test_the_route_of_single_models_knows_no_ensemble(
    member: Caller, session_id: str
) -> None:
    body = {"models": [{"MODE": "Ensemble", "members": [1, 2]}]}
    answer = await member.post(f"{BASE}/train-models/{session_id}", body, 400)
    assert "MODE" in answer["errors"]
