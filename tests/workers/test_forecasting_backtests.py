"""A backtest of a session's model, from its start to what its cut-offs say together."""

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from app.auth.actor import Actor
from app.clock import now
from app.models.backtest import Backtest
from app.models.event import EventRow
from app.models.forecasting import SessionModel
from app.models.job import Job
from app.resources import Resources
from services.forecasting.backtests.delete import delete_backtest
from services.forecasting.backtests.folds import FoldSizes, cut_folds, data_of, gap_windows
from services.forecasting.backtests.list import list_backtests
from services.forecasting.backtests.perform import perform_backtest
from services.forecasting.backtests.progress import FoldContext
from services.forecasting.backtests.resume import resume_backtest
from services.forecasting.backtests.stop import stop_backtest
from services.forecasting.sweep import sweep_objects
from services.forecasting.training.prepare import prepare
from services.forecasting.training.quota import computed_seconds
from services.runs.delete import delete_run
from tests.factories.backtests import attempt_at, backtested, started
from tests.factories.datasets import trained
from tests.factories.people import actor_for, make_user
from tests.factories.sessions import make_session
from tests.support.databases import ON_ONE_DATABASE
from workers.forecasting import LocalEngine, backtest_model

HOURS = 24 * 20
SAMPLES = HOURS - 23 - 24


@pytest.fixture
def owner(resources: Resources) -> Actor:
    return actor_for(make_user(resources.database))


@pytest.fixture
def model(resources: Resources, owner: Actor, tmp_path: Path) -> tuple[str, int]:
    """A session and the run of its linear model."""
    wire_id = make_session(resources, owner, tmp_path, HOURS)
    return wire_id, trained(resources, owner, wire_id)


def jobs(resources: Resources, number: int) -> list[Job]:
    with resources.database.read() as session:
        query = select(Job).where(Job.subject == f"backtest:{number}").order_by(Job.id)
        return list(session.scalars(query))


def test_every_cutoff_is_measured_on_the_rows_behind_it(resources, owner, model) -> None:
    wire_id, run_id = model
    shown = backtested(resources, owner, wire_id, run_id, cutoffs=2)
    assert (shown.state, shown.progress, shown.cutoffs) == ("succeeded", 1.0, 2)
    assert shown.finished_at is not None
    first, second = shown.folds
    assert [fold["blocks"]["test"]["windows"] for fold in shown.folds] == [shown.test_windows] * 2
    assert first["blocks"]["train"]["windows"] < second["blocks"]["train"]["windows"]
    for fold in shown.folds:
        blocks = fold["blocks"]
        ends = [blocks[name][end] for name in blocks for end in ("first", "last")]
        assert ends == sorted(ends)
        assert (fold["leaks"], fold["scalers"]["fitted_on"]) == ([], "train")
        assert fold["cutoff"] == blocks["test"]["first"]
        assert set(fold["outputs"]["load"]) == {"mae", "rmse", "wape", "mase_seasonal", "skill"}
    skills = [fold["metrics"]["skill"] for fold in shown.folds]
    spread = shown.spread["skill"]
    assert spread["n"] == 2
    assert spread["mean"] == pytest.approx(np.mean(skills))
    assert spread["deviation"] == pytest.approx(np.std(skills, ddof=1))
    assert (spread["low"], spread["high"]) == (min(skills), max(skills))


@ON_ONE_DATABASE
def test_scalers_of_a_cutoff_know_only_its_training_rows(resources, owner, model) -> None:
    with resources.database.read() as session:
        plan = session.get_one(SessionModel, model[1]).plan
    leaky = {**plan, "split": {**plan["split"], "shuffle": True, "leaky": True}}
    for settings in (plan, leaky):
        prepared = prepare(settings, resources.store)
        fold = cut_folds(SAMPLES, 3, FoldSizes(test=40, validation=30), prepared.plan)[0]
        data = data_of(prepared, fold)
        train = data.windows.outputs(np.sort(data.split.train))
        scaler = data.scalers.outputs[0].scaler
        assert (scaler.low, scaler.high) == pytest.approx((train.min(), train.max()))
        assert data.certificate.ok
        assert data.split.test.tolist() == list(fold.test)


