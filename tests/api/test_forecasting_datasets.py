"""The datasets of a session over HTTP: started, refused, stopped, shown and downloaded."""

import io
import uuid
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select

from app.models.forecasting import SessionObject
from app.models.job import Job
from app.resources import Resources
from tests.factories.callers import Caller
from tests.factories.datasets import built, claimed, work_on
from tests.factories.sessions import add_file, csv_text, make_session
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/training"
HOURS = 24 * 8
KEPT = HOURS - 23 - 24


@pytest.fixture
def wire_id(member: Caller, resources: Resources, tmp_path: Path) -> str:
    return make_session(resources, member.actor, tmp_path, HOURS)


async def start(caller: Caller, wire_id: str, body: object = None, status: int = 200) -> dict:
    return await caller.post(f"{BASE}/generate-datasets/{wire_id}", body or {}, status)


def jobs(resources: Resources) -> list[Job]:
    with resources.database.read() as session:
        return list(session.scalars(select(Job).order_by(Job.id)))


async def test_the_answer_comes_at_once_and_the_job_waits(member, resources, wire_id) -> None:
    answer = await start(member, wire_id, {"model_parameters": {"MODE": "LIN"}})
    assert answer["success"]
    assert bool(answer["message"])
    assert (answer["n_dat"], answer["dataset_count"], answer["violin_plots"]) == (None, None, {})
    (job,) = jobs(resources)
    assert (job.id, job.kind, job.queue, job.state) == (
        answer["job_id"], "build_datasets", "io", "queued",
    )  # fmt: skip
    state = await member.get(f"{BASE}/status/{wire_id}")
    assert (state["status"], state["job_status"]) == ("pending", "queued")
    assert (state["total_steps"], state["completed_steps"], state["progress"]) == (7, 0, 0)
    shown = (await member.get(f"{BASE}/session/{wire_id}/database"))["session"]
    assert shown["workflow_phase"] == "phase1"
    work_on(resources, claimed(resources, job.id))
    state = await member.get(f"{BASE}/status/{wire_id}")
    assert (state["status"], state["completed_steps"], state["progress"]) == ("completed", 7, 100)
    shown = (await member.get(f"{BASE}/session/{wire_id}/database"))["session"]
    assert (shown["workflow_phase"], shown["n_dat"]) == ("phase2", KEPT)
    summary = await member.get(f"{BASE}/results-summary/{wire_id}")
    assert summary["has_violin_plots"]
    assert {"input", "output"} <= set(summary["violin_plot_types"]) <= {"input", "time", "output"}


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "parameters",
    [
        {"MODE": "Dense", "N": 999999999}, {"MODE": "Dense", "EP": 0}, {"MODE": "CNN", "K": 4},
        {"MODE": "TRANSFORMER"}, {"MODE": "Dense", "N": "64"}, [], "LIN", 7, [1, 2],
    ],
)  # fmt: skip
async def test_wrong_model_parameters_start_nothing(member, resources, wire_id, parameters) -> None:
    answer = await start(member, wire_id, {"model_parameters": parameters}, 400)
    assert (answer["success"], answer["code"]) == (False, "INVALID_MODEL_PARAMS")
    assert answer["errors"]
    assert jobs(resources) == []


@ON_ONE_DATABASE
async def test_numbers_of_parameters_may_come_as_text(member, resources, wire_id) -> None:
    await start(member, wire_id, {"model_parameters": {"MODE": "Dense", "N": 64, "EP": 3}})
    assert len(jobs(resources)) == 1


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("split", "code"),
    [
        ({"trainPercentage": 50, "valPercentage": 20, "testPercentage": 20}, "INVALID_TRAINING_SPLIT"),
        ({"trainPercentage": "x", "valPercentage": 20, "testPercentage": 10}, "INVALID_TRAINING_SPLIT"),
        ("70/20/10", "BAD_REQUEST"), ([70, 20, 10], "BAD_REQUEST"), (3, "BAD_REQUEST"),
    ],
)  # fmt: skip
async def test_a_wrong_split_starts_nothing(member, resources, wire_id, split, code) -> None:
    answer = await start(member, wire_id, {"training_split": split}, 400)
    assert answer["code"] == code
    assert "training_split" in answer["error"] or "Percentage" in answer["error"]
    assert jobs(resources) == []


