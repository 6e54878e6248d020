"""Starting trainings over HTTP."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from quart.datastructures import FileStorage
from sqlalchemy import func, select

from app.db.engine import Database
from app.errors import Invalid
from app.models.audit import AuditEntry
from app.models.dataset import Dataset
from app.models.event import EventRow
from app.models.job import Job
from app.models.run import Run
from harness.archives import image_rows, image_zip
from services.runs.create import StartRequest, check_request, start_run
from services.runs.training.config.config import TrainingConfig
from tests.factories.callers import Caller
from tests.factories.runs import add_curve, make_job, make_known_centralized, make_run
from tests.support.calls import Calls
from tests.support.databases import ON_ONE_DATABASE

FEDERATED = "/api/experiments/federated/train"
CENTRALIZED = "/api/experiments/centralized/train"
CANCER = {"dataset": "breast_cancer"}


def the_run(database: Database) -> Run:
    with database.read() as session:
        return session.scalars(select(Run)).one()


def how_many(database: Database, model: type[Any]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


async def test_a_federated_training_is_a_run_and_a_queued_job(member: Caller) -> None:
    request = CANCER | {"experiment_name": "Five hospitals", "num_server_rounds": 7}
    answer = await member.post(FEDERATED, request | {"config": {"seed": 3}})
    run = the_run(member.database)
    with member.database.read() as session:
        job = session.scalars(select(Job)).one()
    assert (run.id, run.status, run.owner_id, run.seed) == (
        answer["run_id"],
        "queued",
        member.id,
        3,
    )
    assert run.config["num_rounds"] == 7
    assert (job.kind, job.queue, job.subject) == ("train_run", "train", f"run:{run.id}")
    assert answer["num_server_rounds"] == 7
    assert answer["status"] == "queued"
    assert answer["experiment_name"] == "Five hospitals"


async def test_a_centralized_training_echoes_paths_and_uses_none(member: Caller) -> None:
    answer = await member.post(CENTRALIZED, CANCER | {"checkpoint_dir": "../../etc"})
    assert answer["checkpoint_dir"] == "../../etc"
    assert answer["logs_dir"] == "results/centralized/logs"
    assert answer["experiment_name"] == "pneumonia_centralized"
    assert "../../etc" not in str(vars(the_run(member.database)))


async def test_the_start_is_published_to_the_run_and_to_its_owner(member: Caller) -> None:
    answer = await member.post(CENTRALIZED, CANCER)
    with member.database.read() as session:
        published = session.execute(select(EventRow.topic, EventRow.type)).all()
        audited = session.scalars(select(AuditEntry.action)).all()
    assert (f"run:{answer['run_id']}", "status") in published
    assert (f"user:{member.id}", "run_changed") in published
    assert "run_started" in audited


async def test_a_team_run_is_published_to_the_team(member: Caller) -> None:
    await member.post(CENTRALIZED, CANCER | {"visibility": "team"})
    with member.database.read() as session:
        assert "team" in session.scalars(select(EventRow.topic)).all()


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "dataset"),
        ({"dataset": True}, "dataset"),
        ({"dataset": "digits", "config": {"epochs": 0}}, "config.epochs"),
        ({"dataset": "digits", "config": {"epoch": 5}}, "config.epoch"),
        ({"dataset": "breast_cancer", "config": {"network": "cnn"}}, "config.network"),
        ({"dataset": "digits", "config": {"min_lr": 0.5}}, "config.min_lr"),
        ({"dataset": "digits", "config": []}, "config"),
        ({"dataset": "digits", "visibility": "public"}, "visibility"),
        ({"dataset": "digits", "experiment_name": ""}, "experiment_name"),
        ({"dataset": "digits", "colour": "red"}, "colour"),
    ],
)
async def test_what_is_wrong_is_named(member: Caller, body: dict[str, Any], field: str) -> None:
    answer = await member.post(CENTRALIZED, body, 422)
    assert list(answer["errors"]) == [field]
    assert how_many(member.database, Run) == 0


async def test_settings_that_do_not_fit_together_are_named(member: Caller) -> None:
    config = {"strategy": "krum", "num_clients": 3}
    answer = await member.post(FEDERATED, CANCER | {"config": config}, 422)
    assert list(answer["errors"]) == ["config.strategy"]
    assert "5" in answer["errors"]["config.strategy"][0]


async def test_an_unknown_dataset_is_named(member: Caller) -> None:
    answer = await member.post(CENTRALIZED, {"dataset": 999}, 404)
    assert "dataset" in answer["errors"]


async def test_a_viewer_starts_nothing(viewer: Caller) -> None:
    await viewer.post(CENTRALIZED, CANCER, 403)
    with viewer.database.read() as session:
        assert session.scalars(select(Run)).all() == []


async def test_ones_own_defaults_fill_what_is_left_out(member: Caller, colleague: Caller) -> None:
    await member.post("/api/config/update", {"experiment": {"learning_rate": 0.5, "epochs": 3}})
    await member.post(CENTRALIZED, CANCER | {"config": {"epochs": 4}})
    config = the_run(member.database).config
    assert (config["learning_rate"], config["epochs"]) == (0.5, 4)
    answer = await colleague.post(CENTRALIZED, CANCER)
    detail = await colleague.get(f"/api/runs/{answer['run_id']}")
    assert detail["config"]["learning_rate"] == 0.001


def archive() -> FileStorage:
    return FileStorage(BytesIO(image_zip(image_rows(16))), filename="chest.zip")


async def test_a_form_brings_its_own_images(member: Caller) -> None:
    form = {"experiment_name": "Chests", "num_server_rounds": "2"}
    form["config"] = '{"network": "cnn", "num_clients": 2, "min_client_rows": 4}'
    answer = await member.post(FEDERATED, form=form, files={"data_zip": archive()})
    run = the_run(member.database)
    with member.database.read() as session:
        dataset = session.get_one(Dataset, run.dataset_id)
    assert (run.config["network"], run.config["num_rounds"]) == ("cnn", 2)
    assert (dataset.kind, dataset.owner_id) == ("images", member.id)
    assert (answer["run_id"], answer["num_server_rounds"]) == (run.id, 2)


@ON_ONE_DATABASE
def test_settings_that_came_before_their_data_are_read_once(member: Caller) -> None:
    parts = member.resources
    request = StartRequest(
        mode="federated", dataset=None, experiment_name="Chests", config={"num_clients": 3}
    )
    with Calls(TrainingConfig.from_mapping) as calls:
        checked = check_request(parts.database, member.actor, request)
        ready = replace(checked, dataset="breast_cancer")
        started = start_run(parts.database, member.actor, ready)
    assert calls.count == 1
    with parts.database.read() as session:
        assert session.get_one(Run, started.run_id).config["num_clients"] == 3


@ON_ONE_DATABASE
def test_settings_that_came_before_their_data_are_held_against_it(member: Caller) -> None:
    parts = member.resources
    request = StartRequest(
        mode="federated", dataset=None, experiment_name="Chests", config={"network": "cnn"}
    )
    checked = check_request(parts.database, member.actor, request)
    with pytest.raises(Invalid) as refused:
        start_run(parts.database, member.actor, replace(checked, dataset="breast_cancer"))
    assert list(refused.value.errors) == ["config.network"]


@ON_ONE_DATABASE
async def test_a_form_echoes_paths_too(member: Caller) -> None:
    form = {"logs_dir": "/tmp/mine", "config": '{"network": "cnn"}'}
    answer = await member.post(CENTRALIZED, form=form, files={"data_zip": archive()})
    assert answer["logs_dir"] == "/tmp/mine"
    assert answer["checkpoint_dir"] == "results/centralized/checkpoints"


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"config": "{"}, "config"),
        ({"config": "[1]"}, "config"),
        ({"config": '{"epochs": 0}'}, "config.epochs"),
        ({"experiment": "x"}, "experiment"),
        ({"csv_filename": "other.csv"}, "csv_filename"),
    ],
)
async def test_a_wrong_form_leaves_nothing_behind(
    member: Caller, form: dict[str, str], field: str
) -> None:
    before = how_many(member.database, Dataset)
    answer = await member.post(CENTRALIZED, None, 422, form=form, files={"data_zip": archive()})
    assert list(answer["errors"]) == [field]
    assert how_many(member.database, Dataset) == before
    assert list((member.resources.settings.home / "tmp").iterdir()) == []


async def test_data_that_cannot_bear_the_training_are_not_kept(member: Caller) -> None:
    form = {"config": '{"network": "cnn", "num_clients": 400}'}
    answer = await member.post(FEDERATED, None, 422, form=form, files={"data_zip": archive()})
    assert list(answer["errors"]) == ["config.num_clients"]
    assert [one["slug"] for one in (await member.get("/api/datasets"))["items"]] == [
        "breast_cancer",
        "digits",
    ]


async def test_the_form_describes_every_setting(viewer: Caller) -> None:
    schema = await viewer.get("/api/experiments/schema")
    groups = {group["name"] for group in schema["groups"]}
    fields = {field["name"]: field for field in schema["fields"]}
    assert {field["group"] for field in fields.values()} == groups
    assert fields["num_rounds"]["modes"] == ["federated"]
    assert (fields["epochs"]["minimum"], fields["epochs"]["default"]) == (1, 10)
    assert "choices" not in fields["epochs"]


async def test_every_preset_can_be_started(member: Caller) -> None:
    presets = (await member.get("/api/experiments/schema"))["presets"]
    for preset in presets:
        body = {"dataset": preset["dataset"], "config": preset["config"]}
        await member.post(f"/api/experiments/{preset['mode']}/train", body)
    with member.database.read() as session:
        runs = session.scalars(select(Run).order_by(Run.id)).all()
    assert [run.training_mode for run in runs] == [preset["mode"] for preset in presets]
    assert all(
        preset["config"].items() <= run.config.items()
        for preset, run in zip(presets, runs, strict=True)
    )


async def test_experiments_are_runs_the_newest_first(member: Caller, colleague: Caller) -> None:
    known = make_known_centralized(member.database, member.id)
    waiting = make_run(member.database, member.id, status="queued")
    answer = await member.get("/api/experiments/list")
    assert [one["experiment_id"] for one in answer["experiments"]] == [
        f"run_{waiting.id}",
        f"run_{known.id}",
    ]
    assert [one["status"] for one in answer["experiments"]] == ["started", "completed"]
    assert [one["current_epoch"] for one in answer["experiments"]] == [0, 10]
    assert (await colleague.get("/api/experiments/list"))["count"] == 0


async def test_the_status_of_an_experiment(member: Caller) -> None:
    run = make_run(member.database, member.id, status="in_progress", training_mode="federated")
    make_job(member.database, run, "running", progress=0.4)
    add_curve(member.database, run, "global_loss", {0: 0.9, 1: 0.5})
    for name in (f"run_{run.id}", str(run.id)):
        answer = await member.get(f"/api/experiments/status/{name}")
        assert (answer["status"], answer["progress"]) == ("running", 40.0)
        assert (answer["current_epoch"], answer["total_epochs"]) == (1, 3)
        assert answer["latest_metrics"] == {"global_loss": 0.5}
    await member.get("/api/experiments/status/run_x", 422)
    await member.get("/api/experiments/status/run_999", 404)


async def test_the_settings_of_a_run_are_its_parameters(member):
    body = {"dataset": "digits", "experiment_name": "known", "config": {"learning_rate": 0.0123}}
    started = await member.post("/api/experiments/centralized/train", body)
    run = await member.get(f"/api/runs/{started['run_id']}")
    assert run["params"]["learning_rate"] == "0.0123"
    listed = await member.get("/api/runs/list?filter=params.learning_rate %3D '0.0123'")
    assert [one["id"] for one in listed["runs"]] == [started["run_id"]]


ESTIMATE = "/api/experiments/estimate?dataset=breast_cancer"


def took(caller: Caller, seconds: float, mode: str = "centralized", **config: object) -> None:
    """Write a finished training of so many seconds on the first dataset."""
    with caller.database.read() as session:
        dataset = session.scalar(select(Dataset.id).where(Dataset.slug == "breast_cancer"))
    whole = TrainingConfig.from_mapping(config).as_mapping()
    values = {"config": whole, "running_seconds": seconds, "duration_seconds": seconds}
    run = make_run(caller.database, caller.id, training_mode=mode, **values)
    with caller.database.write() as unit:
        unit.session.get_one(Run, run.id).dataset_id = dataset


async def test_the_time_of_a_training_is_estimated_from_earlier_ones_like_it(
    member: Caller, colleague: Caller
) -> None:
    nothing = await member.get(f"{ESTIMATE}&mode=centralized&network=mlp&steps=10")
    assert nothing == {"seconds": None, "runs": 0}
    for seconds in (10, 20, 90):  # 2, 4 and 18 seconds an epoch
        took(member, seconds, network="mlp", epochs=5)
    took(member, 1000, network="cnn", epochs=5)
    took(member, 60, "federated", network="mlp", num_rounds=3, local_epochs=2)
    estimate = await member.get(f"{ESTIMATE}&mode=centralized&network=mlp&steps=10")
    assert estimate == {"seconds": 40.0, "runs": 3}
    rounds = await member.get(f"{ESTIMATE}&mode=federated&network=mlp&steps=12")
    assert rounds == {"seconds": 120.0, "runs": 1}
    other = await member.get(
        f"{ESTIMATE.replace('breast_cancer', 'digits')}&mode=federated&network=mlp&steps=12"
    )
    assert other["seconds"] is None
    foreign = await colleague.get(f"{ESTIMATE}&mode=centralized&network=mlp&steps=10")
    assert foreign == {"seconds": None, "runs": 0}  # they are private


async def test_an_estimate_is_asked_with_all_that_it_needs(member: Caller) -> None:
    answer = await member.get("/api/experiments/estimate?mode=odd&steps=0", 422)
    assert set(answer["errors"]) == {"mode", "network", "steps"}
    await member.get(
        "/api/experiments/estimate?dataset=none&mode=federated&network=mlp&steps=1", 404
    )
