"""Ensembles of a session's models: chosen, weighed, measured, kept, and who may not be weighed."""

import io
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.jobs import states
from app.models.forecasting import SessionModel
from app.models.job import Job
from app.models.run import Artifact, Run
from app.resources import Resources
from services.forecasting.engine import load
from services.forecasting.errors import FieldRefused, ModelNotFound
from services.forecasting.prediction.predict import PredictionRequest, predict
from services.forecasting.results import evaluation_of, list_models
from services.forecasting.saved_models import find_saved
from services.forecasting.training.errors import MemberMissing
from services.forecasting.training.prepare import prepare
from services.forecasting.training.start_ensemble import start_ensemble
from services.forecasting.training.train import train_model
from services.runs.delete import delete_run
from tests.factories.datasets import claimed, started_model, trained
from tests.factories.people import actor_for, make_user
from tests.factories.sessions import make_session
from tests.support.databases import ON_ONE_DATABASE
from workers.forecasting import LocalEngine

pytestmark = ON_ONE_DATABASE


@pytest.fixture
def owner(resources: Resources) -> Actor:
    return actor_for(make_user(resources.database))


@pytest.fixture
def session_id(resources: Resources, owner: Actor, tmp_path: Path) -> str:
    return make_session(resources, owner, tmp_path, hours=24 * 25)


def members_of(resources: Resources, owner: Actor, wire_id: str) -> list[int]:
    """Train a model by steps, one by windows and one of trees."""
    return [
        trained(resources, owner, wire_id, features="step"),
        trained(resources, owner, wire_id),
        trained(resources, owner, wire_id, MODE="LGBMR", features=None, trees=3),
    ]


def weigh(
    resources: Resources, owner: Actor, wire_id: str, run_ids: list[int] | None = None
) -> int:
    started = start_ensemble(resources.database, owner, wire_id, run_ids)
    attempt = claimed(resources, started.job_ids[0])
    train_model(started.run_ids[0], attempt, resources.database, resources.store, LocalEngine())
    return started.run_ids[0]


def artifact(resources: Resources, run_id: int, name: str) -> bytes:
    with resources.database.read() as session:
        row = session.query(Artifact).filter_by(run_id=run_id, name=name).one()
    return resources.store.get(row.object_key)


