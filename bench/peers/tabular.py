"""Windows of the published run's shape, beside Darts' and sktime's tabular windows of that shape.

All three end with X of 97 × 9 and Y of 97 numbers per sample as float32 arrays. Ours begin with raw
rows: they are resampled and the calendar is computed; theirs begin with a regular grid that has it.
Ours are timed right before and after each of them.
"""

import json
import subprocess
import time
from pathlib import Path

from bench.figures import Figure, at_most, median
from bench.peers.environment import windows_python
from bench.windows import POINTS, SAMPLES, session
from services.forecasting.windows.build import build_windows

SCRIPT = Path(__file__).with_name("tabular_script.py")
PEERS = {"darts": "Darts", "sktime": "sktime"}


def measure(*, quick: bool = False) -> list[Figure]:
    """Return our seconds as a share of theirs."""
    return [_beside(name, 1 if quick else 3) for name in PEERS]


def _beside(name: str, turns: int) -> Figure:
    _ours(1)  # the first one warms up
    before = _ours(turns)
    theirs = _theirs(name, turns)
    ours, other = median([*before, *_ours(turns)]), median(theirs)
    note = f"{ours:.2f} s against {other:.2f} s, {min(theirs):.2f} to {max(theirs):.2f}"
    return at_most(f"windows held as float32, against {PEERS[name]}", ours / other, 1.0, "×", note)


def _ours(turns: int) -> list[float]:
    plan, rows = session()
    seconds = []
    for _ in range(turns):
        began = time.perf_counter()
        windows = build_windows(plan, rows)
        x, y = windows.inputs(slice(None)), windows.outputs(slice(None))
        seconds.append(time.perf_counter() - began)
        assert (x.shape, y.shape) == ((SAMPLES, POINTS, 9), (SAMPLES, POINTS, 1))
        del x, y
    return seconds


def _theirs(name: str, turns: int) -> list[float]:
    command = [str(windows_python()), str(SCRIPT), name, str(SAMPLES), str(POINTS), str(turns)]
    stored = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    answer = json.loads(stored)
    x, y = answer["shapes"]
    assert (x[1], y[1]) == (9 * POINTS, POINTS)
    assert min(x[0], y[0]) >= SAMPLES - 1  # sktime needs one more row behind the last window
    seconds: list[float] = answer["seconds"]
    return seconds
