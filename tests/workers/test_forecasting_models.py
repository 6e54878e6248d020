"""A model of a session, from its files to its tables, as a worker trains it."""

import io
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from app.auth.actor import Actor
from app.models.forecasting import ForecastSession, SessionModel
from app.models.job import Job
from app.models.run import Artifact, Run
from app.resources import Resources
from services.forecasting.evaluation.metrics import METRICS
from services.forecasting.result_record import newest_result
from services.forecasting.results import evaluation_of
from services.forecasting.saved_models import (
    MissingPredictionInput,
    find_saved,
    scale_rows,
    scalers_of,
)
from services.forecasting.saved_tables import save_tables
from services.forecasting.training.prepare import prepare
from services.forecasting.training.start import TrainingRequest, start_training
from services.forecasting.training.train import train_model
from services.runs.resume import resume_run
from services.runs.stop import stop_run
from tests.factories.people import actor_for, make_user
from tests.factories.sessions import make_session
from tests.support.databases import ON_ONE_DATABASE
from workers.attempt import Attempt
from workers.forecasting import LocalEngine


@pytest.fixture
def owner(resources: Resources) -> Actor:
    return actor_for(make_user(resources.database))


def train(resources: Resources, owner: Actor, wire_id: str, **settings: object) -> int:
    request = TrainingRequest(models=[{"MODE": "LIN", **settings}])
    started = start_training(resources.database, owner, wire_id, request)
    claim = resources.jobs.claim(started.job_ids[0], "test")
    assert claim is not None
    resources.jobs.start(claim)
    attempt = Attempt(resources.jobs, claim)
    train_model(started.run_ids[0], attempt, resources.database, resources.store, LocalEngine())
    return started.run_ids[0]


def test_a_linear_model_is_trained_measured_and_kept(
    resources: Resources, owner: Actor, tmp_path: Path
) -> None:
    wire_id = make_session(resources, owner, tmp_path)
    run_id = train(resources, owner, wire_id, features="window")
    with resources.database.read() as session:
        run, model = session.get_one(Run, run_id), session.get_one(SessionModel, run_id)
        assert (run.status, run.task, run.training_mode) == (
            "completed",
            "forecasting",
            "centralized",
        )
        owned = session.get_one(ForecastSession, model.session_id)
        names = {one.name for one in session.query(Artifact).filter_by(run_id=run_id)}
    assert owned.n_dat == model.summary["n_dat"] == 24 * 40 - 23 - 24
    assert {"manifest.json", "evaluation.json", "certificate.json", "scalers.json"} <= names
    assert model.summary["metrics"]["skill"] > 0
    tables = evaluation_of(resources.database, resources.store, owner, wire_id)
    assert tables.df_eval["load"]["MAE"][0] == pytest.approx(model.summary["metrics"]["mae"])
    assert len(tables.df_eval["load"]["delta [min]"]) == 12
    assert_the_result_is_whole(resources, owner, wire_id, run_id, model.summary)


def assert_the_result_is_whole(
    resources: Resources, owner: Actor, wire_id: str, run_id: int, summary: dict[str, Any]
) -> None:
    """Look for every part of sections 1 and 5 of the contract, also after tables were saved."""
    result = newest_result(resources.database, resources.store, owner, wire_id)
    assert result.run is not None
    assert (result.run.id, result.model_type, result.metadata["epochs_completed"]) == (
        run_id, "LIN", 1,
    )  # fmt: skip
    blob = result.blob
    sizes = {f"n_{name}": blob["training_split"][f"n_{name}"] for name in ("train", "val", "test")}
    assert list(sizes.values()) == list(summary["sizes"].values())
    assert blob["metadata"] | sizes == blob["metadata"]
    assert (blob["parameters"]["MODE"], blob["dataset_count"]) == ("LIN", summary["n_dat"])
    original = blob["evaluation_metrics"]["test_metrics_original"]
    table = blob["df_eval"]["load"]
    assert {name: original[name] for name in METRICS} == {name: table[name][0] for name in METRICS}
    assert original["MAE_TS"] == next(iter(blob["df_eval_ts"]["load"].values()))["MAE"]
    output = blob["scalers"]["output"]["0"]
    slope = (output["scale_max"] - output["scale_min"]) / (output["high"] - output["low"])
    scaled = blob["evaluation_metrics"]["test_metrics_scaled"]
    assert scaled["MAE"] == pytest.approx(original["MAE"] * slope, rel=1e-5)
    assert set(blob["metadata"]["o_dat_inf"]) == set(blob["output_features"]) == {"load"}
    assert blob["trained_model"]["filename"] == f"LIN_{run_id}.zip"
    save_tables(
        resources.database, resources.store, owner, wire_id, {"df_eval": {}, "df_eval_ts": {}}
    )
    later = newest_result(resources.database, resources.store, owner, wire_id)
    assert later.run is not None
    assert (later.run.id, later.blob["df_eval"]) == (run_id, {})
    assert later.blob["parameters"] == blob["parameters"]


