"""Importing runs over HTTP and on the command line: whole, once, and never for somebody else."""

import io
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from quart.datastructures import FileStorage
from sqlalchemy import select

from app.clock import now
from app.models.audit import AuditEntry
from app.models.run import Run
from app.models.run_import import RunImport
from app.supervisor.child import ROOT
from harness.archives import zip_bytes
from services.imports.cli import main
from services.imports.sweep import sweep_imports
from tests.factories.callers import Caller
from tests.factories.event_files import write_scalars, zipped
from tests.factories.imports import claimed, work_on
from tests.factories.mlflow_files import TrackingFile
from tests.factories.people import make_user
from tests.factories.result_files import SECTION, content, result, server_metrics
from tests.factories.stores import AgedStore
from tests.support.databases import ON_ONE_DATABASE


async def post(
    caller: Caller, kind: str, data: bytes, status: int = 202, filename: str = "file", **form: str
) -> Any:
    file = FileStorage(io.BytesIO(data), filename=filename)
    response = await caller.call(
        "POST", f"/api/runs/import/{kind}", files={"file": file}, form=form
    )
    assert response.status_code == status, response.body
    return response.body


async def send(caller: Caller, kind: str, data: bytes, filename: str = "file", **form: str) -> Any:
    """Import the file, do the job, and return what became of it."""
    queued = await post(caller, kind, data, filename=filename, **form)
    assert (queued["status"], queued["total"], queued["imported"]) == ("queued", None, [])
    work_on(caller.resources, claimed(caller.resources))
    done = await caller.get(f"/api/runs/imports/{queued['id']}")
    assert (done["num_imported"], done["num_skipped"]) == (
        len(done["imported"]),
        len(done["skipped"]),
    )
    assert list(caller.resources.store.list("imports/")) == []
    return done


def tracking(tmp_path: Path, runs: int = 1) -> bytes:
    file = TrackingFile(tmp_path / "mlflow.db")
    for number in range(runs):
        file.run(f"uuid{number}", f"run {number}")
        file.metric(f"uuid{number}", "val_loss", (0, 0.5), (1, float("nan")), (2, 0.0))
        file.insert("params", ("lr", "0.01", f"uuid{number}"))
    return file.close().read_bytes()


@pytest.mark.parametrize("legacy", [True, False])
async def test_a_flower_result_becomes_a_completed_federated_run(
    member: Caller, legacy: bool
) -> None:
    answer = await send(member, "flower", content(result(legacy=legacy)), filename="results_7.json")
    (made,) = answer["imported"]
    assert (made["name"], answer["skipped"]) == ("results_7", [])
    run = await member.get(f"/api/runs/{made['run_id']}")
    assert (run["origin"], run["status"], run["training_mode"]) == (
        "imported", "completed", "federated",
    )  # fmt: skip
    assert (run["total_steps"], run["owner"]["id"], run["visibility"]) == (2, member.id, "private")
    rounds = await member.get(f"/api/runs/{made['run_id']}/federated-rounds")
    assert [one["round"] for one in rounds["rounds"]] == [0, 1, 2]
    results = await member.get(f"/api/runs/{made['run_id']}/metrics")
    assert results["final_metrics"]["recall"] == 0.8533


async def test_what_was_imported_before_is_named_and_not_made_again(
    member: Caller, colleague: Caller, tmp_path: Path
) -> None:
    data = tracking(tmp_path, runs=2)
    first = await send(member, "mlflow", data)
    again = await send(member, "mlflow", data)
    assert again["imported"] == []
    assert again["skipped"] == [
        {"name": one["name"], "reason": f"it was imported before, as run {one['run_id']}"}
        for one in first["imported"]
    ]
    assert len((await send(colleague, "mlflow", data))["imported"]) == 2
    await member.call("DELETE", f"/api/runs/{first['imported'][0]['run_id']}")
    assert len((await send(member, "mlflow", data))["imported"]) == 1


async def test_a_tracking_database_becomes_runs_with_everything(
    member: Caller, tmp_path: Path
) -> None:
    answer = await send(member, "mlflow", tracking(tmp_path), visibility="team")
    number = answer["imported"][0]["run_id"]
    run = await member.get(f"/api/runs/{number}")
    assert (run["name"], run["visibility"], run["params"]) == ("run 0", "team", {"lr": "0.01"})
    assert run["tags"]["import.source"] == "mlflow:uuid0"
    assert run["start_time"].startswith("2023-11-14T22:13:20")
    (curve,) = (await member.get(f"/api/runs/{number}/series?times=true"))["series"]
    assert (curve["steps"], curve["values"]) == ([0, 1, 2], [0.5, None, 0.0])
    assert curve["times"] == [1_700_000_000, 1_700_000_001, 1_700_000_002]
    with member.database.read() as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "runs_imported")
        ).one()
    assert (entry.target, entry.detail["source"]) == (f"run:{number}", "mlflow:uuid0")


