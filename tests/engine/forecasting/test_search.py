"""A search: repeatable, prunable, and resumable from its reports alone."""

import json
from dataclasses import asdict

import pytest

from services.engine_kit.errors import StopTraining, TrainingFailedError
from services.forecasting.engine.fakes import MemoryCheckpoints
from services.forecasting.engine.search import draw, fit_trial
from services.forecasting.models.families import read_settings
from services.forecasting.models.search_space import read_space
from services.forecasting.models.trials import (
    COMPLETED,
    FAILED,
    SearchPlan,
    TrialPruned,
    TrialReport,
    curve_of,
    score_of,
)
from tests.factories.forecasting import blocks, context, rmse


def plan_of(seed=7, space=None, **settings):
    base = read_settings({"MODE": "LGBMR", **settings})
    return SearchPlan(base=base, space=read_space(base, space), seed=seed)


def drawn(plan, number, earlier=()):
    parameters = draw(plan, number, earlier)
    return TrialReport(number=number, parameters=parameters, state="running", value=None)


def report_of(trial, model):
    values = {"value": score_of(model.history), "curve": curve_of(model.history)}
    return TrialReport(number=trial.number, parameters=trial.parameters, state=COMPLETED, **values)


def search(trials, plan=None, earlier=(), data=None):
    plan, reports = plan or plan_of(), list(earlier)
    data = data or blocks(60, output_steps=1)
    for number in range(len(reports), trials):
        trial = drawn(plan, number, reports)
        reports.append(report_of(trial, fit_trial(plan, trial, reports, data, context())))
    return reports


def test_a_search_goes_on_from_reports_that_were_stored_as_json():
    whole = search(4)
    stored = json.loads(json.dumps([asdict(one) for one in whole[:2]]))
    assert search(4, earlier=[TrialReport(**one) for one in stored])[2:] == whole[2:]
    assert search(2, plan=plan_of(seed=8)) != whole[:2]


def test_the_value_of_a_trial_is_the_error_of_its_model_on_all_targets():
    data, plan = blocks(60, output_steps=3), plan_of()
    trial = drawn(plan, 0)
    model = fit_trial(plan, trial, (), data, context())
    error = rmse(model.predict(data.validation.x), data.validation.y)
    assert report_of(trial, model).value == pytest.approx(error, rel=1e-4)
    chosen = model.settings.as_mapping()
    assert {name: chosen[name] for name in trial.parameters} == trial.parameters


def test_a_hopeless_trial_is_pruned_also_after_a_kill():
    good = [
        TrialReport(number=n, parameters={}, state=COMPLETED, value=1e-9, curve=(1e-9,) * 9)
        for n in range(5)
    ]
    small, data = [{"name": "N", "low": 4, "high": 6}], blocks(40)
    plan = plan_of(MODE="Dense", EP=6, patience=0, LAY=1, space=small)
    trial = drawn(plan, 5, good)
    whole = context()
    with pytest.raises(TrialPruned) as pruned:
        fit_trial(plan, trial, good, data, whole)
    assert len(pruned.value.curve) == len(whole.epochs) == 2

    killed = context(checkpoints=MemoryCheckpoints(), stop_when=lambda one: len(one.epochs) == 1)
    fit_trial(plan, trial, good, data, killed)
    resumed = context(checkpoints=MemoryCheckpoints(killed.checkpoints.newest))
    with pytest.raises(TrialPruned) as again:
        fit_trial(plan, trial, good, data, resumed)
    assert [one[0] for one in resumed.epochs] == [2]
    assert again.value.curve == pytest.approx(pruned.value.curve)


def test_a_trial_that_cannot_train_fails_and_the_next_one_is_drawn():
    data = blocks(x=blocks(8).train.x[:0], y=blocks(8).train.y[:0])
    plan = plan_of()
    trial = drawn(plan, 0)
    with pytest.raises(TrainingFailedError, match="no training sample"):
        fit_trial(plan, trial, (), data, context())
    failed = TrialReport(number=0, parameters=trial.parameters, state=FAILED, value=None)
    assert set(draw(plan, 1, [failed])) == set(trial.parameters)


def test_a_stop_leaves_no_model_of_a_family_that_needs_all_its_parts():
    plan = plan_of()
    with pytest.raises(StopTraining):
        fit_trial(plan, drawn(plan, 0), (), blocks(40), context(stop_when=lambda _: True))


@pytest.mark.parametrize("mode", ["Dense", "SVR_dir", "LIN"])
def test_every_kind_of_family_can_be_searched(mode):
    plan = plan_of(MODE=mode, EP=1)
    assert len({report.value for report in search(2, plan=plan, data=blocks(24))}) >= 1


def test_drawn_values_lie_in_the_ranges_that_were_chosen():
    space = [{"name": "trees", "low": 3, "high": 4}, {"name": "depth", "choices": [2, 4]}]
    plan = plan_of(space=space, learning_rate=0.2)
    for number in range(6):
        parameters = draw(plan, number, ())
        assert set(parameters) == {"trees", "depth"}
        assert parameters["trees"] in (3, 4)
        assert parameters["depth"] in (2, 4)