def by_its_script(
    python: Path, resources: Resources, run_id: int, folder: Path
) -> tuple[np.ndarray, np.ndarray]:
    """Return what the bundle's script forecasts of the test block, and what the run kept."""
    with zipfile.ZipFile(io.BytesIO(artifact(resources, run_id, "model.zip"))) as archive:
        archive.extractall(folder)
    with resources.database.read() as session:
        prepared = prepare(session.get_one(SessionModel, run_id).plan, resources.store)
    windows = prepared.windows.inputs(prepared.split.test).astype(np.float64)
    header = ",".join(prepared.windows.input_names)
    rows = windows.reshape(-1, windows.shape[2])
    np.savetxt(folder / "in.csv", rows, "%.9g", ",", header=header, comments="")
    command = [python, "-I", "predict.py", "in.csv", "out.csv"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    taken = np.loadtxt(folder / "out.csv", delimiter=",", skiprows=1, ndmin=2)
    arrays = np.load(io.BytesIO(artifact(resources, run_id, "test_forecasts.npz")))
    return taken.reshape(arrays["forecast"].shape), arrays["forecast"]


def forecast_of(
    resources: Resources, owner: Actor, wire_id: str, filename: str, folder: Path
) -> Sequence[object]:
    """Return what the route of forecasts says of the first two windows of the test block."""
    with resources.database.read() as session:
        plan = session.query(SessionModel).order_by(SessionModel.run_id.desc()).first().plan
    prepared = prepare(plan, resources.store)
    windows = prepared.windows.inputs(prepared.split.test[:2]).astype(float).tolist()
    request = PredictionRequest(input_data=windows, model_filename=filename)
    answer = predict(resources.database, resources.store, owner, wire_id, request, folder)
    return answer.predictions


def test_an_ensemble_is_a_run_that_is_measured_kept_and_outlives_its_members(
    resources: Resources, owner: Actor, session_id: str, tmp_path: Path, bare_venv: Path
) -> None:
    members = members_of(resources, owner, session_id)
    run_id = weigh(resources, owner, session_id)
    overview = {one.run_id: one for one in list_models(resources.database, owner, session_id)}
    ensemble = overview[run_id]
    assert (ensemble.mode, ensemble.status) == ("Ensemble", "completed")
    assert ensemble.settings["members"] == members
    assert {one.windows_key for one in overview.values()} == {ensemble.windows_key}
    weights = {one["run_id"]: one["weight"] for one in ensemble.summary["members"]}
    assert list(weights) == members
    assert sum(weights.values()) == pytest.approx(1)
    evaluation = evaluation_of(resources.database, resources.store, owner, session_id).evaluation
    assert "Ensemble" in evaluation["sentence"]
    assert {"auto_ets", "naive", "seasonal_naive"} == set(evaluation["baselines"])
    assert evaluation["importance"]["inputs"]
    for one in members:
        delete_run(resources.database, resources.store, owner, str(one))
    taken, kept = by_its_script(bare_venv, resources, run_id, tmp_path / "taken")
    np.testing.assert_allclose(taken, kept, rtol=1e-5, atol=1e-5)
    saved = find_saved(resources.database, owner, session_id, None)
    assert saved.filename == f"Ensemble_{run_id}.zip"
    answer = forecast_of(resources, owner, session_id, saved.filename, tmp_path / "here")
    np.testing.assert_allclose(answer, kept[:2], rtol=1e-5, atol=1e-4)


@pytest.mark.full
def test_its_weights_are_fitted_on_validation_rows_and_its_test_rows_change_nothing(
    resources: Resources, owner: Actor, session_id: str, tmp_path: Path
) -> None:
    members = members_of(resources, owner, session_id)
    run_id = weigh(resources, owner, session_id, members)
    with resources.database.read() as session:
        plan = session.get_one(SessionModel, run_id).plan
        weights = session.get_one(SessionModel, run_id).summary["members"]
    prepared = prepare(plan, resources.store)
    block = prepared.block("validation")
    rows = np.arange(len(block))
    forecasts = []
    for one in members:
        folder = tmp_path / str(one)
        folder.mkdir()
        with resources.database.read() as session:
            files = session.query(Artifact).filter_by(run_id=one).all()
        for file in files:
            if file.name.startswith("model/"):
                (folder / Path(file.name).name).write_bytes(resources.store.get(file.object_key))
        forecasts.append(load(folder).predict(block.inputs(rows)).ravel().astype(float))
    truth = block.outputs(rows).ravel()

    def error(shares: list[float]) -> float:
        mixed = np.tensordot(shares, np.array(forecasts), axes=1)
        return float(np.mean(np.square(mixed - truth)))

    found = [one["weight"] for one in weights]
    assert error(found) <= min(error(list(row)) for row in np.eye(3)) + 1e-9
    for _ in range(50):
        other = np.random.default_rng(_).dirichlet(np.ones(3))
        assert error(found) <= error(list(other)) + 1e-9


def kept_row(resources: Resources, owner: Actor, wire_id: str, mode: str = "LIN") -> int:
    """Write what a trained model leaves in the database, without training it."""
    run_id, job_id = started_model(resources, owner, wire_id, MODE=mode)
    attempt = claimed(resources, job_id)
    with attempt.write() as unit:
        attempt.finish(unit, states.SUCCEEDED)
        file = Artifact(
            run_id=run_id,
            name="model.zip",
            kind="model",
            object_key=f"runs/{run_id}",
            size_bytes=1,
            sha256="0" * 64,
            created_at=now(),
        )
        unit.session.add(file)
    return run_id


def change(database: Database, run_id: int, **values: object) -> None:
    with database.write() as unit:
        for name, value in values.items():
            row = unit.session.get_one(Run if name == "status" else SessionModel, run_id)
            setattr(row, name, value)


def with_another_split(database: Database, run_id: int) -> None:
    split = {"trainPercentage": 60, "valPercentage": 30, "testPercentage": 10}
    with database.write() as unit:
        model = unit.session.get_one(SessionModel, run_id)
        model.plan = {**model.plan, "split": split}


def test_a_member_that_is_deleted_before_the_fit_is_named(
    resources: Resources, owner: Actor, session_id: str
) -> None:
    members = [kept_row(resources, owner, session_id) for _ in range(2)]
    started = start_ensemble(resources.database, owner, session_id, members)
    delete_run(resources.database, resources.store, owner, str(members[0]))
    attempt = claimed(resources, started.job_ids[0])
    with pytest.raises(MemberMissing, match=rf"Run {members[0]} \(LIN\) was deleted"):
        train_model(started.run_ids[0], attempt, resources.database, resources.store, LocalEngine())


def test_what_cannot_be_weighed_is_refused_by_its_name_and_nothing_starts(
    resources: Resources, owner: Actor, session_id: str
) -> None:
    modes = ("LIN", "SVR_dir", "LGBMR", "Dense", "CNN")
    first, second, third, ensemble, failed = (
        kept_row(resources, owner, session_id, mode) for mode in modes
    )
    with_another_split(resources.database, third)
    change(resources.database, ensemble, mode="Ensemble")
    change(resources.database, failed, status="failed")

    def refused(run_ids: list[int], error: type[Exception] = FieldRefused) -> str:
        with pytest.raises(error) as caught:
            start_ensemble(resources.database, owner, session_id, run_ids)
        return str(caught.value)

    assert refused([first, second, third]) == (
        f"run {third} (LGBMR) cannot be weighed with run {first} (LIN), run {second} (SVR_dir): "
        "it has another split."
    )
    assert f"run {failed} (CNN) is failed" in refused([first, failed])
    assert f"run {ensemble} (Ensemble) is an ensemble itself" in refused([first, ensemble])
    assert f"run {first} is given twice" in refused([first, first])
    assert "1 model was given" in refused([first])
    assert f"no model of run {failed + 99}" in refused([first, failed + 99], ModelNotFound)
    with resources.database.read() as session:
        assert session.query(Job).count() == len(modes)


def test_by_default_those_are_weighed_that_share_the_newest_one_s_windows(
    resources: Resources, owner: Actor, session_id: str
) -> None:
    first, second, third = (kept_row(resources, owner, session_id) for _ in range(3))
    with_another_split(resources.database, first)
    started = start_ensemble(resources.database, owner, session_id)
    with resources.database.read() as session:
        settings = session.get_one(SessionModel, started.run_ids[0]).settings
    assert settings == {"MODE": "Ensemble", "members": [second, third], "modes": ["LIN", "LIN"]}


def test_where_fewer_than_two_share_their_windows_there_is_no_ensemble(
    resources: Resources, owner: Actor, session_id: str
) -> None:
    with pytest.raises(FieldRefused, match="0 models share the windows of the newest one"):
        start_ensemble(resources.database, owner, session_id)
    first, second = (kept_row(resources, owner, session_id) for _ in range(2))
    with_another_split(resources.database, first)
    with pytest.raises(FieldRefused, match="1 model shares the windows of the newest one"):
        start_ensemble(resources.database, owner, session_id)
    assert second > first