async def test_a_zip_of_event_folders_becomes_a_run_per_folder(
    member: Caller, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        write_scalars(tmp_path / name, {"loss": [0.5, 0.4]}, hparams={"lr": 0.1})
    answer = await send(member, "tensorboard", zipped(tmp_path), filename="logs.zip")
    assert [one["name"] for one in answer["imported"]] == ["a", "b"]
    run = await member.get(f"/api/runs/{answer['imported'][0]['run_id']}")
    assert (run["params"], run["tags"]["import.format"]) == ({"lr": "0.1"}, "tensorboard")


async def test_a_single_event_file_is_a_run_with_the_given_name(
    member: Caller, tmp_path: Path
) -> None:
    file = write_scalars(tmp_path, {"loss": [0.5]}, as_tensors=True)
    answer = await send(member, "tensorboard", file.read_bytes(), name="Mine")
    assert [one["name"] for one in answer["imported"]] == ["Mine"]


async def test_a_file_that_is_none_goes_by_the_name_that_its_sender_gave_it(
    member: Caller,
) -> None:
    answer = await send(member, "tensorboard", b"junk", name="Mine")
    (skipped,) = answer["skipped"]
    assert skipped["reason"].startswith("Mine is no event file")


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("kind", "data", "complaint"),
    [
        ("flower", b"{", "not JSON"),
        ("flower", content({}), "no section"),
        ("flower", content({SECTION: {"x": server_metrics(1)}}), "None of the rounds"),
        ("mlflow", b"PK\x03\x04", "no SQLite database"),
        ("mlflow", b"", "no SQLite database"),
        ("tensorboard", zip_bytes({"readme.txt": b"hello"}), "no event file"),
        ("tensorboard", zip_bytes({"../events.out.tfevents.1": b"x"}), "leads out"),
        ("tensorboard", zip_bytes({"/etc/events.out.tfevents.1": b"x"}), "absolute path"),
        ("tensorboard", zip_bytes({"events.out.tfevents.1": bytes(50_000_000)}), "bomb"),
    ],
)
async def test_a_file_of_another_kind_is_refused(
    member: Caller, kind: str, data: bytes, complaint: str
) -> None:
    answer = await send(member, kind, data)
    assert answer["status"] == "failed"
    assert complaint in answer["error"]
    if kind == "flower" and complaint.startswith("None"):
        assert "Round x: the round is not a whole number" in answer["skipped"][0]["reason"]
    with member.database.read() as session:
        assert session.scalars(select(Run)).all() == []


async def test_what_is_known_is_not_read_again(member: Caller, tmp_path: Path) -> None:
    file = TrackingFile(tmp_path / "mlflow.db")
    file.run("uuid0", "run 0")
    file.metric("uuid0", "val_loss", (0, 0.5))
    first = await send(member, "mlflow", file.path.read_bytes())
    file.insert("metrics", *((f"m{n}", 1.0, 0, "uuid0", 0, 0) for n in range(10_001)))
    again = await send(member, "mlflow", file.close().read_bytes())
    number = first["imported"][0]["run_id"]
    assert again["skipped"] == [
        {"name": "run 0", "reason": f"it was imported before, as run {number}"}
    ]


async def test_how_far_an_import_is_is_published_to_its_owner(
    member: Caller, tmp_path: Path
) -> None:
    answer = await send(member, "mlflow", tracking(tmp_path, runs=2))
    page = await member.get(f"/api/events?topic=user:{member.id}&after=0")
    published = [one for one in page["events"] if one["type"].startswith("import_")]
    states = [one["data"]["status"] for one in published if one["type"] == "import_changed"]
    assert states == ["queued", "in_progress", "in_progress", "completed"]
    (progress,) = [one["data"] for one in published if one["type"] == "import_progress"]
    assert progress == {"import_id": answer["id"], "done": 1, "total": 2, "num_imported": 1,
                        "num_skipped": 0}  # fmt: skip


async def test_imports_are_listed_and_their_outcomes_paged(
    member: Caller, colleague: Caller, tmp_path: Path
) -> None:
    answer = await send(member, "mlflow", tracking(tmp_path, runs=3))
    page = await member.get(f"/api/runs/imports/{answer['id']}?limit=1&offset=1")
    assert [one["name"] for one in page["imported"]] == ["run 1"]
    (listed,) = (await member.get("/api/runs/imports"))["items"]
    assert (listed["num_imported"], listed["total"], listed["done"]) == (3, 3, 3)
    assert listed["finished_at"] is not None
    assert (await colleague.get("/api/runs/imports"))["total"] == 0
    await colleague.get(f"/api/runs/imports/{answer['id']}", 404)
    await member.get("/api/runs/imports/0", 422)