@ON_ONE_DATABASE
def test_the_stored_forecasts_are_those_that_the_tables_measure(
    resources: Resources, owner: Actor, tmp_path: Path
) -> None:
    wire_id = make_session(resources, owner, tmp_path)
    run_id = train(resources, owner, wire_id, features="window")
    with resources.database.read() as session:
        row = session.query(Artifact).filter_by(run_id=run_id, name="test_forecasts.npz").one()
    arrays = np.load(io.BytesIO(resources.store.get(row.object_key)), allow_pickle=False)
    error = np.abs(arrays["truth"] - arrays["forecast"]).mean()
    tables = evaluation_of(resources.database, resources.store, owner, wire_id)
    assert tables.df_eval["load"]["MAE"][0] == pytest.approx(error, rel=1e-5)
    assert arrays["truth"].shape == (len(arrays["t_ref"]), 24, 1)


@ON_ONE_DATABASE
def test_the_file_to_take_away_forecasts_the_same_without_roundhouse(
    resources: Resources, owner: Actor, tmp_path: Path, bare_venv: Path
) -> None:
    wire_id = make_session(resources, owner, tmp_path, hours=24 * 25)
    run_id = train(resources, owner, wire_id)
    saved = find_saved(resources.database, owner, wire_id, None)
    folder = tmp_path / "taken"
    with zipfile.ZipFile(io.BytesIO(resources.store.get(saved.object_key))) as archive:
        archive.extractall(folder)
    with resources.database.read() as session:
        prepared = prepare(session.get_one(SessionModel, run_id).plan, resources.store)
        row = session.query(Artifact).filter_by(run_id=run_id, name="test_forecasts.npz").one()
    windows = prepared.windows.inputs(prepared.split.test).astype(np.float64)
    header = ",".join(prepared.windows.input_names)
    rows = windows.reshape(-1, windows.shape[2])
    np.savetxt(folder / "in.csv", rows, "%.9g", ",", header=header, comments="")
    command = [bare_venv, "-I", "predict.py", "in.csv", "out.csv"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    taken = np.loadtxt(folder / "out.csv", delimiter=",", skiprows=1, ndmin=2)
    kept = np.load(io.BytesIO(resources.store.get(row.object_key)), allow_pickle=False)["forecast"]
    np.testing.assert_allclose(taken.reshape(kept.shape), kept, rtol=1e-5, atol=1e-5)


@ON_ONE_DATABASE
def test_scaling_rows_and_bringing_them_back_gives_the_rows(
    resources: Resources, owner: Actor, tmp_path: Path
) -> None:
    wire_id = make_session(resources, owner, tmp_path, hours=24 * 25)
    train(resources, owner, wire_id)
    scalers = scalers_of(resources.database, resources.store, owner, wire_id)
    given = [[50.0 + number, 10.0, *[0.5] * (len(scalers.inputs) - 2)] for number in range(4)]
    scaled = scale_rows(scalers, given)
    assert scaled.rows != given
    back = scale_rows(scalers, scaled.rows, inverse=True)
    np.testing.assert_allclose(back.rows, given)
    by_name = {one.name: [row[n] for row in given] for n, one in enumerate(scalers.inputs)}
    assert scale_rows(scalers, by_name).rows == scaled.rows
    for wrong in (None, [], [[1.0]], [["x"] * len(scalers.inputs)], {"load": [1]}):
        with pytest.raises(MissingPredictionInput):
            scale_rows(scalers, wrong)


@ON_ONE_DATABASE
def test_what_is_said_of_a_model_comes_with_its_test_and_its_intervals(
    resources: Resources, owner: Actor, tmp_path: Path
) -> None:
    wire_id = make_session(resources, owner, tmp_path)
    run_id = train(resources, owner, wire_id, features="window")
    tables = evaluation_of(resources.database, resources.store, owner, wire_id, run_id)
    load = tables.evaluation["outputs"]["load"]
    assert load["against_seasonal_naive"]["sentence"] in tables.evaluation["sentence"]
    assert load["against_seasonal_naive"]["skill"]["skill"] == pytest.approx(
        tables.evaluation["skill"]["load"]
    )
    coverage = load["conformal"]["coverage"]
    assert len(load["conformal"]["half_widths"]) == len(coverage["by_step"]) == 24
    assert 0.8 < coverage["overall"]["share"] <= 1
    assert sum(group["n"] for group in load["profile"]["hour"]) == 24 * coverage["by_step"][0]["n"]
    baselines = tables.evaluation["baselines"]
    own, naive = tables.df_eval["load"]["MAE"][0], baselines["seasonal_naive"]["df_eval"]["load"]
    assert 1 - own / naive["MAE"][0] == pytest.approx(tables.evaluation["skill"]["load"])


@ON_ONE_DATABASE
def test_which_input_matters_is_measured_on_the_test_block_with_the_calendar_in_groups(
    resources: Resources, owner: Actor, tmp_path: Path
) -> None:
    wire_id = make_session(resources, owner, tmp_path)
    run_id = train(resources, owner, wire_id, features="window")
    tables = evaluation_of(resources.database, resources.store, owner, wire_id, run_id)
    found = tables.evaluation["importance"]
    assert (found["metric"], found["block"], found["reason"]) == ("rmse", "test", None)
    assert 2 <= found["samples"] <= found["block_size"]
    by_name = {one["name"]: one for one in found["inputs"]}
    assert {name: one["kind"] for name, one in by_name.items()} == {
        "load": "series",
        "temperature": "series",
        "day": "calendar",
        "week": "calendar",
    }
    assert by_name["day"]["columns"] == ["D_sin", "D_cos"]
    assert by_name["temperature"]["low"] > 0
    increases = [one["increase"] for one in found["inputs"]]
    assert increases == sorted(increases, reverse=True)


@ON_ONE_DATABASE
def test_a_stop_before_there_is_a_model_ends_the_run_as_cancelled_and_it_can_go_on(
    resources: Resources, owner: Actor, tmp_path: Path
) -> None:
    wire_id = make_session(resources, owner, tmp_path, hours=24 * 25)
    request = TrainingRequest(models=[{"MODE": "LGBMR", "trees": 3}])
    started = start_training(resources.database, owner, wire_id, request)
    run_id = started.run_ids[0]
    claim = resources.jobs.claim(started.job_ids[0], "test")
    assert claim is not None
    resources.jobs.start(claim)
    stop_run(resources.jobs, owner, str(run_id))
    attempt = Attempt(resources.jobs, claim)
    attempt.stop_event.set()  # as the thread does that looks for stops
    train_model(run_id, attempt, resources.database, resources.store, LocalEngine())
    with resources.database.read() as session:
        assert session.get_one(Run, run_id).status == "cancelled"
        assert session.get_one(SessionModel, run_id).summary is None
    resume_run(resources.database, owner, str(run_id))
    with resources.database.read() as session:
        kinds = set(session.scalars(select(Job.kind).where(Job.subject == f"run:{run_id}")))
        assert (session.get_one(Run, run_id).status, kinds) == ("queued", {"train_forecaster"})
