"""How far apart the steps of an output are: the axis of its tables, and what a season is of."""

from services.forecasting.training.geometry import step_minutes
from services.forecasting.windows.plan import SeriesPlan, Steps, WindowPlan


def plan(steps: int) -> WindowPlan:
    return WindowPlan(
        steps=Steps(input_steps=2, output_steps=steps, step_minutes=15),
        inputs=(SeriesPlan(label="in", horizon_start=-1, horizon_end=0),),
        outputs=(
            SeriesPlan(label="day", horizon_start=1, horizon_end=24),
            SeriesPlan(label="hour", horizon_start=0, horizon_end=1),
        ),
    )


def test_steps_are_as_far_apart_as_the_horizon_divides():
    assert step_minutes(plan(24)) == [60.0, 60 / 23]


def test_a_single_step_has_the_width_of_the_session():
    assert step_minutes(plan(1)) == [15.0, 15.0]
