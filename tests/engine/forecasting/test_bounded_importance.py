"""Which input matters, within a bounded time."""

import numpy as np
import pytest

from services.forecasting.engine import fit
from services.forecasting.engine.bounded_importance import (
    MAX_SAMPLES,
    MIN_SAMPLES,
    REPEATS,
    bounded_importance,
)
from services.forecasting.engine.fakes import MemoryBlock
from services.forecasting.models.families import read_settings
from tests.factories.forecasting import blocks, context


@pytest.fixture(scope="module")
def data():
    x = np.random.default_rng(0).uniform(size=(1_500, 4, 3)).astype(np.float32)
    return blocks(x=x, y=(x[:, :, :1] + 0.3 * x[:, :, 1:2]) * 0.7)


class Clocked:
    """A model whose forecasts take so many seconds for each sample, by its own clock."""

    def __init__(self, model, seconds):
        self.shape, self.now = model.shape, 0.0
        self._model, self._seconds = model, seconds

    def predict(self, inputs):
        self.now += self._seconds * len(inputs)
        return self._model.predict(inputs)

    def clock(self):
        return self.now


@pytest.fixture(scope="module")
def model(data):
    return fit(read_settings({"MODE": "LIN"}), data, context())


def test_a_fast_model_is_measured_on_as_many_samples_as_there_may_be(model, data):
    test = MemoryBlock(data.train.x, data.train.y)
    answer = bounded_importance(model, test, 1, {})
    assert (answer.samples, answer.repeats, answer.reason) == (MAX_SAMPLES, REPEATS, None)
    assert [one.name for one in answer.columns] == ["in0", "in1", "in2"]


def test_groups_count_as_one_input(model, data):
    answer = bounded_importance(model, data.validation, 1, {"day": ("in0", "in1")})
    assert [one.name for one in answer.columns] == ["day", "in2"]


def test_one_test_sample_and_a_stop_measure_nothing_and_say_so(model, data):
    one = MemoryBlock(data.train.x[:1], data.train.y[:1])
    answer = bounded_importance(model, one, 1, {})
    assert answer.reason == "There is 1 test sample: nothing can be permuted."
    stopped = bounded_importance(model, data.validation, 1, {}, lambda: True)
    assert stopped.reason == "The training was stopped before this was measured."
    assert (one.x.shape[0], answer.columns, stopped.columns) == (1, (), ())


@pytest.mark.parametrize(("seconds", "samples"), [(0.001, 250), (10.0, MIN_SAMPLES)])
def test_a_slow_model_is_measured_on_fewer(model, data, seconds, samples):
    test = MemoryBlock(data.train.x, data.train.y)
    slow = Clocked(model, seconds)
    assert bounded_importance(slow, test, 1, {}, clock=slow.clock).samples == samples
