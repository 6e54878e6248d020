"""A model that goes on from an earlier one: what is refused by name, and what its run says."""

from pathlib import Path

import pytest

from app.auth.actor import Actor
from app.models.forecasting import SessionModel
from app.models.label import RunParam
from app.models.run import Run, RunLog
from app.resources import Resources
from services.forecasting.errors import ModelNotFound
from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.training.start import StartedModels, TrainingRequest, start_training
from services.forecasting.training.start_from import list_earlier
from services.forecasting.training.train import train_model
from services.forecasting.update import save_settings
from services.runs.delete import delete_run
from tests.factories.people import actor_for, make_user
from tests.factories.sessions import STEPS, make_session
from tests.support.databases import ON_ONE_DATABASE
from workers.attempt import Attempt
from workers.forecasting import LocalEngine

SMALL = {"MODE": "Dense", "LAY": 1, "N": 4, "EP": 2, "patience": 0}


@pytest.fixture
def owner(resources: Resources) -> Actor:
    return actor_for(make_user(resources.database))


@pytest.fixture
def wire_id(resources: Resources, owner: Actor, tmp_path: Path) -> str:
    return make_session(resources, owner, tmp_path, hours=24 * 25)


def start(resources: Resources, owner: Actor, wire_id: str, **settings: object) -> StartedModels:
    request = TrainingRequest(models=[{**SMALL, **settings}])
    return start_training(resources.database, owner, wire_id, request)


def train(resources: Resources, started: StartedModels) -> int:
    claim = resources.jobs.claim(started.job_ids[0], "test")
    assert claim is not None
    resources.jobs.start(claim)
    attempt = Attempt(resources.jobs, claim)
    train_model(started.run_ids[0], attempt, resources.database, resources.store, LocalEngine())
    return started.run_ids[0]


def first_loss(resources: Resources, run_id: int) -> float:
    with resources.database.read() as session:
        run = session.get_one(Run, run_id)
        return float(run.manifest["history"]["epochs"][0]["val_loss"])


@pytest.mark.full
@ON_ONE_DATABASE
def test_a_model_begins_where_the_earlier_one_ended_and_its_run_says_so(
    resources: Resources, owner: Actor, wire_id: str, tmp_path: Path
) -> None:
    first = train(resources, start(resources, owner, wire_id))
    other = make_session(resources, owner, tmp_path, hours=24 * 25)
    (offered,) = list_earlier(resources.database, owner, other)
    assert (offered.run_id, offered.session_id, offered.mode) == (first, wire_id, "Dense")
    second = train(resources, start(resources, owner, other, start_from=first, learning_rate=1e-7))
    with resources.database.read() as session:
        begun = session.get_one(Run, first).manifest["history"]
        assert session.get_one(SessionModel, second).start_from == first
        assert session.get_one(Run, second).manifest["start_from"] == first
        named = session.query(RunParam).filter_by(run_id=second, name="start_from").one()
        assert named.value == str(first)
        lines = [one.message for one in session.query(RunLog).filter_by(run_id=second)]
    assert f"Starting from the model of run {first}." in lines
    kept = begun["epochs"][begun["best_epoch"] - 1]["val_loss"]
    assert first_loss(resources, second) == pytest.approx(kept, rel=1e-3)


@ON_ONE_DATABASE
def test_what_differs_is_named_and_nothing_starts(
    resources: Resources, owner: Actor, wire_id: str
) -> None:
    first = train(resources, start(resources, owner, wire_id))
    for changes, message in (
        ({"MODE": "LSTM"}, "start_from is 'Dense'; it must be a model of LSTM."),
        ({"N": 5}, "start_from is 4; it must be a model with units 5."),
        ({"MODE": "LIN"}, "left out: this family is solved from the data alone"),
        ({"start_from": True}, "the number of the run of an earlier model"),
    ):
        with pytest.raises(InvalidModelParams, match=message):
            start(resources, owner, wire_id, **{"start_from": str(first), **changes})
    steps = {"zeitschritte": {**STEPS, "eingabe": 12}}
    save_settings(resources.database, owner, wire_id, steps)
    with pytest.raises(InvalidModelParams) as refused:
        start(resources, owner, wire_id, start_from=first, ACTF="tanh")
    sentences = refused.value.errors["start_from"]
    assert len(sentences) == 2
    assert "activation tanh" in sentences[0]
    assert "24 steps of load, temperature" in sentences[1]
    assert "12 steps of load, temperature" in sentences[1]
    assert list_earlier(resources.database, owner, wire_id) == []
    with resources.database.read() as session:
        assert session.query(SessionModel).count() == 1


@ON_ONE_DATABASE
def test_of_somebody_else_there_is_no_model_to_start_from(
    resources: Resources, owner: Actor, wire_id: str, tmp_path: Path
) -> None:
    queued = start(resources, owner, wire_id).run_ids[0]
    stranger = actor_for(make_user(resources.database, email="other@example.org"))
    own = make_session(resources, stranger, tmp_path, hours=24 * 25)
    for run_id in (queued, 10**6):
        with pytest.raises(ModelNotFound, match=f"no trained model of run {run_id}"):
            start(resources, stranger, own, start_from=run_id)


@ON_ONE_DATABASE
def test_a_model_whose_beginning_was_deleted_fails_with_the_reason(
    resources: Resources, owner: Actor, wire_id: str
) -> None:
    first = train(resources, start(resources, owner, wire_id))
    started = start(resources, owner, wire_id, start_from=first)
    delete_run(resources.database, resources.store, owner, str(first))
    with pytest.raises(Exception, match=f"The model of run {first}, from which this one starts"):
        train(resources, started)