async def test_an_import_that_waits_can_be_stopped(member: Caller, tmp_path: Path) -> None:
    queued = await post(member, "mlflow", tracking(tmp_path))
    stopped = await member.post(f"/api/runs/imports/{queued['id']}/stop")
    assert stopped["status"] == "cancelled"
    assert list(member.resources.store.list("imports/")) == []
    answer = await member.post(f"/api/runs/imports/{queued['id']}/stop", status=409)
    assert answer["detail"] == "Import is already finished."


async def test_nobody_fills_the_disk_with_files_that_wait(
    member: Caller, colleague: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.imports.create.MAX_WAITING_BYTES", 100)
    await post(member, "flower", b"x" * 90)  # the first one may have any size
    assert (await post(member, "flower", b"x" * 20, 409))["code"] == "imports_waiting"
    await post(colleague, "flower", b"x" * 20)
    assert len(list(member.resources.store.list("imports/"))) == 2
    assert list((member.resources.settings.home / "tmp").iterdir()) == []


async def test_old_reports_are_forgotten_and_what_waits_is_kept(
    member: Caller, tmp_path: Path
) -> None:
    done = await send(member, "mlflow", tracking(tmp_path))
    await post(member, "flower", b"x")
    resources = member.resources
    with resources.database.write() as unit:
        row = unit.session.get_one(RunImport, done["id"])
        row.finished_at = now() - timedelta(days=31)
    sweep_imports(resources.database, resources.store)
    await member.get(f"/api/runs/imports/{done['id']}", 404)
    (waiting,) = (await member.get("/api/runs/imports"))["items"]
    assert waiting["id"] == done["id"] + 1
    assert len(list(resources.store.list("imports/"))) == 1


async def test_a_file_that_no_import_needs_is_swept(member: Caller) -> None:
    queued = await post(member, "flower", b"x")
    store = AgedStore()
    with member.database.write() as unit:
        key = unit.session.get_one(RunImport, queued["id"]).object_key
    for name in (key, "imports/orphan"):
        store.put(name, b"x")
    assert sweep_imports(member.database, store) == 1
    assert [one.key for one in store.list("imports/")] == [key]


async def test_wrong_requests_are_named(member: Caller) -> None:
    assert (await post(member, "wandb", b"x", 404))["detail"].startswith("There is no format")
    for field, value in (("visibility", "all"), ("owner_id", "1"), ("name", "x" * 201)):
        answer = await post(member, "flower", b"{}", 422, **{field: value})
        assert list(answer["errors"]) == [field]
    await member.post("/api/runs/import/flower", {"file": "x"}, 400)


async def test_a_viewer_imports_nothing(viewer: Caller) -> None:
    await post(viewer, "flower", content(result()), 403)
    assert (await viewer.get("/api/runs/imports"))["total"] == 0
    assert list(viewer.resources.store.list("imports/")) == []


def environment(member: Caller) -> dict[str, str]:
    return {**os.environ, **member.resources.settings.environment()}


@ON_ONE_DATABASE
async def test_the_command_imports_for_somebody(member: Caller, tmp_path: Path) -> None:
    owner = make_user(member.database)
    write_scalars(tmp_path / "logs", {"loss": [0.5]})
    arguments = ["tensorboard", str(tmp_path / "logs"), "--owner", owner.email, "--team", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "app", "import", *arguments],
        env=environment(member), cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    (made,) = json.loads(done.stdout)["imported"]
    run = await member.get(f"/api/runs/{made['run_id']}")  # shared with the team
    assert (run["owner"]["id"], run["name"]) == (owner.id, "logs")


def test_the_command_says_what_it_did_and_what_is_wrong(member: Caller, tmp_path: Path) -> None:
    owner = make_user(member.database).email
    path = tmp_path / "results_7.json"
    path.write_bytes(content(result()))

    def say(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, arguments, env=environment(member))
        return done.exit_code, done.output

    assert say("flower", str(path), "--owner", owner)[0] == 0
    assert "it was imported before" in say("flower", str(path), "--owner", owner.upper())[1]
    assert say("flower", str(tmp_path), "--owner", owner)[1].startswith("Error: This is a folder")
    code, output = say("flower", str(path), "--owner", "nobody@example.org")
    assert (code, output) == (1, "Error: There is no active account for nobody@example.org.\n")
