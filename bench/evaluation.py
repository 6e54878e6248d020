"""Both evaluation tables of a year of forecasts, on one core, beside the rules in plain Python.

10,627 windows of 97 steps are the contract's largest golden set: a quarter of an hour's spacing, a
day ahead. Plain Python is measured on a part of the windows; its time is linear in them.
"""

import time
from collections.abc import Callable

import numpy as np

from bench.figures import Figure, at_least, at_most, median
from services.forecasting.evaluation.compare import diebold_mariano, window_losses
from services.forecasting.evaluation.profile import error_profile
from services.forecasting.evaluation.skill_interval import skill_interval
from services.forecasting.evaluation.tables import LEVELS, evaluation_tables
from services.forecasting.evaluation.worst import worst_windows

WINDOWS, STEPS, SPACING = 10_627, 97, 900
PLAIN_WINDOWS = 50
LIMIT = 2.0  # seconds


def measure(rounds: int) -> list[Figure]:
    """Return the seconds of the tables and of everything else about one output."""
    truth, forecast = _rows(WINDOWS)
    tables = median([_seconds(_tables, truth, forecast) for _ in range(rounds)])
    rest = median([_seconds(_everything_else, truth, forecast) for _ in range(rounds)])
    few = truth[:PLAIN_WINDOWS], forecast[:PLAIN_WINDOWS]
    plain = _seconds(_plainly, *few) * WINDOWS / PLAIN_WINDOWS
    shape = f"{WINDOWS:,} windows × {STEPS} steps × {LEVELS} levels"
    return [
        at_most("Evaluation tables", tables, LIMIT, "s", shape),
        at_least("Against plain Python", plain / tables, 10, "×", f"of {PLAIN_WINDOWS} windows"),
        Figure(name="Profile, worst windows, test, skill interval", value=rest, unit="s"),
    ]


def _rows(n: int) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(9)
    instants = np.arange(n)[:, None] + np.arange(STEPS)[None, :]
    truth = 600 + 300 * np.sin(instants * 2 * np.pi / 96) + draw.normal(0, 20, instants.shape)
    return truth, truth + draw.normal(0, 40, truth.shape)


def _tables(truth: np.ndarray, forecast: np.ndarray) -> None:
    evaluation_tables({"load": truth}, {"load": forecast}, {"load": SPACING / 60})


def _everything_else(truth: np.ndarray, forecast: np.ndarray) -> None:
    references, offsets = np.arange(len(truth)) * SPACING, np.arange(STEPS) * SPACING
    error_profile(truth, forecast, references, offsets, "Europe/Berlin")
    worst_windows(truth, forecast, references)
    own, other = window_losses(truth, forecast), window_losses(truth, np.roll(forecast, 1, axis=0))
    diebold_mariano(own, other, STEPS - 1)
    skill_interval(own, other, STEPS - 1, seed=1)


def _plainly(truth: np.ndarray, forecast: np.ndarray) -> None:
    for level in range(1, LEVELS + 1):
        t, p = (_blocks(rows.tolist(), level) for rows in (truth, forecast))
        _metrics(t, p)
        for at in range(len(t[0])):
            _metrics([[row[at]] for row in t], [[row[at]] for row in p])


def _blocks(rows: list[list[float]], level: int) -> list[list[float]]:
    return [
        [sum(row[at : at + level]) / level for at in range(0, len(row) - level + 1, level)]
        for row in rows
    ]


def _metrics(truth: list[list[float]], forecast: list[list[float]]) -> list[float]:
    t, p = ([value for row in rows for value in row] for rows in (truth, forecast))
    errors = [abs(a - b) for a, b in zip(t, p, strict=True)]
    n = len(errors)
    changes = sum(abs(t[at] - t[at - 1]) for at in range(1, n))
    mae, mse = sum(errors) / n, sum(error * error for error in errors) / n
    relative = sum(error / abs(a) for error, a in zip(errors, t, strict=True)) / n
    symmetric = sum(2 * error / (abs(a) + abs(b)) for error, a, b in zip(errors, t, p, strict=True))
    whole = sum(map(abs, t))
    return [mae, mse, relative, symmetric / n, mae * n / whole, mae * (n - 1) / changes]


def _seconds(of: Callable[..., None], *rows: np.ndarray) -> float:
    began = time.perf_counter()
    of(*rows)
    return time.perf_counter() - began
