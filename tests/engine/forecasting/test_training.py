"""A network's way to its end: epochs, the best kept, stops, kills, warm starts."""

import math

import numpy as np
import pytest

from services.engine_kit.errors import StopTraining, TrainingFailedError
from services.forecasting.engine import fit
from services.forecasting.engine.fakes import MemoryCheckpoints
from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.families import read_settings
from tests.factories.forecasting import blocks, context, rmse

NETWORKS = ("Dense", "CNN", "LSTM", "AR LSTM")
TINY = {"LAY": 1, "N": 6, "EP": 3, "learning_rate": 0.02, "patience": 0}


def settings(mode="Dense", **more):
    return read_settings({"MODE": mode, **TINY, **more})


def killed_after(epoch):
    """Return a context whose training dies right after an epoch, and what it left behind."""

    class Killed(Exception):
        pass

    class Dying(type(context())):
        def on_epoch(self, number, total, metrics, seconds):
            if number == epoch:
                raise Killed

    return Dying(checkpoints=MemoryCheckpoints()), Killed


def test_every_epoch_is_reported_with_losses_and_their_roots():
    record = context()
    model = fit(settings(batch_size=4), blocks(), record)
    assert [(epoch, total) for epoch, total, _ in record.epochs] == [(1, 3), (2, 3), (3, 3)]
    for _, _, metrics in record.epochs:
        assert set(metrics) == {"train_loss", "val_loss", "train_rmse", "val_rmse"}
        assert metrics["val_rmse"] == pytest.approx(math.sqrt(metrics["val_loss"]))
    assert [one[0] for one in record.batches if one[3] == 1] == [10, 20, 30]
    assert {one[1] for one in record.batches} == {30}
    assert [dict(one) for one in model.history.epochs] == [one[2] for one in record.epochs]


def test_the_reported_validation_loss_is_that_of_the_kept_model():
    data = blocks()
    model = fit(settings(), data, context())
    best = model.history.epochs[model.history.best_epoch - 1]
    forecast = model.predict(data.validation.x)
    assert rmse(forecast, data.validation.y) == pytest.approx(best["val_rmse"], rel=1e-5)


@pytest.mark.parametrize("mode", NETWORKS)
def test_a_training_that_is_killed_goes_on_to_the_same_bits(mode):
    data = blocks(80)
    whole = fit(settings(mode), data, context(checkpoints=MemoryCheckpoints()))
    dying, killed = killed_after(epoch=2)
    with pytest.raises(killed):
        fit(settings(mode), data, dying)
    record = context(checkpoints=MemoryCheckpoints(dying.checkpoints.newest))
    resumed = fit(settings(mode), data, record)
    assert [epoch for epoch, _, _ in record.epochs] == [3]
    assert np.array_equal(resumed.predict(data.validation.x), whole.predict(data.validation.x))
    assert resumed.history.epochs == whole.history.epochs


def test_a_training_that_is_killed_at_its_end_has_nothing_left_to_train():
    data, store = blocks(80), MemoryCheckpoints()
    whole = fit(settings(), data, context(checkpoints=store))
    record = context(checkpoints=store)
    again = fit(settings(), data, record)
    assert record.epochs == []
    assert np.array_equal(again.predict(data.validation.x), whole.predict(data.validation.x))


def test_patience_counts_on_after_a_kill():
    data = blocks(80, noise=0.5)
    restless = settings(EP=30, patience=2, learning_rate=0.3)
    whole = fit(restless, data, context(checkpoints=MemoryCheckpoints()))
    stopped_at = len(whole.history.epochs)
    assert whole.history.reason == "early_stopping"
    dying, killed = killed_after(epoch=stopped_at - 1)
    with pytest.raises(killed):
        fit(restless, data, dying)
    resumed = fit(restless, data, context(checkpoints=dying.checkpoints))
    assert len(resumed.history.epochs) == stopped_at
    assert resumed.history.best_epoch == whole.history.best_epoch


def test_early_stopping_keeps_the_best_epoch():
    data = blocks(80, noise=0.5)
    model = fit(settings(EP=30, patience=2, learning_rate=0.3), data, context())
    losses = [one["val_loss"] for one in model.history.epochs]
    assert model.history.best_epoch == int(np.argmin(losses)) + 1 == len(losses) - 2
    assert rmse(model.predict(data.validation.x), data.validation.y) == pytest.approx(
        math.sqrt(min(losses)), rel=1e-5
    )


def test_a_stop_keeps_the_best_epoch_so_far():
    data = blocks()
    record = context(stop_when=lambda one: len(one.epochs) == 2)
    model = fit(settings(EP=50), data, record)
    assert model.history.reason == "stopped"
    assert len(model.history.epochs) == 2
    two = fit(settings(EP=2), data, context())
    assert np.array_equal(model.predict(data.validation.x), two.predict(data.validation.x))


