"""The classical baseline of a session: on its test samples, once, and without what comes later."""

import uuid
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.auth.actor import Actor
from app.models.forecasting import SessionModel
from app.resources import Resources
from services.forecasting.create import init_session
from services.forecasting.models.classical import ClassicalForecast, ClassicalSeries
from services.forecasting.results import evaluation_of
from services.forecasting.training.classical import classical_baseline
from services.forecasting.training.prepare import PreparedData, prepare
from services.forecasting.training.train import train_model
from tests.factories.datasets import claimed, started_model, trained
from tests.factories.people import actor_for, make_user
from tests.factories.sessions import add_file, csv_text, load_and_temperature, make_session
from tests.support.databases import ON_ONE_DATABASE
from workers.forecasting import LocalEngine

pytestmark = ON_ONE_DATABASE


@pytest.fixture
def owner(resources: Resources) -> Actor:
    return actor_for(make_user(resources.database))


def prepared_of(resources: Resources, run_id: int) -> PreparedData:
    with resources.database.read() as session:
        plan = session.get_one(SessionModel, run_id).plan
    return prepare(plan, resources.store)


def what_came(series: ClassicalSeries) -> ClassicalForecast:
    """Forecast the truth: it is right only where windows and points are the session's own."""
    windows = series.windows
    places = windows.known[:, None] + windows.ahead()
    return ClassicalForecast(forecast=series.values[places], method="what came")


def test_it_is_measured_on_the_same_samples_as_the_model_and_computed_once(
    resources: Resources, owner: Actor, tmp_path: Path
) -> None:
    wire_id = make_session(resources, owner, tmp_path, hours=24 * 25)
    first = trained(resources, owner, wire_id)
    kept = [one.key for one in resources.store.list("forecasting/baselines/")]
    second = trained(resources, owner, wire_id, features="step")
    assert [one.key for one in resources.store.list("forecasting/baselines/")] == kept
    assert len(kept) == 1
    both = [
        evaluation_of(resources.database, resources.store, owner, wire_id, one).evaluation
        for one in (first, second)
    ]
    assert both[0]["baselines"]["auto_ets"] == both[1]["baselines"]["auto_ets"]
    said = both[0]["classical"]["load"]
    assert said["method"].startswith("ETS(")
    assert (said["reason"], said["period"]) == (None, 24)
    against = both[0]["outputs"]["load"]["against_auto_ets"]
    own, ets = (both[0]["df_eval"]["load"], both[0]["baselines"]["auto_ets"]["df_eval"]["load"])
    assert against["skill"]["skill"] == pytest.approx(1 - own["MAE"][0] / ets["MAE"][0])
    assert "AutoETS" in against["sentence"]


def test_its_windows_are_the_test_samples_and_it_is_fitted_on_training_rows_only(
    resources: Resources, owner: Actor, tmp_path: Path
) -> None:
    wire_id = make_session(resources, owner, tmp_path, hours=24 * 25)
    prepared = prepared_of(resources, started_model(resources, owner, wire_id)[0])
    given: list[ClassicalSeries] = []

    def fit(series: ClassicalSeries) -> ClassicalForecast:
        given.append(series)
        return what_came(series)

    baseline = classical_baseline(prepared, fit)
    truth = prepared.windows.outputs(prepared.split.test)[:, :, 0]
    np.testing.assert_allclose(baseline.forecasts["load"], truth, rtol=1e-6)
    series = given[0]
    assert series.period == 24
    assert (series.windows.known < series.windows.first).all()
    trained_on = prepared.windows.reference_times[prepared.split.train].max() // 3_600_000_000
    begin = int(prepared.series["output:load"].times[0]) // 3_600_000_000
    assert series.training_points == trained_on + 24 - begin + 1
    assert series.training_points <= series.windows.first.min()


