"""A search: repeatable, prunable, and resumable from its reports alone."""

import json
from dataclasses import asdict

import pytest

from services.forecasting.engine.search import (
    COMPLETED,
    FAILED,
    PRUNED,
    TrialReport,
    next_settings,
    run_trial,
    search,
)
from services.forecasting.models.families import read_settings
from tests.factories.forecasting import blocks, context

TREES = read_settings({"MODE": "LGBMR"})


def reports_of(trials, base=TREES, earlier=(), data=None, record=None):
    collected = []
    result = search(
        base,
        data or blocks(60, output_steps=1),
        record or context(),
        trials,
        collected.append,
        earlier,
    )
    return result, collected


def plain(reports):
    return [{**asdict(one), "seconds": 0} for one in reports]


def test_the_best_trial_is_kept_with_its_model():
    result, collected = reports_of(4)
    assert [one.number for one in collected] == [0, 1, 2, 3]
    values = [one.value for one in collected if one.state == COMPLETED]
    assert result.best.report.value == min(values)
    chosen = result.best.model.settings.as_mapping()
    assert {name: chosen[name] for name in result.best.report.parameters} == dict(
        result.best.report.parameters
    )


def test_a_search_goes_on_from_reports_that_were_stored_as_json():
    whole, _ = reports_of(4)
    stored = json.loads(json.dumps([asdict(one) for one in whole.reports[:2]]))
    resumed, rest = reports_of(4, earlier=[TrialReport(**one) for one in stored])
    assert [one.number for one in rest] == [2, 3]
    assert plain(resumed.reports)[2:] == plain(whole.reports)[2:]


def test_a_trial_on_another_host_is_the_same_trial():
    whole, _ = reports_of(3)
    data = blocks(60, output_steps=1)
    alone = run_trial(TREES, data, context(), 2, whole.reports[:2])
    assert plain([alone.report]) == plain(whole.reports[2:])
    settings = next_settings(TREES, context().seed, 2, whole.reports[:2])
    assert settings == alone.model.settings


def test_a_hopeless_trial_is_pruned():
    good = [
        TrialReport(number=n, parameters={}, state=COMPLETED, value=1e-9, curve=(1e-9,) * 4)
        for n in range(5)
    ]
    record = context()
    result = run_trial(TREES, blocks(60, output_steps=4), record, 5, good)
    assert result.report.state == PRUNED
    assert result.model is None
    assert 0 < len(record.epochs) < 4
    assert len(result.report.curve) == len(record.epochs)


def test_a_trial_that_cannot_train_is_reported_and_the_search_goes_on():
    data = blocks(x=blocks(8).train.x[:0], y=blocks(8).train.y[:0])
    result, collected = reports_of(2, data=data)
    assert [one.state for one in collected] == [FAILED, FAILED]
    assert "no training sample" in collected[0].reason
    assert result.best is None


def test_a_stop_keeps_the_best_so_far():
    record = context(stop_when=lambda one: len(one.epochs) == 2)
    result, collected = reports_of(9, record=record)
    assert len(collected) == 2
    assert result.best is not None


@pytest.mark.parametrize("mode", ["Dense", "SVR_dir", "LIN"])
def test_every_kind_of_family_can_be_searched(mode):
    base = read_settings({"MODE": mode, "EP": 1})
    result, collected = reports_of(2, base=base, data=blocks(24))
    assert {one.state for one in collected} == {COMPLETED}
    assert result.best.model.settings.mode == mode