@ON_ONE_DATABASE
@pytest.mark.parametrize("body", [[1], "x", 3])
async def test_a_body_that_is_no_object_starts_nothing(member, resources, wire_id, body) -> None:
    answer = await start(member, wire_id, body, 400)
    assert (answer["success"], bool(answer["code"])) == (False, True)
    assert jobs(resources) == []


async def test_a_session_without_time_steps_or_files_is_refused(
    member, resources, tmp_path
) -> None:
    wire_id = f"session_{uuid.uuid4()}"
    await member.post(f"{BASE}/init-session", {"sessionId": wire_id}, 200)
    answer = await start(member, wire_id, status=400)
    assert (answer["code"], list(answer["errors"])) == ("BAD_REQUEST", ["files"])
    hourly = csv_text("load", [1.0, 2.0] * 50)
    for direction in ("input", "output"):
        add_file(resources, member.actor, tmp_path, wire_id, direction, "load", hourly)
    answer = await start(member, wire_id, status=400)
    assert answer["code"] == "STEPS_MISSING"
    assert jobs(resources) == []


async def test_a_second_start_and_a_deletion_wait_for_the_job(member, resources, wire_id) -> None:
    job_id = (await start(member, wire_id))["job_id"]
    for path, body in (
        (f"generate-datasets/{wire_id}", {}),
        (f"train-models/{wire_id}", {"model_parameters": {"MODE": "LIN"}}),
        (f"session/{wire_id}/delete", {}),
        ("delete-all-sessions", {"confirm_delete_all": True}),
    ):
        answer = await member.post(f"{BASE}/{path}", body, 409)
        assert answer["code"] == "TRAINING_IN_PROGRESS"
    assert len(jobs(resources)) == 1
    work_on(resources, claimed(resources, job_id))
    second = (await start(member, wire_id))["job_id"]
    work_on(resources, claimed(resources, second))
    await member.post(f"{BASE}/session/{wire_id}/delete", {}, 200)
    with resources.database.read() as session:
        assert session.scalars(select(SessionObject)).all() == []
    assert jobs(resources) == []


async def test_datasets_wait_for_a_training(member, resources, wire_id) -> None:
    body = {"model_parameters": {"MODE": "LIN"}}
    await member.post(f"{BASE}/train-models/{wire_id}", body, 200)
    assert (await start(member, wire_id, status=409))["code"] == "TRAINING_IN_PROGRESS"


async def test_a_stop_ends_a_job_that_nobody_works_on(member, colleague, wire_id) -> None:
    address = f"{BASE}/sessions/{wire_id}/datasets/stop"
    assert (await member.post(address, {}, 409))["code"] == "CONFLICT"
    await start(member, wire_id)
    await colleague.post(address, {}, 404)
    await member.post(address, {}, 200)
    assert (await member.get(f"{BASE}/status/{wire_id}"))["job_status"] == "cancelled"
    await start(member, wire_id)


async def test_the_windows_are_shown_with_dropped_samples_and_certificate(
    member, resources, wire_id
) -> None:
    built(resources, member.actor, wire_id)
    shown = await member.get(f"{BASE}/sessions/{wire_id}/windows")
    assert (shown["n_dat"], sum(shown["sizes"].values())) == (KEPT, KEPT)
    assert shown["reference"]["first"] == "2024-01-01T23:00:00.000000Z"
    assert shown["reference"]["step_minutes"] == 60
    assert shown["dropped"]["total"] == shown["reference"]["candidates"] - KEPT
    assert sum(one["count"] for one in shown["dropped"]["counts"]) == shown["dropped"]["total"]
    assert shown["certificate"]["leaks"]  # overlapping windows without a gap share rows
    assert shown["certificate"]["blocks"][0]["first_reference"] == shown["reference"]["first"]
    assert shown["is_current"]
    listed = (await member.get(f"{BASE}/list-sessions"))["sessions"]
    assert listed[0]["nDat"] == KEPT


