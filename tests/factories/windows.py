"""Series and plans of windows, and the cases that the contract's pack brings."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from services.forecasting.windows.plan import SeriesPlan, SplitPlan, Steps, WindowPlan
from services.forecasting.windows.series import RawSeries

CASES_FILE = Path(__file__).parents[1] / "cases" / "training" / "windows.json"
MINUTE = 60_000_000
HOUR = 60 * MINUTE
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cases(kind: str) -> list[dict]:
    """Return the window cases of one kind."""
    return [one for one in json.loads(CASES_FILE.read_text())["cases"] if one["kind"] == kind]


def micros(text: str) -> int:
    """Return a naive UTC time as microseconds since 1970."""
    return (datetime.fromisoformat(text).replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


def shown(at: int) -> str:
    """Return microseconds since 1970 as the cases write a time."""
    return (EPOCH + timedelta(microseconds=int(at))).strftime("%Y-%m-%d %H:%M:%S")


def case_series(stored: Mapping) -> RawSeries:
    """Return the rows of a series of a case: regular values, or points."""
    if "points" in stored:
        times = [micros(time) for time, _ in stored["points"]]
        values = [value for _, value in stored["points"]]
    else:
        start, step = micros(stored["start"]), stored["step_min"] * MINUTE
        values = stored["values"]
        times = [start + row * step for row in range(len(values))]
    numbers = [np.nan if value is None else value for value in values]
    return RawSeries(label=stored["label"], times=np.array(times), values=np.array(numbers))


def regular(label: str, values, *, start: int = 0, step: int = 15 * MINUTE, **more) -> RawSeries:
    """Return a series with a value every ``step`` microseconds."""
    times = start + step * np.arange(len(values), dtype=np.int64)
    return RawSeries(label=label, times=times, values=np.asarray(values, dtype=float), **more)


def series_plan(label: str = "x", start=-1, end=0, **more) -> SeriesPlan:
    """Return a plan of one series, unscaled unless said otherwise."""
    return SeriesPlan(label=label, horizon_start=start, horizon_end=end, **{"scale": False, **more})


def window_plan(inputs, outputs, *, steps=(5, 3, 15, 0), **more) -> WindowPlan:
    """Return a plan; ``steps`` are input steps, output steps, width and offset in minutes."""
    ins, outs, width, offset = steps
    return WindowPlan(
        steps=Steps(input_steps=ins, output_steps=outs, step_minutes=width, offset_minutes=offset),
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        **{"split": SplitPlan(), **more},
    )
