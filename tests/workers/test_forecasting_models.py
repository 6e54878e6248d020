"""A model of a session, from its files to its tables, as a worker trains it."""

import io
from pathlib import Path

import numpy as np
import pytest

from app.auth.actor import Actor
from app.models.forecasting import ForecastSession, SessionModel
from app.models.run import Artifact, Run
from app.resources import Resources
from services.forecasting import engine
from services.forecasting.results import evaluation_of
from services.forecasting.training.start import TrainingRequest, start_training
from services.forecasting.training.train import train_model
from tests.factories.people import actor_for, make_user
from tests.factories.sessions import make_session
from workers.attempt import Attempt


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
    train_model(started.run_ids[0], attempt, resources.database, resources.store, engine)
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