def test_days_that_begin_after_the_reference_time_are_forecast_as_the_output_has_them(
    resources: Resources, owner: Actor, tmp_path: Path
) -> None:
    wire_id = f"session_{uuid.uuid4()}"
    steps = {"eingabe": 7, "ausgabe": 7, "zeitschrittweite": 1440, "offset": 0}
    init_session(resources.database, owner, wire_id, {"zeitschritte": steps})
    text = csv_text("load", [float(day % 7 * 10 + day % 3) for day in range(120)], minutes=1440)
    add = (resources, owner, tmp_path, wire_id)
    add_file(*add, "input", "load", text, zeithorizont_start=-144, zeithorizont_end=0)
    add_file(*add, "output", "load", text, zeithorizont_start=24, zeithorizont_end=168)
    prepared = prepared_of(resources, started_model(resources, owner, wire_id)[0])
    given: list[ClassicalSeries] = []
    baseline = classical_baseline(prepared, lambda one: given.append(one) or what_came(one))
    truth = prepared.windows.outputs(prepared.split.test)[:, :, 0]
    np.testing.assert_allclose(baseline.forecasts["load"], truth, rtol=1e-5)
    # the reference times are at 23:00: their own value takes the row of midnight, which comes later
    assert set((given[0].windows.first - given[0].windows.known).tolist()) == {2}


def test_a_forecast_keeps_the_bounds_of_its_output(
    resources: Resources, owner: Actor, tmp_path: Path
) -> None:
    wire_id = make_session(resources, owner, tmp_path, hours=24 * 25)
    prepared = prepared_of(resources, started_model(resources, owner, wire_id)[0])
    output = replace(prepared.plan.outputs[0], lower=55.0, average=True)
    bounded = replace(prepared, plan=replace(prepared.plan, outputs=(output,)))
    forecast = classical_baseline(bounded, what_came).forecasts["load"]
    assert forecast.min() >= 55.0
    assert np.ptp(forecast, axis=1).max() == 0


class NoClassical(LocalEngine):
    """An engine whose baseline cannot be fitted."""

    @staticmethod
    def classical(series: ClassicalSeries) -> ClassicalForecast:
        return ClassicalForecast(forecast=None, reason="AutoETS could not be fitted: no.")


def test_a_baseline_that_fails_is_said_and_the_training_ends_as_ever(
    resources: Resources, owner: Actor, tmp_path: Path
) -> None:
    wire_id = make_session(resources, owner, tmp_path, hours=24 * 25)
    run_id, job_id = started_model(resources, owner, wire_id)
    attempt = claimed(resources, job_id)
    train_model(run_id, attempt, resources.database, resources.store, NoClassical())
    evaluation = evaluation_of(resources.database, resources.store, owner, wire_id).evaluation
    assert set(evaluation["baselines"]) == {"naive", "seasonal_naive"}
    assert evaluation["classical"]["load"]["reason"] == "AutoETS could not be fitted: no."
    assert evaluation["outputs"]["load"]["against_auto_ets"] is None


def test_each_output_has_a_baseline_of_its_own_and_one_may_have_none(
    resources: Resources, owner: Actor, tmp_path: Path
) -> None:
    wire_id = make_session(resources, owner, tmp_path, hours=24 * 25)
    _, temperature = load_and_temperature(24 * 25)
    add_file(
        resources, owner, tmp_path, wire_id, "output", "temperature",
        csv_text("temperature", temperature), zeithorizont_start=1, zeithorizont_end=24,
    )  # fmt: skip

    class OneOnly(LocalEngine):
        """An engine that forecasts what is above 30 on average: the load."""

        @staticmethod
        def classical(series: ClassicalSeries) -> ClassicalForecast:
            if np.nanmean(series.values) < 30:
                return ClassicalForecast(forecast=None, reason="Too cold.")
            return what_came(series)

    run_id, job_id = started_model(resources, owner, wire_id)
    attempt = claimed(resources, job_id)
    train_model(run_id, attempt, resources.database, resources.store, OneOnly())
    evaluation = evaluation_of(resources.database, resources.store, owner, wire_id).evaluation
    of_ets = evaluation["baselines"]["auto_ets"]["df_eval"]
    assert {name: one["MAE"][0] for name, one in of_ets.items()} == {
        "load": pytest.approx(0, abs=1e-4)
    }
    assert evaluation["classical"]["temperature"]["reason"] == "Too cold."
    assert evaluation["outputs"]["temperature"]["against_auto_ets"] is None
    assert set(evaluation["df_eval"]) == {"load", "temperature"}
