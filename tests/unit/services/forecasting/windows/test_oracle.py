"""Windows of random plans against the same rules in plain Python, sample by sample."""

import numpy as np
from hypothesis import given, settings

from harness.window_oracle import PlainWindows
from services.forecasting.windows.build import build_windows
from services.forecasting.windows.split import rows_by_origin
from tests.factories.window_draws import SEEDS, plain, random_session
from tests.support.depth import examples


@settings(max_examples=examples(25))
@given(SEEDS)
def test_windows_equal_the_rules_in_plain_python(seed):
    plan, series = random_session(seed)
    oracle = PlainWindows(plan, plain(series)).run()
    windows = build_windows(plan, series)

    assert windows.reference_times.tolist() == [one.reference for one in oracle.samples]
    reasons = [(d.reference_time, d.label, d.reason.text) for d in windows.dropped.samples()]
    assert reasons == oracle.dropped
    every = slice(None)
    for tensor, side in (
        (windows.inputs(every, np.float64), [one.x for one in oracle.samples]),
        (windows.outputs(every, np.float64), [one.y for one in oracle.samples]),
    ):
        expected = np.array(side).reshape(len(side), *tensor.shape[:0:-1]).swapaxes(1, 2)
        np.testing.assert_allclose(tensor, expected, rtol=1e-9, atol=1e-7)


@settings(max_examples=examples(25))
@given(SEEDS)
def test_the_rows_of_a_sample_are_those_that_plain_python_read(seed):
    plan, series = random_session(seed)
    oracle = PlainWindows(plan, plain(series)).run()
    windows = build_windows(plan, series)
    for number, sample in list(enumerate(oracle.samples))[:5]:
        for label, mask in rows_by_origin(windows, [number]).items():
            assert set(np.flatnonzero(mask).tolist()) == sample.rows[label]