def test_a_stop_before_the_first_epoch_leaves_no_model():
    with pytest.raises(StopTraining):
        fit(settings(), blocks(), context(stop_when=lambda _: True))


def test_the_seed_decides_everything_and_that_of_the_settings_comes_first():
    data = blocks(80)
    x = data.validation.x

    def forecast(session, **more):
        return fit(settings(EP=1, **more), data, context(seed=session)).predict(x)

    assert np.array_equal(forecast(1), forecast(1))
    assert not np.array_equal(forecast(1), forecast(2))
    assert np.array_equal(forecast(1, seed=7), forecast(2, seed=7))


@pytest.mark.parametrize("mode", NETWORKS)
def test_an_untrained_network_forecasts_zero(mode):
    from services.forecasting.engine.networks import network_for

    data = blocks(20, inputs=3)
    network = network_for(settings(mode), data.shape)
    import torch

    assert not network(torch.from_numpy(data.train.x)).detach().numpy().any()


def test_an_autoregressive_forecast_depends_on_its_own_last_step():
    import torch

    from services.forecasting.engine.networks import network_for

    data = blocks(20)
    network = network_for(settings("AR LSTM"), data.shape)
    torch.manual_seed(1)
    torch.nn.init.normal_(network.head.weight)
    free = network(torch.from_numpy(data.train.x)).detach().numpy()
    with torch.no_grad():
        # what the decoder reads of its own forecast no longer counts
        network.decoder.parameters_of(0)[0][:, :1] = 0
    deaf = network(torch.from_numpy(data.train.x)).detach().numpy()
    assert np.array_equal(free[:, 0], deaf[:, 0])
    assert not np.allclose(free[:, 1], deaf[:, 1])


def test_an_lstm_by_hand_is_torch_s_own():
    import torch

    from services.forecasting.engine.networks import LstmStack

    torch.manual_seed(5)
    stack = LstmStack(3, settings("LSTM", LAY=2, ACTF="tanh"))
    x = torch.randn(4, 5, 3)
    fast, state = stack(x)
    stack.name = "by hand"
    slow, other = stack(x)
    torch.testing.assert_close(fast, slow)
    torch.testing.assert_close(state, other)


def test_a_warm_start_begins_where_the_earlier_model_ended():
    data = blocks()
    first = fit(settings(), data, context())
    record = context()
    second = fit(settings(EP=1, learning_rate=1e-7), data, record, start_from=first)
    x = data.validation.x
    np.testing.assert_allclose(second.predict(x), first.predict(x), atol=1e-4)


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ({"mode": "CNN"}, "a model of Dense"),
        ({"N": 7}, "a model with units 6"),
        ({"ACTF": "tanh"}, "a model with activation relu"),
    ],
)
def test_a_warm_start_from_another_architecture_is_refused(start, message):
    data = blocks(40)
    earlier = fit(settings(start.pop("mode", "Dense"), EP=1, **start), data, context())
    with pytest.raises(InvalidModelParams, match=message):
        fit(settings(), data, context(), start_from=earlier)


def test_a_warm_start_from_other_windows_is_refused_with_both():
    earlier = fit(settings(EP=1), blocks(40), context())
    with pytest.raises(InvalidModelParams, match=r"8 steps of in0, in1.*6 steps of in0"):
        fit(settings(), blocks(40, input_steps=6), context(), start_from=earlier)


def test_a_linear_model_has_nothing_to_start_from():
    data = blocks(40)
    linear = read_settings({"MODE": "LIN"})
    with pytest.raises(InvalidModelParams, match="solved from the data alone"):
        fit(linear, data, context(), start_from=fit(linear, data, context()))


def test_a_loss_that_explodes_says_what_helps():
    data = blocks(40)
    data.train.y[:] = np.inf
    with pytest.raises(TrainingFailedError, match="smaller learning_rate"):
        fit(settings(), data, context())


def test_a_network_that_would_not_fit_into_memory_is_refused():
    with pytest.raises(InvalidModelParams, match="parameters, and at most"):
        fit(settings("CNN", N=4096, K=4095, LAY=2), blocks(40), context())


def test_nothing_is_read_but_batches():
    data = blocks(100)
    most = []

    class Watched(type(data.train)):
        def inputs(self, rows):
            most.append(len(rows))
            return super().inputs(rows)

    watched = type(data)(**{**vars(data), "train": Watched(data.train.x, data.train.y)})
    fit(settings(EP=1, batch_size=8), watched, context())
    assert max(most) == 8
    assert sum(most) == 75
