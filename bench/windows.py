"""Windows of the published run's shape, against the same rules sample by sample in plain Python.

106,273 samples of 97 × 9 inputs (load, weather forecast, year, week and day pairs, holiday) and 97
outputs. The per-sample rule (``harness/window_oracle.py``, which the tests hold the fast code
against) makes a part of them over the same rows, right before and after. ``peers/tabular.py`` has
Darts and sktime beside them.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from bench.figures import Figure, at_least, at_most, median
from harness.window_oracle import PlainSeries, PlainWindows
from services.forecasting.windows.build import Windows, build_windows
from services.forecasting.windows.certificate import certify
from services.forecasting.windows.plan import (
    CalendarBlock,
    CalendarPlan,
    SeriesPlan,
    SplitPlan,
    Steps,
    WindowPlan,
)
from services.forecasting.windows.scaling import fit_scalers
from services.forecasting.windows.series import RawSeries
from services.forecasting.windows.split import split_windows

SAMPLES, POINTS, STEP_US = 106_273, 97, 15 * 60_000_000
FIRST_REFERENCE = 1_672_531_200_000_000  # 2023-01-01 00:00 UTC
BATCH_ROWS = 1024
MIN_TIMES_FASTER, MAX_MB = 100.0, 600.0


def session() -> tuple[WindowPlan, dict[str, RawSeries]]:
    """Return the plan and made-up rows of the shape."""
    rng = np.random.default_rng(42)
    count = SAMPLES + 2 * (POINTS - 1)
    times = FIRST_REFERENCE + STEP_US * (np.arange(count, dtype=np.int64) - (POINTS - 1))
    rows = {
        "load": RawSeries(label="load", times=times, values=rng.uniform(0, 1195, count)),
        "temperature": RawSeries(
            label="temperature", times=times, values=rng.uniform(-10, 37, count)
        ),
    }
    ahead = CalendarBlock(horizon_start=0, horizon_end=24, scale=True)
    local = CalendarBlock(horizon_start=0, horizon_end=24, local=True, scale=True)
    plan = WindowPlan(
        steps=Steps(input_steps=POINTS, output_steps=POINTS, step_minutes=15),
        inputs=(
            SeriesPlan(label="load", horizon_start=-24, horizon_end=0),
            SeriesPlan(label="temperature", horizon_start=0, horizon_end=24),
        ),
        outputs=(SeriesPlan(label="load", horizon_start=0, horizon_end=24),),
        calendar=CalendarPlan(
            zone="Europe/Vienna", country="Österreich", year=ahead, week=ahead, day=ahead,
            holiday=local,
        ),
        split=SplitPlan(gap=True),
    )  # fmt: skip
    return plan, rows


def measure(*, quick: bool) -> list[Figure]:
    """Return speed against the per-sample rule, and the memory of all and of batches."""
    plan, rows = session()
    plain = {
        label: PlainSeries(times=one.times.tolist(), values=one.values.tolist())
        for label, one in rows.items()
    }
    turns = 1 if quick else 3
    ours, per_sample = [], []
    for _ in range(turns):
        per_sample.append(_per_sample(plan, plain, 100 if quick else 400))
        ours.append(_seconds_of_batches(plan, rows))
    per_sample.append(_per_sample(plan, plain, 100 if quick else 400))
    rule, fast = median(per_sample) * SAMPLES, median(ours)
    lazy, whole = _memory("lazy"), _memory("whole")
    note = f"rule: {rule:.0f} s for all samples, from {len(per_sample)} parts of them"
    return [
        Figure(name="windows: build and read every batch", value=fast, unit="s"),
        at_least("times faster than the per-sample rule", rule / fast, MIN_TIMES_FASTER, "×", note),
        at_most("peak memory, everything held as float32", whole["mb"], MAX_MB, "MB"),
        at_most("peak memory, batch by batch", lazy["mb"], MAX_MB / 4, "MB"),
        Figure(name="split with gap, scalers, leak certificate", value=lazy["rest_s"], unit="s"),
    ]


def _per_sample(plan: WindowPlan, plain: dict[str, PlainSeries], limit: int) -> float:
    """Return the seconds that one kept sample takes; the first day has none."""
    oracle = PlainWindows(plan, plain)
    began = time.perf_counter()
    oracle.run(limit + POINTS - 1)
    return (time.perf_counter() - began) / len(oracle.samples)


def _seconds_of_batches(plan: WindowPlan, rows: dict[str, RawSeries]) -> float:
    began = time.perf_counter()
    _read_batches(build_windows(plan, rows))
    return time.perf_counter() - began


def _read_batches(windows: Windows) -> None:
    assert windows.n == SAMPLES
    for begin in range(0, windows.n, BATCH_ROWS):
        part = slice(begin, begin + BATCH_ROWS)
        assert windows.inputs(part).shape[1:] == (POINTS, 9)
        assert windows.outputs(part).shape[1:] == (POINTS, 1)


def _memory(kind: str) -> dict[str, float]:
    """Return what a process of its own needs above its imports and the raw rows."""
    command = [sys.executable, "-m", "bench.windows", kind]
    answer = subprocess.run(command, capture_output=True, check=True, text=True)
    stored: dict[str, float] = json.loads(answer.stdout)
    return stored


def _mb(field: str) -> float:
    """Return VmRSS (now) or VmHWM (the peak) of this process; ru_maxrss would be the parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1000


def main() -> None:
    """Be the process whose memory is measured."""
    plan, rows = session()
    before = _mb("VmRSS")
    windows = build_windows(plan, rows)
    began = time.perf_counter()
    split = split_windows(windows, plan.split)
    scalers = fit_scalers(windows, split, plan)
    assert certify(windows, split, scalers).ok
    rest = time.perf_counter() - began
    if sys.argv[1] == "whole":
        x, y = windows.inputs(slice(None)), windows.outputs(slice(None))
        assert len(x) == len(y) == SAMPLES
    else:
        _read_batches(scalers.scaled(windows))
    print(json.dumps({"mb": _mb("VmHWM") - before, "rest_s": rest}))


if __name__ == "__main__":
    main()
