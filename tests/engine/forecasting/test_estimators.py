"""Trees and support vectors: what they are fitted on, and how they stop and go on."""

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from services.engine_kit.errors import StopTraining
from services.forecasting.engine import fit
from services.forecasting.engine.fakes import MemoryBlock, MemoryCheckpoints
from services.forecasting.engine.svr import design
from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.families import read_settings
from services.forecasting.models.ports import TrainingBlocks
from tests.factories.forecasting import blocks, context


def trees(data, record=None, start_from=None, **settings):
    chosen = read_settings({"MODE": "LightGBM", "trees": 12, **settings})
    return fit(chosen, data, record or context(), start_from)


def svr(data, mode="SVR_dir", **settings):
    return fit(read_settings({"MODE": mode, "KERNEL": "rbf", **settings}), data, context())


def test_trees_report_every_target():
    record = context()
    model = trees(blocks(output_steps=3, outputs=2), record)
    assert [(epoch, total) for epoch, total, _ in record.epochs] == [(n, 6) for n in range(1, 7)]
    assert model.history.epochs[-1]["val_rmse"] == record.epochs[-1][2]["val_rmse"]


def test_trees_report_on_their_way_and_stop_between_two_of_them():
    record = context(stop_when=lambda one: len(one.batches) == 2)
    with pytest.raises(StopTraining):
        trees(blocks(), record, trees=100, patience=0)
    assert [(one[0], one[1], one[3]) for one in record.batches] == [(10, 100, 1), (20, 100, 1)]
    assert record.batches[1][2]["train_loss"] < record.batches[0][2]["train_loss"]


def test_trees_that_are_killed_go_on_to_the_same_bits():
    data = blocks()
    whole = trees(data)
    store = MemoryCheckpoints()
    record = context(checkpoints=store, stop_when=lambda one: len(one.epochs) == 2)
    with pytest.raises(StopTraining):
        trees(data, record)
    rest = context(checkpoints=store)
    resumed = trees(data, rest)
    assert [epoch for epoch, _, _ in rest.epochs] == [3, 4]
    assert resumed.texts == whole.texts


def test_trees_end_at_the_best_one_of_the_validation_block():
    data = blocks(120, noise=0.4, outputs=1, output_steps=1)
    model = trees(data, trees=300, patience=5, learning_rate=0.3, min_child=2)
    assert model.texts[0].count("Tree=") < 100
    forecast = model.predict(data.validation.x)
    error = np.mean(np.square(forecast.astype(float) - data.validation.y))
    assert error == pytest.approx(model.history.epochs[-1]["val_loss"], rel=1e-4)


def test_without_patience_all_trees_are_made():
    model = trees(blocks(output_steps=1), trees=7, patience=0)
    assert model.texts[0].count("Tree=") == 7


def test_trees_start_warm_from_earlier_ones():
    data = blocks(output_steps=3)
    first = trees(data, trees=5, patience=0)
    second = trees(data, start_from=first, trees=5, patience=0)
    assert [text.count("\nTree=") for text in second.texts] == [10, 10, 10]
    whole = trees(data, trees=10, patience=0)
    x = data.validation.x
    np.testing.assert_allclose(second.predict(x), whole.predict(x), atol=1e-5)


def test_a_forecast_of_nothing_is_empty():
    data = blocks(40)
    none = np.empty((0, 8, 2), np.float32)
    assert trees(data).predict(none).shape == (0, 4, 1)
    assert svr(data).predict(none).shape == (0, 4, 1)


def test_direct_regressions_are_those_of_scikit_learn():
    data = blocks(60)
    model = svr(data, C=5, EPSILON=0.02)
    assert len(model.pipelines) == 4
    x = data.train.x.reshape(len(data.train), -1).astype(float)
    expected = make_pipeline(StandardScaler(), SVR(C=5, epsilon=0.02)).fit(x, data.train.y[:, 2, 0])
    got = model.predict(data.train.x)[:, 2, 0]
    np.testing.assert_allclose(got, expected.predict(x), atol=1e-6)


def test_a_shared_regression_knows_the_position_of_the_step():
    data = blocks(60, outputs=2)
    model = svr(data, "SVR_MIMO")
    assert len(model.pipelines) == 2
    rows = design(data.train.x[:2], "shared", 4)
    assert rows.shape == (8, 17)
    assert rows[:4, -1].tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])


def test_with_equal_steps_both_are_read_step_by_step():
    data = blocks(40, input_steps=4, output_steps=4, inputs=3, outputs=2)
    assert [svr(data, mode).layout for mode in ("SVR_dir", "SVR_MIMO")] == ["steps", "steps"]
    assert svr(data, "SVR_MIMO", features="window").layout == "shared"


def test_a_row_limit_draws_rows_by_the_seed_and_says_so():
    data = blocks(200)
    model = svr(data, max_rows=40, seed=1)
    assert "on 40 rows (drawn from 150)" in model.history.notes[0]
    x = data.validation.x
    assert np.array_equal(model.predict(x), svr(data, max_rows=40, seed=1).predict(x))
    assert not np.array_equal(model.predict(x), svr(data, max_rows=40, seed=2).predict(x))


def test_too_many_rows_are_refused_with_the_cost_and_trained_with_a_limit():
    class Long(MemoryBlock):
        def __len__(self):
            return 200_000

        def inputs(self, rows):
            return super().inputs(rows % len(self.x))

        def outputs(self, rows):
            return super().outputs(rows % len(self.x))

    small = blocks(80, output_steps=1)
    data = TrainingBlocks(**{**vars(small), "train": Long(small.train.x, small.train.y)})
    with pytest.raises(
        InvalidModelParams, match=r"at most 100,000 here.*200,000 rows.*LIN and LGBMR take all"
    ):
        svr(data)
    assert len(svr(data, max_rows=50).pipelines) == 1


def test_regressions_go_on_after_a_stop_with_the_one_that_was_next():
    data, store = blocks(60), MemoryCheckpoints()
    settings = read_settings({"MODE": "SVR_dir"})
    with pytest.raises(StopTraining):
        fit(settings, data, context(checkpoints=store, stop_when=lambda one: len(one.batches) == 3))
    rest = context(checkpoints=store)
    resumed = fit(settings, data, rest)
    assert [one[:2] for one in rest.batches] == [(4, 4)]
    x = data.validation.x
    assert np.array_equal(resumed.predict(x), fit(settings, data, context()).predict(x))


def test_a_stop_before_the_last_regression_leaves_no_model():
    with pytest.raises(StopTraining):
        fit(read_settings({"MODE": "SVR_dir"}), blocks(), context(stop_when=lambda _: True))
