"""A search over settings, from its start to the model that is kept, as workers train it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.auth.actor import Actor
from app.clock import now
from app.db.uow import UnitOfWork
from app.errors import Conflict
from app.jobs.reconcile import report_death
from app.models.forecast_search import SearchTrial
from app.models.forecasting import SessionModel
from app.models.job import Job
from app.models.label import RunParam
from app.models.run import Artifact, Run, RunResult
from app.resources import Resources
from services.forecasting.errors import (
    ComputeHoursExhausted,
    ModelNotFound,
    SearchNotFound,
    TrainingInProgress,
    TrainingLimitReached,
)
from services.forecasting.read import show_session
from services.forecasting.results import list_models
from services.forecasting.searches.keep import keep_best
from services.forecasting.searches.read import SearchOverview, list_searches
from services.forecasting.searches.resume import resume_search
from services.forecasting.searches.start import SearchRequest, StartedSearch, start_search
from services.forecasting.searches.stop import stop_search
from services.forecasting.searches.trial import train_trial
from services.forecasting.searches.winner import measure_winner
from services.forecasting.training.quota import TrainingLimits
from services.forecasting.training.start import TrainingRequest, start_training
from services.runs.resume import resume_run
from services.runs.spent import add_spent
from tests.factories.people import actor_for, make_user
from tests.factories.sessions import make_session
from tests.support.databases import ON_ONE_DATABASE
from workers.attempt import Attempt
from workers.forecasting import LocalEngine
from workers.forecasting_searches import LocalSearchEngine

SMALL = {"MODE": "Dense", "LAY": 1, "EP": 2, "patience": 0}
SPACE = [{"name": "N", "low": 2, "high": 8}, {"name": "learning_rate"}]


@pytest.fixture
def owner(resources: Resources) -> Actor:
    return actor_for(make_user(resources.database))


@pytest.fixture
def wire_id(resources: Resources, owner: Actor, tmp_path: Path) -> str:
    return make_session(resources, owner, tmp_path, hours=24 * 25)


def start(resources: Resources, owner: Actor, wire_id: str, **values: Any) -> StartedSearch:
    request = SearchRequest(
        **{"settings": SMALL, "space": SPACE, "trials": 3, "split": {}} | values
    )
    return start_search(resources.database, owner, wire_id, request)


def begin(resources: Resources, run_id: int) -> Attempt:
    """Claim the newest job of a run, as a worker does."""
    with resources.database.read() as session:
        job = session.query(Job).filter_by(subject=f"run:{run_id}").order_by(Job.id.desc()).first()
        assert job is not None
    claim = resources.jobs.claim(job.id, "test")
    assert claim is not None
    resources.jobs.start(claim)
    return Attempt(resources.jobs, claim)


def train(resources: Resources, run_id: int, **values: Any) -> None:
    parts = (resources.database, resources.store)
    attempt = begin(resources, run_id)
    train_trial(run_id, attempt, *parts, LocalSearchEngine(), **values)


def measure(resources: Resources, run_id: int) -> None:
    parts = (resources.database, resources.store)
    measure_winner(run_id, begin(resources, run_id), *parts, LocalEngine())


def newest(resources: Resources, owner: Actor, wire_id: str) -> SearchOverview:
    return list_searches(resources.database, owner, wire_id)[0]


def states(search: SearchOverview) -> list[str]:
    return [one.state for one in search.trials]


def drawn(search: SearchOverview) -> list[tuple[Mapping[str, Any], float | None]]:
    return [(one.parameters, one.value) for one in search.trials]


def test_the_best_by_validation_is_kept_and_only_it_meets_test_rows(
    resources: Resources, owner: Actor, wire_id: str
) -> None:
    started = start(resources, owner, wire_id, seed=5)
    with pytest.raises(TrainingInProgress):
        start(resources, owner, wire_id)
    with pytest.raises(Conflict, match="still goes on"):
        keep_best(resources.database, owner, wire_id, None)
    for run_id in started.run_ids:
        train(resources, run_id)
    search = newest(resources, owner, wire_id)
    assert (search.status, states(search)) == ("finished", ["completed"] * 3)
    assert search.metric == "val_rmse"
    best = min(search.trials, key=lambda one: one.value or 9.0)
    assert (search.best_run_id, search.kept_run_id) == (best.run_id, None)
    assert list_models(resources.database, owner, wire_id) == []
    assert show_session(resources.database, owner, wire_id).phase != "completed"
    with resources.database.read() as session:
        names = {one.name for one in session.query(Artifact)}
        assert all(name == "manifest.json" or name.startswith("model/") for name in names)
        assert {one.measured_on for one in session.query(RunResult)} <= {"validation"}
        width = session.query(RunParam).filter_by(run_id=best.run_id, name="N").one()
        assert width.value == str(best.parameters["N"])
    assert keep_best(resources.database, owner, wire_id, None) == best.run_id
    assert states(newest(resources, owner, wire_id)).count("measuring") == 1
    measure(resources, best.run_id)
    (model,) = list_models(resources.database, owner, wire_id)
    assert (model.run_id, model.status) == (best.run_id, "completed")
    assert model.settings["N"] == best.parameters["N"]
    assert model.summary is not None
    assert model.summary["sizes"]["validation"] == search.validation_rows
    with resources.database.read() as session:
        rows = session.query(Artifact).filter_by(name="test_forecasts.npz").all()
        assert [one.run_id for one in rows] == [best.run_id]
    assert show_session(resources.database, owner, wire_id).phase == "completed"
    kept = newest(resources, owner, wire_id)
    assert (kept.kept_run_id, states(kept)) == (best.run_id, ["completed"] * 3)
    for again in (keep_best, resume_search):
        with pytest.raises(Conflict):
            again(resources.database, owner, wire_id, None)


@ON_ONE_DATABASE
def test_the_same_seed_and_one_worker_draw_and_reach_the_same(
    resources: Resources, owner: Actor, wire_id: str
) -> None:
    found = []
    for seed in (11, 11, 12):
        for run_id in start(resources, owner, wire_id, trials=2, seed=seed).run_ids:
            train(resources, run_id)
        found.append(drawn(newest(resources, owner, wire_id)))
    assert found[0] == found[1] != found[2]


@ON_ONE_DATABASE
def test_a_stop_keeps_the_best_so_far_and_a_resume_goes_on(
    resources: Resources, owner: Actor, wire_id: str
) -> None:
    first, second, third = start(resources, owner, wire_id).run_ids
    train(resources, first)
    attempt = begin(resources, second)
    assert stop_search(resources.jobs, owner, wire_id, None) == 2
    attempt.stop_event.set()  # as the thread does that looks for stops
    train_trial(second, attempt, resources.database, resources.store, LocalSearchEngine())
    stopped = newest(resources, owner, wire_id)
    assert (stopped.status, stopped.best_run_id) == ("stopped", first)
    assert states(stopped) == ["completed", "cancelled", "cancelled"]
    with pytest.raises(Conflict, match="already finished"):
        stop_search(resources.jobs, owner, wire_id, None)
    assert resume_search(resources.database, owner, wire_id, stopped.id) == 2
    parameters = stopped.trials[1].parameters
    for run_id in (second, third):
        train(resources, run_id)
    over = newest(resources, owner, wire_id)
    assert (over.status, states(over)) == ("finished", ["completed"] * 3)
    assert over.trials[1].parameters == parameters != {}
    with pytest.raises(Conflict, match="No trial of search"):
        resume_search(resources.database, owner, wire_id, None)


@ON_ONE_DATABASE
def test_a_trial_whose_worker_was_killed_goes_on_with_what_it_drew(
    resources: Resources, owner: Actor, wire_id: str
) -> None:
    run_id = start(resources, owner, wire_id, trials=2).run_ids[0]

    class Killed(BaseException):
        """The end of a process, as a test can survive it."""

    class Dying(LocalSearchEngine):
        def fit_trial(self, *arguments: Any, **named: Any) -> Any:
            raise Killed

    attempt = begin(resources, run_id)
    with pytest.raises(Killed):
        train_trial(run_id, attempt, resources.database, resources.store, Dying())
    report_death(resources.jobs, attempt.claim.job_id, attempt.claim.holder, "it was killed")
    before = newest(resources, owner, wire_id).trials[0]
    assert (before.state, set(before.parameters)) == ("running", {"N", "learning_rate"})
    with resources.database.write() as unit:
        due(unit, attempt.claim.job_id)
    train(resources, run_id)
    after = newest(resources, owner, wire_id).trials[0]
    assert (after.state, after.parameters) == ("completed", before.parameters)


def due(unit: UnitOfWork, job_id: int) -> None:
    """Let the next attempt begin at once."""
    unit.session.get_one(Job, job_id).not_before = 0.0


@ON_ONE_DATABASE
def test_pruned_and_failed_trials_say_so_and_the_search_ends(
    resources: Resources, owner: Actor, wire_id: str
) -> None:
    settings = SMALL | {"EP": 4}
    runs = start(resources, owner, wire_id, settings=settings, trials=7).run_ids
    with resources.database.write() as unit:
        for run_id in runs[:5]:  # as trials that no other can reach would have left them
            trial = unit.session.get_one(SearchTrial, run_id)
            trial.parameters = {"N": 4, "learning_rate": 0.001}
            trial.outcome, trial.value, trial.curve = "completed", 1e-9, [1e-9] * 4
            unit.session.get_one(Run, run_id).status = "completed"
    train(resources, runs[5])
    with pytest.raises(ComputeHoursExhausted):
        train_with_no_hours(resources, runs[6])
    search = newest(resources, owner, wire_id)
    pruned, failed = search.trials[5:]
    assert (pruned.state, pruned.value) == ("pruned", None)
    assert 0 < pruned.epochs < 4
    assert pruned.reason == (
        f"Pruned after epoch {pruned.epochs}: worse than the median of the trials at that epoch."
    )
    assert (failed.state, failed.value) == ("failed", None)
    assert "minutes this month" in (failed.reason or "")
    with pytest.raises(Conflict):
        resume_search(resources.database, owner, wire_id, None)
    resume_run(resources.database, owner, str(runs[5]))
    train(resources, runs[5])
    assert newest(resources, owner, wire_id).trials[5].state == "pruned"


def train_with_no_hours(resources: Resources, run_id: int) -> None:
    """Train as a worker does where the owner has used the hours of the month."""
    attempt = begin(resources, run_id)
    with resources.database.write() as unit:
        owner_id = unit.session.get_one(Run, run_id).owner_id
        add_spent(unit.session, owner_id, "forecasting", now(), 7200.0)
    limits = TrainingLimits(compute_hours=1)
    parts = (resources.database, resources.store)
    try:
        train_trial(run_id, attempt, *parts, LocalSearchEngine(), limits)
    except ComputeHoursExhausted as error:
        with attempt.write() as unit:
            detail = {"type": error.code, "detail": error.detail}
            attempt.finish(unit, "failed", detail)
        raise


@ON_ONE_DATABASE
def test_each_trial_counts_as_a_training(resources: Resources, owner: Actor, wire_id: str) -> None:
    limits = TrainingLimits(max_trainings=2)
    request = SearchRequest(settings=SMALL, space=SPACE, trials=3, split={})
    with pytest.raises(TrainingLimitReached, match="3 more do not fit"):
        start_search(resources.database, owner, wire_id, request, limits)
    with resources.database.read() as session:
        assert session.query(SessionModel).count() == 0
    with pytest.raises(SearchNotFound):
        stop_search(resources.jobs, owner, wire_id, None)


@ON_ONE_DATABASE
def test_no_model_starts_from_a_trial_that_was_not_kept(
    resources: Resources, owner: Actor, wire_id: str
) -> None:
    run_id, other = start(resources, owner, wire_id, trials=2).run_ids
    train(resources, run_id)
    stop_search(resources.jobs, owner, wire_id, None)
    request = TrainingRequest(models=[{"MODE": "Dense", "start_from": run_id}])
    with pytest.raises(ModelNotFound):
        start_training(resources.database, owner, wire_id, request)
    assert other
