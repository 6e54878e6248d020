"""Starting models of a session over HTTP: what is refused, and that nothing begins then."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from app.models.forecasting import SessionModel
from app.resources import Resources
from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.families import read_settings
from services.forecasting.training.feasible import require_all_feasible, window_shape
from services.forecasting.training.prepare import prepare
from tests.factories.callers import Caller
from tests.factories.sessions import STEPS, make_session
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/training"


@pytest.fixture
def session_id(member: Caller, resources: Resources, tmp_path: Path) -> str:
    """A session of the member that could be trained."""
    return make_session(resources, member.actor, tmp_path, hours=24 * 20)


async def start(caller: Caller, session_id: str, status: int = 200, **body: Any) -> Any:
    return await caller.post(f"{BASE}/train-models/{session_id}", body, status)


async def models(caller: Caller, session_id: str) -> list[dict[str, Any]]:
    return (await caller.get(f"{BASE}/sessions/{session_id}/models"))["models"]


async def test_a_start_answers_at_once_and_its_run_waits(member: Caller, session_id: str) -> None:
    answer = await start(member, session_id, model_parameters={"MODE": "LIN"})
    assert (answer["success"], answer["n_dat"]) == (True, None)
    (model,) = await models(member, session_id)
    assert (model["run_id"], model["mode"], model["status"]) == (
        answer["run_ids"][0], "LIN", "queued",
    )  # fmt: skip
    run = await member.get(f"/api/runs/{model['run_id']}")
    assert (run["task"], run["training_mode"], run["status"]) == (
        "forecasting", "centralized", "queued",
    )  # fmt: skip
    status = await member.get(f"{BASE}/status/{session_id}")
    assert (status["status"], status["job_status"]) == ("pending", "queued")


async def test_several_models_start_as_runs_of_their_own(member: Caller, session_id: str) -> None:
    families = [{"MODE": "LIN"}, {"MODE": "Dense", "EP": 3}, {"MODE": "LGBMR"}]
    answer = await start(member, session_id, models=families)
    assert len(set(answer["run_ids"])) == len(set(answer["job_ids"])) == 3
    listed = await models(member, session_id)
    assert [one["mode"] for one in listed] == ["LIN", "Dense", "LGBMR"]
    assert listed[1]["settings"]["EP"] == 3
    refused = await start(member, session_id, 409, model_parameters={"MODE": "LIN"})
    assert refused["code"] == "TRAINING_IN_PROGRESS"
    busy = await member.post(f"{BASE}/session/{session_id}/delete", {}, 409)
    assert busy["code"] == "TRAINING_IN_PROGRESS"


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"MODE": "Dense", "N": 999999999}, "N"), ({"MODE": "Dense", "EP": 0}, "EP"),
        ({"MODE": "CNN", "K": 4}, "K"), ({"MODE": "Orakel"}, "MODE"),
        ({"MODE": "SVR_dir", "C": "viel"}, "C"),
        ({"MODE": "Dense", "LAY": True}, "LAY"), ({"MODE": "Dense", "N": "64"}, "N"),
    ],
)  # fmt: skip
async def test_settings_that_cannot_be_start_nothing(
    member: Caller, session_id: str, parameters: dict[str, Any], field: str
) -> None:
    answer = await start(member, session_id, 400, model_parameters=parameters)
    assert (answer["code"], list(answer["errors"])) == ("INVALID_MODEL_PARAMS", [field])
    assert await models(member, session_id) == []


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "body",
    [{"model_parameters": []}, {"model_parameters": "LIN"}, {"models": []}, {"models": {}},
     {"models": [1]}, {"model_parameters": {"MODE": "LIN"}, "training_split": 7}, {"x": 1}],
)  # fmt: skip
async def test_bodies_of_another_form_start_nothing(
    member: Caller, session_id: str, body: dict[str, Any]
) -> None:
    answer = await start(member, session_id, 400, **body)
    assert (answer["success"], bool(answer["code"])) == (False, True)
    assert await models(member, session_id) == []


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "split",
    [{"trainPercentage": 70, "valPercentage": 20, "testPercentage": 20},
     {"trainPercentage": 100, "valPercentage": 0, "testPercentage": 0},
     {"trainPercentage": "x"}, {"shuffle": "vielleicht"}],
)  # fmt: skip
async def test_a_split_that_cannot_be_starts_nothing(
    member: Caller, session_id: str, split: dict[str, Any]
) -> None:
    body = {"model_parameters": {"MODE": "LIN"}, "training_split": split}
    answer = await start(member, session_id, 400, **body)
    assert answer["code"] == "INVALID_TRAINING_SPLIT"
    assert await models(member, session_id) == []


async def test_a_session_without_files_or_steps_says_what_is_missing(member: Caller) -> None:
    name = f"session_{uuid.uuid4()}"
    await member.post(f"{BASE}/init-session", {"sessionId": name}, 200)
    no_files = await start(member, name, 400, model_parameters={"MODE": "LIN"})
    assert "input" in no_files["error"]
    await member.post(f"{BASE}/save-zeitschritte", {"sessionId": name, "zeitschritte": STEPS}, 200)
    await start(member, name, 400, model_parameters={"MODE": "LIN"})


async def test_before_a_model_is_there_tables_are_missing_and_results_empty(
    member: Caller, session_id: str
) -> None:
    tables = await member.get(f"{BASE}/evaluation-tables/{session_id}", 404)
    assert tables["code"] == "EVALUATION_TABLES_NOT_FOUND"
    for path in ("results", "get-training-results", "training-results"):
        assert (await member.get(f"{BASE}/{path}/{session_id}"))["results"] == []


@pytest.mark.usefixtures("reads_here")
@pytest.mark.parametrize("sample", ["load", "carbon"])
async def test_a_sample_session_can_be_started_at_once(member: Caller, sample: str) -> None:
    made = await member.post(f"{BASE}/sessions/sample", {"sample": sample}, 201)
    body = {"models": made["models"], "training_split": made["training_split"]}
    answer = await start(member, made["sessionId"], **body)
    assert len(answer["run_ids"]) == len(made["models"])
    refused = await member.post(f"{BASE}/sessions/sample", {"sample": "lottery"}, 400)
    assert list(refused["errors"]) == ["sample"]


async def test_tables_that_a_client_saves_come_back(member: Caller, session_id: str) -> None:
    path = f"{BASE}/save-evaluation-tables/{session_id}"
    tables = {"df_eval": {"load": {"MAE": [1.5, None]}}, "df_eval_ts": {}, "model_type": "Mine"}
    saved = await member.post(path, tables, 200)
    assert (saved["success"], bool(saved["saved_at"])) == (True, True)
    kept = await member.get(f"{BASE}/evaluation-tables/{session_id}")
    assert (kept["model_type"], kept["run_id"]) == ("Mine", None)
    assert (kept["df_eval"], kept["df_eval_ts"]) == (tables["df_eval"], {})
    for wrong in ({"df_eval": [], "df_eval_ts": {}}, {"df_eval": {}}, tables | {"model_type": 7}):
        refused = await member.post(path, wrong, 400)
        assert len(refused["errors"]) == 1


async def test_the_routes_of_forecasting_answer_anybody(stranger: Caller) -> None:
    assert (await stranger.get(f"{BASE}/health"))["status"] == "ok"


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("model", "field", "right"),
    [
        ({"MODE": "Dense", "N": 4096, "LAY": 16, "EP": 1}, None, None),
        ({"MODE": "LSTM", "N": 4096, "LAY": 16}, "N", "at most 300,000,000 fit"),
        ({"MODE": "CNN", "N": 4096, "K": 4095}, "N", "smaller, or LAY or K"),
        ({"MODE": "SVR_dir"}, None, None),
    ],
)
async def test_a_model_that_cannot_fit_into_memory_is_not_queued(
    member: Caller, session_id: str, model: dict[str, Any], field: str | None, right: str
) -> None:
    answer = await start(member, session_id, 200 if field is None else 400, models=[model])
    if field is not None:
        assert answer["code"] == "INVALID_MODEL_PARAMS"
        assert right in answer["errors"][field][0]
        assert await models(member, session_id) == []


@ON_ONE_DATABASE
async def test_the_shape_that_is_checked_is_that_of_the_windows(
    member: Caller, session_id: str, resources: Resources
) -> None:
    run_id = (await start(member, session_id, model_parameters={"MODE": "LIN"}))["run_ids"][0]
    with resources.database.read() as session:
        plan = session.get_one(SessionModel, run_id).plan
    prepared = prepare(plan, resources.store)
    shape = window_shape(prepared.plan)
    assert (shape.input_names, shape.output_names) == (
        tuple(prepared.windows.input_names), tuple(prepared.windows.output_names),
    )  # fmt: skip
    days = read_settings({"MODE": "SVR_dir"})
    n = prepared.windows.n
    require_all_feasible([days], plan, n)
    long = {**plan, "files": [_until(one, "2090-01-01 00:00:00") for one in plan["files"]]}
    require_all_feasible([days], long, n)  # what was counted is known better
    with pytest.raises(InvalidModelParams, match="max_rows is null; it must be at most"):
        require_all_feasible([days], long, None)


def _until(file: dict[str, Any], end: str) -> dict[str, Any]:
    return {**file, "fields": {**file["fields"], "utc_max": end}}
