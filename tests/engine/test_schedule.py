"""One schedule of the learning rate, wherever a run trains: by epochs, or by rounds of them."""

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.field_spec import FEDERATED
from services.runs.training.engine.schedule import RoundRates
from services.runs.training.ports import Checkpoint
from tests.factories.training import centralised, train
from tests.support.depth import examples


def rates_of(recorder, client):
    """Return the learning rate of each of a client's local epochs, in their order."""
    told = [one for one in recorder.of_type("client_progress") if one.client_id == client]
    done = [one for one in told if one.metrics["epoch_progress"] == 1.0]
    return [one.metrics["learning_rate"] for one in done]


@pytest.mark.parametrize("scheduler", ["cosine", "none"])
@pytest.mark.parametrize(("rounds", "local"), [(6, 1), (4, 3), (2, 5)])
def test_every_client_trains_at_the_rates_of_a_run_in_one_place(scheduler, rounds, local):
    chosen = {"lr_scheduler": scheduler, "min_lr": 1e-5}
    _, recorder = train(FEDERATED, num_rounds=rounds, local_epochs=local, **chosen)
    _, central = centralised(epochs=rounds * local, **chosen)
    expected = list(central.series("learning_rate").values())
    assert all(rates_of(recorder, f"client_{number}") == expected for number in (1, 2, 3))
    assert len(set(expected)) == (1 if scheduler == "none" else max(rounds * local // 3, 1))


def restarting_cosine(config, epochs, epoch):
    """SGDR, Loshchilov and Hutter, 2017, equation 5, with restarts of equal length."""
    period = max(epochs // 3, 1)
    turn = (1 + math.cos(math.pi * (epoch % period) / period)) / 2
    return config.min_lr + (config.learning_rate - config.min_lr) * turn


@settings(max_examples=examples(60), deadline=None)
@given(
    rounds=st.integers(1, 40),
    local=st.integers(1, 7),
    rate=st.floats(1e-5, 1.0),
    least=st.floats(0.0, 1e-5),
)
def test_the_rates_of_all_rounds_are_one_restarting_cosine(rounds, local, rate, least):
    config = TrainingConfig(num_rounds=rounds, local_epochs=local, learning_rate=rate, min_lr=least)
    made = RoundRates(config)
    told = [one for number in range(1, rounds + 1) for one in made.of(number)]
    expected = [restarting_cosine(config, rounds * local, epoch) for epoch in range(rounds * local)]
    assert told == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_a_golden_schedule_of_four_rounds_with_three_epochs():
    config = TrainingConfig(num_rounds=4, local_epochs=3, learning_rate=0.1, min_lr=0.0)
    rates = RoundRates(config)
    quarter = [0.1, 0.1 * (2 + 2**0.5) / 4, 0.05, 0.1 * (2 - 2**0.5) / 4]
    told = [one for number in range(1, 5) for one in rates.of(number)]
    assert told == pytest.approx(quarter * 3)


@settings(max_examples=examples(60), deadline=None)
@given(
    values=st.lists(st.floats(0.1, 2.0), min_size=1, max_size=25),
    local=st.integers(1, 4),
    patience=st.integers(0, 6),
    cut=st.integers(0, 24),
)
def test_a_plateau_counts_epochs_and_goes_on_where_it_was(values, local, patience, cut):
    config = TrainingConfig(
        num_rounds=50,
        local_epochs=local,
        lr_scheduler="plateau",
        reduce_lr_patience=patience,
        learning_rate=0.08,
        min_lr=0.001,
    )
    rates, best, bad, rate = RoundRates(config), math.inf, 0, 0.08
    for number, value in enumerate(values, start=1):
        assert rates.of(number) == pytest.approx([rate] * local)
        rates.measured(value)
        if value < best * (1 - 1e-4):
            best, bad = value, 0
        else:
            bad += local
        if bad > patience:
            rate, bad = max(rate / 2, 0.001), 0
        if number == cut:  # a worker dies: the next one goes on from what was stored
            kept = json.loads(json.dumps(rates.state()))
            rates = RoundRates(config)
            rates.restore(kept)


def test_a_round_that_could_not_be_measured_changes_no_plateau():
    config = TrainingConfig(lr_scheduler="plateau", reduce_lr_patience=0)
    rates = RoundRates(config)
    for _ in range(4):
        rates.measured(None)
    assert rates.of(5) == [config.learning_rate]


@pytest.mark.parametrize("scheduler", ["cosine", "plateau"])
def test_a_resumed_federation_trains_at_the_same_rates(scheduler):
    chosen = {"lr_scheduler": scheduler, "reduce_lr_patience": 0, "num_rounds": 7}
    chosen["monitor_metric"] = "val_acc"  # soon it gets no better
    full, recorder = train(FEDERATED, **chosen)
    resumed, rest = train(FEDERATED, resume=recorder.checkpoints[4], **chosen)
    assert resumed.files["last.safetensors"] == full.files["last.safetensors"]
    assert rates_of(rest, "client_1") == rates_of(recorder, "client_1")[4:]
    assert len(set(rates_of(recorder, "client_1"))) > 1


def test_a_federation_of_an_older_release_goes_on_at_its_constant_rate():
    chosen = {"num_rounds": 7}
    full, recorder = train(FEDERATED, lr_scheduler="none", **chosen)
    kept = recorder.checkpoints[3]
    state = json.loads(kept.files["state.json"])
    del state["lr_scheduler"], state["rates"]
    old = Checkpoint(step=3, files={**kept.files, "state.json": json.dumps(state).encode()})
    resumed, rest = train(FEDERATED, resume=old, lr_scheduler="cosine", **chosen)
    assert resumed.files["last.safetensors"] == full.files["last.safetensors"]
    assert set(rates_of(rest, "client_1")) == {0.01}
    told = json.loads(resumed.files["manifest.json"])["learning_rate_schedule"]
    assert told == {"name": "none", "learning_rate": 0.01, "epochs": 7}


def test_the_manifest_says_which_schedule_ran():
    federated, _ = train(FEDERATED, num_rounds=3, local_epochs=4)
    central, _ = centralised(epochs=12)
    schedules = [
        json.loads(one.files["manifest.json"])["learning_rate_schedule"]
        for one in (federated, central)
    ]
    assert schedules[0] == schedules[1]
    assert schedules[0] == {
        "name": "cosine",
        "learning_rate": 0.01,
        "epochs": 12,
        "restart_every_epochs": 4,
        "min_lr": 1e-7,
    }
    plateau, _ = centralised(lr_scheduler="plateau")
    told = json.loads(plateau.files["manifest.json"])["learning_rate_schedule"]
    assert (told["name"], told["patience_epochs"], told["factor"]) == ("plateau", 3, 0.5)


def test_settings_without_a_schedule_keep_one_rate():
    config = replace(TrainingConfig(), lr_scheduler="none", local_epochs=2)
    rates = RoundRates(config)
    assert rates.of(1) == rates.of(3) == [config.learning_rate] * 2
    assert rates.state() == {}
