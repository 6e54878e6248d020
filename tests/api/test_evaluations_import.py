"""Evaluations of others over HTTP: logs of Inspect and results of lm-eval become runs, whole or not."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.models.run import Artifact
from app.models.series import Series
from services.imports.cli import main
from tests.api.test_runs_import import environment, post, send
from tests.factories.callers import Caller
from tests.factories.evaluation_logs import (
    CASES,
    eval_log,
    header,
    line,
    lm_eval_zip,
    results,
    sample,
)
from tests.factories.people import make_user
from tests.support.databases import ON_ONE_DATABASE

EVAL, ZIP = (CASES / "colours.eval").read_bytes(), (CASES / "nature.zip").read_bytes()


async def test_a_log_of_inspect_becomes_a_run_with_result_and_samples(member: Caller) -> None:
    answer = await send(member, "inspect", EVAL, filename="2026-11-29T22-09-27_colours_i9K.eval")
    (made,) = answer["imported"]
    assert made["name"] == "colours, fixture/parrot"
    run = await member.get(f"/api/runs/{made['run_id']}")
    assert (run["origin"], run["status"], run["task"]) == ("imported", "completed", "other")
    assert run["results"]["accuracy"] == {
        "value": 0.4, "measured_on": "reported", "num_rows": 5, "step": None,
    }  # fmt: skip
    assert run["params"]["task"] == "colours"
    table = await samples_of(member, made["run_id"])
    assert table.num_rows == 20
    assert set(table.column("score").to_pylist()) == {"match", "length"}
    assert any("events (170)" in one["reason"] for one in answer["skipped"])


async def samples_of(caller: Caller, run_id: int) -> Any:
    (artifact,) = (await caller.get(f"/api/runs/{run_id}/artifacts"))["items"]
    assert (artifact["name"], artifact["kind"]) == ("samples.parquet", "evaluation_samples")
    response = await caller.call("GET", f"/api/runs/{run_id}/artifacts/{artifact['id']}/download")
    assert response.status_code == 200
    content = await response.get_data()
    assert len(content) == artifact["size_bytes"]
    return parquet.read_table(io.BytesIO(content))


async def test_results_of_lm_eval_become_a_run_per_evaluation_with_directions(
    member: Caller,
) -> None:
    answer = await send(member, "lm-eval", ZIP, filename="out.zip", visibility="team")
    assert sorted(one["name"] for one in answer["imported"]) == [
        "nature, fixture/parrot", "words, fixture/parrot",
    ]  # fmt: skip
    number = next(one["run_id"] for one in answer["imported"] if one["name"].startswith("nature"))
    with member.database.read() as session:
        goals = dict(session.execute(select(Series.name, Series.goal)).tuples().all())
    assert (goals["acc"], goals["nature_sky/acc_norm"], goals["acc_stderr"]) == ("max", "max", None)
    run = await member.get(f"/api/runs/{number}")
    assert run["results"]["accuracy"]["num_rows"] == 9
    assert (await samples_of(member, number)).num_rows == 18


async def test_an_evaluation_is_imported_once_and_not_for_somebody_else(
    member: Caller, colleague: Caller
) -> None:
    first = await send(member, "inspect", EVAL)
    number = first["imported"][0]["run_id"]
    again = await send(member, "inspect", EVAL)
    assert [one["reason"] for one in again["skipped"]] == [
        f"it was imported before, as run {number}"
    ]
    await colleague.get(f"/api/runs/{number}", 404)
    await colleague.get(f"/api/runs/{number}/artifacts", 404)
    assert len((await send(colleague, "inspect", EVAL))["imported"]) == 1


@ON_ONE_DATABASE
async def test_evaluations_are_searched_by_their_settings_and_compared(member: Caller) -> None:
    ids = []
    for model, accuracy in (("a/one", 1.0), ("b/two", 0.5)):
        spec = {**header()["eval"], "model": model}
        log = eval_log(header(eval=spec, accuracy=accuracy), sample("a"))
        ids.append((await send(member, "inspect", log))["imported"][0]["run_id"])
    query = "/api/runs/list?filter=params.model = 'b/two' and tags.\"import.format\" = 'inspect'"
    assert [one["id"] for one in (await member.get(query))["runs"]] == ids[1:]
    compared = await member.get(f"/api/runs/compare?ids={ids[0]},{ids[1]}")
    (accuracy,) = [one for one in compared["results"] if one["metric"] == "accuracy"]
    values = [one["value"] for one in accuracy["values"]]
    assert values == [1.0, 0.5]


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("kind", "content", "sentence"),
    [
        ("inspect", EVAL[:-40], "The archive is cut off: its directory is missing."),
        ("inspect", ZIP, "This is no log of Inspect"),
        ("inspect", eval_log(header(), sample("a", epoch=0)), "has no epoch of 1 or more"),
        ("lm-eval", EVAL, "There is no results_….json of lm-eval among the"),
        ("lm-eval", lm_eval_zip(results(), {"sky": [line(0), {}]}), "it has no 'doc_id'"),
    ],
)
async def test_a_broken_file_makes_no_run_and_leaves_no_file(
    member: Caller, kind: str, content: bytes, sentence: str
) -> None:
    answer = await send(member, kind, content)
    assert (answer["status"], answer["imported"]) == ("failed", [])
    assert sentence in answer["error"]
    assert (await member.get("/api/runs/list"))["total"] == 0
    assert list(member.resources.store.list("runs/")) == []


@ON_ONE_DATABASE
async def test_an_unknown_format_names_the_known_ones(member: Caller) -> None:
    answer = await post(member, "lm_eval", b"{}", 404)
    assert "flower, tensorboard, mlflow, inspect, lm-eval" in answer["detail"]


@ON_ONE_DATABASE
def test_a_folder_of_lm_eval_is_imported_on_the_host(member: Caller, tmp_path: Path) -> None:
    owner = make_user(member.database).email
    for name, data in unzipped(ZIP).items():
        (tmp_path / Path(name).name).write_bytes(data)
    arguments = ["lm-eval", str(tmp_path), "--owner", owner, "--json"]
    env = {**environment(member), "STORAGE_URL": f"file://{tmp_path}/objects"}
    done = CliRunner().invoke(main, arguments, env=env)
    assert done.exit_code == 0, done.output
    assert len(json.loads(done.output)["imported"]) == 2
    with member.database.read() as session:
        keys = session.scalars(select(Artifact.object_key)).all()
    assert len(keys) == 2
    assert all((tmp_path / "objects" / key).is_file() for key in keys)


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name[-1] != "/"}