async def test_a_gap_leaves_no_shared_row(member, resources, tmp_path) -> None:
    wire_id = make_session(resources, member.actor, tmp_path, 24 * 20)
    shares = {"trainPercentage": 60, "valPercentage": 20, "testPercentage": 20}
    job_id = (await start(member, wire_id, {"training_split": {**shares, "gap": True}}))["job_id"]
    work_on(resources, claimed(resources, job_id))
    shown = await member.get(f"{BASE}/sessions/{wire_id}/windows")
    assert (shown["certificate"]["ok"], shown["certificate"]["leaks"]) == (True, [])
    assert shown["sizes"]["left_out"] > 0


async def test_changed_settings_make_the_datasets_old(member, resources, wire_id) -> None:
    built(resources, member.actor, wire_id)
    body = {"sessionId": wire_id, "timeInfo": {"jahr": True}}
    await member.post(f"{BASE}/save-time-info", body, 200)
    for path in (f"sessions/{wire_id}/windows", f"violins/{wire_id}", f"visualizations/{wire_id}"):
        assert not (await member.get(f"{BASE}/{path}"))["is_current"]


async def test_plots_have_the_keys_of_the_contract(member, resources, wire_id) -> None:
    built(resources, member.actor, wire_id)
    shown = await member.get(f"{BASE}/visualizations/{wire_id}")
    assert (shown["session_id"], shown["n_dat"]) == (wire_id, KEPT)
    assert shown["metadata"]["time"] == ["W_sin", "W_cos", "D_sin", "D_cos"]
    assert bool(shown["created_at"])
    plot = shown["plots"]["time_W_sin"]
    assert (plot["type"], plot["label"]) == ("time", "IN3")
    assert plot["data"].startswith("data:image/png;base64,")


async def test_violins_come_as_numbers_for_each_block(member, resources, wire_id) -> None:
    built(resources, member.actor, wire_id)
    columns = (await member.get(f"{BASE}/violins/{wire_id}"))["columns"]
    assert [one["kind"] for one in columns] == ["input"] * 2 + ["time"] * 4 + ["output"]
    for column in columns:
        assert sorted(column["blocks"]) == sorted(column["scaled"]) == [
            "all", "test", "train", "validation",
        ]  # fmt: skip
        shape = column["blocks"]["test"]
        assert shape["min"] <= shape["whisker_low"] <= shape["q1"] <= shape["median"]
        assert shape["median"] <= shape["q3"] <= shape["whisker_high"] <= shape["max"]
        assert len(shape["at"]) == len(shape["density"]) == 101


async def test_names_of_variables_follow_the_settings(member, wire_id) -> None:
    shown = await member.get(f"{BASE}/plot-variables/{wire_id}")
    assert shown["input_variables"] == ["load", "temperature"]
    assert shown["output_variables"] == ["load"]
    assert shown["time_components"] == ["W_sin", "W_cos", "D_sin", "D_cos"]


