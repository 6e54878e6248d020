"""Run by an interpreter that has Darts and sktime: their tabular windows, timed inside.

``python tabular_script.py darts|sktime samples points turns`` prints the seconds of each turn and
the shapes of X and Y as JSON. The calendar comes to them ready made, as seven known-future columns
beside the weather: neither of them computes it.
"""

import json
import sys
import time

import numpy as np
import pandas as pd


def darts(index, load, known, points):
    """Return a function that cuts all windows: the load before, everything known after."""
    from darts import TimeSeries
    from darts.utils.data.tabularization import create_lagged_training_data

    target = TimeSeries.from_times_and_values(index, load)
    future = TimeSeries.from_times_and_values(index, known)

    def cut():
        x, y, *_ = create_lagged_training_data(
            target_series=target,
            future_covariates=future,
            lags=list(range(-points, 0)),
            lags_future_covariates=list(range(points)),
            output_chunk_length=points,
            output_chunk_shift=0,
            uses_static_covariates=False,
            use_moving_windows=True,
        )
        return x, y

    return cut


def sktime(index, load, known, points):
    """Return the same; what is known comes from before the forecast, which costs the same."""
    from sktime.forecasting.base import ForecastingHorizon
    from sktime.forecasting.compose._reduce import _sliding_window_transform

    target, known = pd.Series(load, index=index), pd.DataFrame(known, index=index)
    horizon = ForecastingHorizon(range(1, points + 1), is_relative=True)

    def cut():
        y, x = _sliding_window_transform(
            target, window_length=points, fh=horizon, X=known, scitype="tabular-regressor"
        )
        return x, y

    return cut


def main():
    """Time one of them."""
    which, samples, points, turns = sys.argv[1], *map(int, sys.argv[2:])
    rng = np.random.default_rng(42)
    count = samples + 2 * points - 1
    index = pd.date_range("2022-12-31", periods=count, freq="15min")
    load = rng.uniform(0, 1195, count).astype(np.float32)
    known = rng.uniform(-1, 1, (count, 8)).astype(np.float32)
    cut = {"darts": darts, "sktime": sktime}[which](index, load, known, points)
    seconds = []
    for _ in range(turns + 1):  # the first one warms up
        began = time.perf_counter()
        x, y = cut()
        seconds.append(time.perf_counter() - began)
        shapes = [list(x.shape), list(y.shape)]
        del x, y
    print(json.dumps({"seconds": seconds[1:], "shapes": shapes}))


if __name__ == "__main__":
    main()
