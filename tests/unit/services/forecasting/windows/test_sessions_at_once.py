"""Sessions with different calendars beside each other: each gets what it gets alone (A21)."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from services.forecasting.windows.build import build_windows
from services.forecasting.windows.plan import CalendarBlock, CalendarPlan, SplitPlan
from services.forecasting.windows.scaling import fit_scalers
from services.forecasting.windows.split import split_windows
from tests.factories.windows import HOUR, micros, regular, series_plan, window_plan

LOCAL = CalendarBlock(horizon_start=-24, horizon_end=0, local=True, scale=True)
UTC = CalendarBlock(form="current")
CALENDARS = (
    CalendarPlan(zone="Europe/Vienna", country="Österreich", day=LOCAL, holiday=LOCAL),
    CalendarPlan(zone="UTC", country="Deutschland", day=UTC, holiday=UTC),
    CalendarPlan(zone="Asia/Kolkata", country="Schweiz", year=LOCAL, week=UTC, month=LOCAL),
)


def trained_on(calendar: CalendarPlan) -> tuple[np.ndarray, np.ndarray]:
    """Return scaled inputs and outputs over a change of the clock and the days around Easter."""
    plan = window_plan(
        [series_plan("x", -4, 0, scale=True)],
        [series_plan("y", 0, 2, scale=True)],
        steps=(5, 3, 60, 0),
        calendar=calendar,
        split=SplitPlan(shuffle=True, seed=5),
    )
    hours = np.sin(np.arange(24 * 20))
    start = micros("2024-03-20 00:00:00")
    rows = {name: regular(name, hours, start=start, step=HOUR) for name in ("x", "y")}
    windows = build_windows(plan, rows)
    scaled = fit_scalers(windows, split_windows(windows, plan.split), plan).scaled(windows)
    return scaled.inputs(slice(None)), scaled.outputs(slice(None))


def test_sessions_of_other_calendars_at_once_get_what_each_gets_alone() -> None:
    alone = [trained_on(one) for one in CALENDARS]
    many = CALENDARS * 4
    with ThreadPoolExecutor(len(many)) as pool:
        at_once = list(pool.map(trained_on, many))
    for number, (inputs, outputs) in enumerate(at_once):
        expected = alone[number % len(CALENDARS)]
        np.testing.assert_array_equal(inputs, expected[0])
        np.testing.assert_array_equal(outputs, expected[1])
    assert len({one[0].tobytes() for one in alone}) == len(CALENDARS)