@ON_ONE_DATABASE
def test_the_gap_is_the_least_that_keeps_windows_apart(resources, owner, model) -> None:
    with resources.database.read() as session:
        plan = session.get_one(SessionModel, model[1]).plan
    prepared = prepare(plan, resources.store)
    gap = gap_windows(prepared.plan)
    assert gap == 47  # 23 hours back and 24 ahead, a window each hour
    fold = cut_folds(SAMPLES, 2, FoldSizes(test=40, validation=30), prepared.plan)[1]
    assert len(data_of(prepared, fold).split.train) == len(fold.train)


@pytest.mark.full
def test_a_stop_keeps_what_is_measured_and_a_resume_goes_on_behind_it(
    resources, owner, model
) -> None:
    wire_id, run_id = model
    number, attempt = started(resources, owner, wire_id, run_id, cutoffs=3)

    class StoppedInTheSecond(LocalEngine):
        fits = 0

        def fit(self, settings, data, context):
            assert isinstance(context, FoldContext)
            self.fits += 1
            if self.fits == 2:
                stop_backtest(resources.jobs, owner, str(number))
                attempt.look()
            return super().fit(settings, data, context)

    args = (resources.database, resources.store)
    perform_backtest(number, attempt, *args, StoppedInTheSecond())
    shown = list_backtests(resources.database, owner, wire_id)[0]
    measured = shown.folds
    assert (shown.state, len(measured), shown.finished_at) == ("cancelled", 2, None)
    resume_backtest(resources.database, owner, str(number))
    (waiting,) = list_backtests(resources.database, owner, wire_id)
    assert (waiting.state, waiting.progress) == ("queued", pytest.approx(2 / 3))
    backtest_model(attempt_at(resources, number), resources)
    (shown,) = list_backtests(resources.database, owner, wire_id)
    assert (shown.state, len(shown.folds)) == ("succeeded", 3)
    assert shown.folds[:2] == measured
    whole = backtested(resources, owner, wire_id, run_id, cutoffs=3)
    assert [one["metrics"] for one in whole.folds] == [one["metrics"] for one in shown.folds]


@pytest.mark.full
@ON_ONE_DATABASE
def test_the_percentage_only_rises_and_is_published_on_the_session(resources, owner, model) -> None:
    backtested(resources, owner, *model)
    with resources.database.read() as session:
        query = select(EventRow).where(EventRow.type == "backtest_progress")
        rows = session.scalars(query.order_by(EventRow.seq)).all()
    percents = [row.data["percent"] for row in rows]
    assert percents == sorted(percents)
    assert (percents[0], percents[-1]) == (0, 100)
    assert {50.0} <= set(percents)
    assert {row.topic for row in rows} == {"forecast_session:1"}


@pytest.mark.full
@ON_ONE_DATABASE
def test_the_hours_of_a_backtest_count_as_those_of_a_training(resources, owner, model) -> None:
    def used() -> float:
        with resources.database.read() as session:
            return computed_seconds(session, owner, now())

    before = used()
    shown = backtested(resources, owner, *model)
    seconds = sum(fold["seconds"] for fold in shown.folds)
    assert used() - before == pytest.approx(seconds)
    delete_backtest(resources.database, owner, str(shown.id))
    assert used() - before == pytest.approx(seconds)


@ON_ONE_DATABASE
def test_a_backtest_whose_run_was_deleted_ends(resources, owner, model) -> None:
    number, attempt = started(resources, owner, *model)
    delete_run(resources.database, resources.store, owner, str(model[1]))
    backtest_model(attempt, resources)
    assert [job.state for job in jobs(resources, number)] == ["cancelled"]
    with resources.database.read() as session:
        assert session.scalars(select(Backtest)).all() == []


@ON_ONE_DATABASE
def test_the_sweep_leaves_what_a_backtest_names(resources, owner, model) -> None:
    backtested(resources, owner, *model)
    with resources.database.read() as session:
        keys = [fold["windows_key"] for fold in session.scalars(select(Backtest)).one().folds]
    assert all(resources.store.exists(key) for key in keys)
    sweep_objects(resources.database, resources.store)
    assert all(resources.store.exists(key) for key in keys)