async def test_arrays_and_dropped_samples_are_downloaded(member, resources, wire_id) -> None:
    built(resources, member.actor, wire_id)
    for path in ("download-arrays", "training-datasets"):
        response = await member.call("GET", f"{BASE}/{path}/{wire_id}")
        assert response.status_code == 200
        assert response.headers["Content-Disposition"].startswith("attachment")
        content = await response.get_data(as_text=False)
        assert len(content) == response.content_length
        arrays = np.load(io.BytesIO(content), allow_pickle=False)
        assert arrays["X"].shape == (KEPT, 24, 6)
        assert list(arrays["output_names"]) == ["load"]
    response = await member.call("GET", f"{BASE}/sessions/{wire_id}/windows/dropped")
    table = pl.read_parquet(await response.get_data(as_text=False))
    shown = await member.get(f"{BASE}/sessions/{wire_id}/windows")
    assert len(table) == shown["dropped"]["total"]


@ON_ONE_DATABASE
async def test_answers_are_as_the_description_of_the_api_says(member, resources, wire_id) -> None:
    built(resources, member.actor, wire_id)
    spec = await member.get("/api/openapi.json")
    for path in ("sessions/{session_id}/windows", "violins/{session_id}", "plot-data/{session_id}",
                 "visualizations/{session_id}", "plot-variables/{session_id}"):  # fmt: skip
        answer = await member.get(f"{BASE}/{path.format(session_id=wire_id)}")
        described = spec["paths"][f"{BASE}/{path}"]["get"]["responses"]["200"]
        schema = described["content"]["application/json"]["schema"]
        Draft202012Validator({**schema, "components": spec["components"]}).validate(answer)
        name = schema["$ref"].rpartition("/")[2]
        assert set(answer) <= set(spec["components"]["schemas"][name]["properties"])


async def test_before_there_are_datasets_everything_is_missing_by_name(member, wire_id) -> None:
    for path, code in (
        (f"sessions/{wire_id}/windows", "DATASETS_NOT_FOUND"),
        (f"sessions/{wire_id}/windows/dropped", "DATASETS_NOT_FOUND"),
        (f"download-arrays/{wire_id}", "DATASETS_NOT_FOUND"),
        (f"training-datasets/{wire_id}", "DATASETS_NOT_FOUND"),
        (f"violins/{wire_id}", "VISUALIZATION_NOT_FOUND"),
        (f"visualizations/{wire_id}", "VISUALIZATION_NOT_FOUND"),
        (f"plot-data/{wire_id}", "DATASETS_NOT_FOUND"),
    ):
        answer = await member.get(f"{BASE}/{path}", 404)
        assert (answer["success"], answer["code"]) == (False, code)


async def test_datasets_of_others_look_like_none(member, colleague, resources, wire_id) -> None:
    built(resources, member.actor, wire_id)
    own = (await member.get(f"{BASE}/get-session-uuid/{wire_id}"))["sessionUuid"]
    never = str(uuid.uuid4())
    for path in ("sessions/{}/windows", "sessions/{}/windows/dropped", "download-arrays/{}",
                 "training-datasets/{}", "violins/{}", "visualizations/{}", "plot-variables/{}",
                 "plot-data/{}"):  # fmt: skip
        for name in (own, never):
            answer = await colleague.get(f"{BASE}/{path.format(name)}", 404)
            assert answer["code"] == "SESSION_NOT_FOUND"
    shown = {"df_plot_in": {"load": True}}
    for name in (own, never):
        await start(colleague, name, status=404)
        await colleague.post(f"{BASE}/create-plots/{name}", shown, 404)
        await colleague.post(f"{BASE}/generate-plot", {"session_id": name, **shown}, 404)


@ON_ONE_DATABASE
@pytest.mark.parametrize("path", ["generate-datasets/{}", "create-plots/{}", "generate-plot"])
async def test_nobody_and_viewers_start_nothing(stranger, viewer, wire_id, path) -> None:
    body = {"df_plot_in": {"load": True}} if "plot" in path else {}
    body |= {} if "{}" in path else {"session_id": wire_id}
    for caller, status in ((stranger, 401), (viewer, 403)):  # a viewer's token only reads
        refused = await caller.post(f"{BASE}/{path.format(wire_id)}", body, status)
        assert (refused["success"], bool(refused["code"])) == (False, True)
