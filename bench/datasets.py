"""The dataset job at the size of the contract's largest golden set, and a plot of test samples.

106,281 samples of 97 steps: violins of seven columns, the arrays for download, the rows of a few
samples out of them, and the process that draws 17 samples. Times are of the processor: what a
person waits is as long on an idle machine.
"""

import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench.figures import Figure, at_most
from services.forecasting.datasets.arrays import dataset_arrays, test_arrays
from services.forecasting.datasets.npz import NpzReader, write_npz
from services.forecasting.plots.child import draw_in_child
from services.forecasting.training.prepare import PreparedData
from services.forecasting.violins.columns import column_violins
from services.forecasting.windows.build import build_windows
from services.forecasting.windows.certificate import certify
from services.forecasting.windows.plan import (
    CalendarBlock,
    CalendarPlan,
    SeriesPlan,
    Steps,
    WindowPlan,
)
from services.forecasting.windows.scaling import fit_scalers
from services.forecasting.windows.series import RawSeries
from services.forecasting.windows.split import split_windows

ROWS, STEPS, SAMPLES = 106_473, 97, 17
QUARTER_HOUR = 900_000_000
BEGIN = 1_672_531_200_000_000


def measure(rounds: int) -> list[Figure]:
    """Return the seconds of each part, the least of ``rounds``."""
    prepared = _prepared()
    with tempfile.TemporaryDirectory() as folder:
        arrays, test = Path(folder) / "arrays.npz", Path(folder) / "test.npz"
        write_npz(test, test_arrays(prepared))
        violins = _least(rounds, lambda: column_violins(prepared))
        written = _least(rounds, lambda: write_npz(arrays, dataset_arrays(prepared)))
        rows = _least(rounds, lambda: _rows(test))
        size = arrays.stat().st_size / 1_000_000
    shape = f"{prepared.windows.n:,} samples × {STEPS} steps"
    return [
        at_most("Violins of all columns", violins, 3.0, "s", shape),
        at_most("Arrays for download", written, 10.0, "s", f"{size:.1f} MB"),
        at_most("Samples out of the test windows", rows, 0.5, "s", f"{SAMPLES} samples"),
        at_most("PNG, one axis", _drawing(rounds, separate=False), 5.0, "s", "2000 × 1300"),
        at_most("PNG, an axis per variable", _drawing(rounds, separate=True), 8.0, "s", "6 axes"),
    ]


def _prepared() -> PreparedData:
    draw = np.random.default_rng(0)
    times = BEGIN + QUARTER_HOUR * np.arange(ROWS)
    day = np.sin(np.arange(ROWS) * 2 * np.pi / 96)
    series = {
        name: RawSeries(label=name, times=times, values=500 + 200 * day + draw.normal(0, 50, ROWS))
        for name in ("load", "temperature")
    }
    blocks = {name: CalendarBlock() for name in ("year", "week")}
    plan = WindowPlan(
        steps=Steps(input_steps=STEPS, output_steps=STEPS, step_minutes=15),
        inputs=(
            SeriesPlan(label="load", horizon_start=-24, horizon_end=0),
            SeriesPlan(label="temperature", horizon_start=0, horizon_end=24),
        ),
        outputs=(SeriesPlan(label="load", horizon_start=0, horizon_end=24),),
        calendar=CalendarPlan(**blocks),
    )
    windows = build_windows(plan, series)
    split = split_windows(windows, plan.split)
    scalers = fit_scalers(windows, split, plan)
    return PreparedData(
        plan=plan,
        series=series,
        windows=windows,
        split=split,
        scalers=scalers,
        certificate=certify(windows, split, scalers),
        scaled=scalers.scaled(windows),
    )


def _rows(path: Path) -> None:
    with path.open("rb") as file, NpzReader(file) as windows:
        positions = np.linspace(0, windows.shape("X")[0] - 1, SAMPLES).astype(int).tolist()
        windows.rows("X", positions)
        windows.rows("Y", positions)


def _drawing(rounds: int, *, separate: bool) -> float:
    drawing = {
        "reference_times": [1_704_063_600 + 86_400 * number for number in range(SAMPLES)],
        "by_step": False,
        "separate_axes": separate,
        "lines": [_line(number) for number in range(7)],
    }
    return min(_of_children(lambda: draw_in_child(drawing)) for _ in range(rounds))


def _line(number: int) -> dict[str, object]:
    is_forecast = number == 6
    wave = np.sin(np.linspace(0, 6, STEPS)) * 10 ** (number % 4)
    return {
        "kind": "forecast" if is_forecast else "output" if number == 5 else "input",
        "legend": f"variable {number}",
        "color": 5 if is_forecast else number,
        "seconds": (np.linspace(-24, 0, STEPS) * 3600).tolist(),
        "values": [wave.tolist()] * SAMPLES,
    }


def _least(rounds: int, work: Callable[[], object]) -> float:
    return min(_cpu(work) for _ in range(rounds))


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _of_children(work: Callable[[], object]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
