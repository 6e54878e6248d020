"""The steps of a forecast with their times and intervals."""

import pytest

from services.forecasting.prediction.interval import outputs_of
from tests.factories.windows import HOUR, series_plan, window_plan

CONFORMAL = {"alpha": 0.1, "half_widths": [1.0, None, 3.0], "note": None,
             "coverage": {"overall": {"share": 0.92}}}  # fmt: skip


def output(conformal, **more):
    plan = window_plan(
        [series_plan("x", -1, 0)], [series_plan("y", 1, 3, **more)], steps=(5, 3, 60, 0)
    )
    evaluation = {} if conformal is None else {"outputs": {"y": {"conformal": conformal}}}
    return outputs_of(plan, evaluation, HOUR // 2, [[2.0], [4.0], [None]])["y"]


def test_times_are_those_of_the_horizon_after_the_reference_time():
    found = output(None)
    assert found.times == [f"1970-01-01T0{hour}:30:00Z" for hour in (1, 2, 3)]
    assert found.values == [2.0, 4.0, None]
    assert (found.lower, found.upper, found.interval) == (None, None, None)


def test_an_interval_has_the_half_width_of_its_step_and_keeps_the_bounds():
    found = output(CONFORMAL, lower=1.5)
    assert found.lower == [1.5, 1.5, 1.5]  # the second is unbounded, the third no number
    assert found.upper == [3.0, None, None]
    assert (found.interval.level, found.interval.measured_coverage) == (0.9, 0.92)


@pytest.mark.parametrize("widths", [[1.0], []])
def test_widths_of_another_horizon_are_no_interval(widths):
    assert output({**CONFORMAL, "half_widths": widths}).lower is None
