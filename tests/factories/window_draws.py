"""Random series and plans of windows, for properties: everything follows from one number."""

from random import Random

import numpy as np
from hypothesis import strategies as st

from harness.window_oracle import PlainSeries
from services.forecasting.windows.build import build_windows
from services.forecasting.windows.errors import TooFewSamples
from services.forecasting.windows.plan import (
    CalendarBlock,
    CalendarPlan,
    SeriesPlan,
    SplitPlan,
    Steps,
    WindowPlan,
)
from services.forecasting.windows.series import RawSeries
from services.forecasting.windows.split import split_windows
from tests.factories.windows import MINUTE, micros

START = micros("2024-03-30 06:00:00")  # clocks change and Easter comes within the next days
HOURS = (-3, -2.5, -1.75, -1, -0.5, -0.1, 0, 0, 0.25, 1, 1.5, 2, 3)
ZONES = ("UTC", "Europe/Vienna", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")
FORMS = ("historical", "historical", "historical", "forecasts", "current")
SEEDS = st.integers(0, 2**32 - 1)  # a list of drawn rows would shrink for minutes

Session = tuple[WindowPlan, dict[str, RawSeries]]


def random_series(draw: Random, label: str, *, issued: bool = False) -> RawSeries:
    """Return about a day of rows: irregular steps, absent rows, empty cells."""
    width = draw.choice([5, 7.5, 10, 15, 20, 60])
    count = int(draw.uniform(10, 30) * 60 / width)
    steps = draw.choices([1, 2, 5], [draw.choice([30, 300, 10_000]), 2, 1], k=count)
    begin = START + draw.choice([0, 3, 7, 10, 61, 130]) * MINUTE
    times = begin + (np.cumsum(steps) - 1) * int(width * MINUTE)
    empty = draw.choice([0, 0, 0.01, 0.2])
    values = np.array([draw.randint(-500, 500) / 8 for _ in range(count)])
    values[[draw.random() < empty for _ in range(count)]] = np.nan
    if not issued:
        return RawSeries(label=label, times=times, values=values)
    runs = [(time, time - draw.randint(-60, 400) * MINUTE) for time in times for _ in range(3)]
    pairs = np.array(sorted(set(runs)))
    return RawSeries(
        label=label, times=pairs[:, 0], issued=pairs[:, 1], values=np.resize(values, len(pairs))
    )


def random_series_plan(draw: Random, label: str, form: str) -> SeriesPlan:
    """Return any horizon, method and longest gap."""
    start, end = sorted(draw.choices(HOURS, k=2))
    return SeriesPlan(
        label=label,
        horizon_start=start,
        horizon_end=end,
        form=form,
        method=draw.choice(["linear", "mean", "nearest"]),
        average=draw.random() < 0.25,
        scale=draw.random() < 0.7,
        max_gap_minutes=draw.choice([None, None, 30, 60, 45.5]),
    )


def random_calendar(draw: Random) -> CalendarPlan:
    """Return any set of blocks."""
    blocks = {}
    for name in ("year", "month", "week", "day", "holiday"):
        start, end = sorted(draw.choices(HOURS, k=2))
        block = CalendarBlock(
            form=draw.choice(["horizon", "current"]),
            horizon_start=start * 12,
            horizon_end=end * 12,
            local=draw.random() < 0.5,
            scale=draw.random() < 0.5,
        )
        blocks[name] = draw.choice([None, block])
    return CalendarPlan(
        zone=draw.choice(ZONES),
        country=draw.choice(["Österreich", "Deutschland", "Schweiz"]),
        closing_days=draw.choice([(), ("2024-03-30",)]),
        **blocks,
    )


def random_session(seed: int, forms: tuple[str, ...] = FORMS, **split) -> Session:
    """Return a plan of one or two inputs and outputs with their rows."""
    draw = Random(seed)
    sides, series = {}, {}
    for side in ("in", "out"):
        labels = [f"{side}{number}" for number in range(draw.randint(1, 2))]
        chosen = [(label, draw.choice(forms)) for label in labels]
        sides[side] = tuple(random_series_plan(draw, *one) for one in chosen)
        for label, form in chosen:
            series[label] = random_series(draw, label, issued=form == "forecasts")
    width = draw.choice([10, 15, 45, 60, 7.5])
    plan = WindowPlan(
        steps=Steps(
            input_steps=draw.randint(1, 8),
            output_steps=draw.randint(1, 8),
            step_minutes=width,
            offset_minutes=draw.choice([0, 2, 4.5]),
        ),
        inputs=sides["in"],
        outputs=sides["out"],
        calendar=random_calendar(draw),
        split=SplitPlan(**split),
    )
    return plan, series


def splittable_session(seed: int, **split) -> Session:
    """Return the first of the following sessions that has samples for all three blocks."""
    for number in range(seed, seed + 500):
        plan, series = random_session(number, **split)
        try:
            split_windows(build_windows(plan, series), plan.split)
        except TooFewSamples:
            continue
        return plan, series
    raise AssertionError(f"no session after {seed} can be split")


def plain(series: dict[str, RawSeries]) -> dict[str, PlainSeries]:
    """Return the rows as the oracle takes them."""
    return {
        label: PlainSeries(
            times=raw.times.tolist(),
            values=[None if np.isnan(value) else value for value in raw.values.tolist()],
            issued=None if raw.issued is None else raw.issued.tolist(),
        )
        for label, raw in series.items()
    }
