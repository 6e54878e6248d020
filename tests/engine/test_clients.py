"""Clients that fail, lie or are late: named, left out, and the run goes on."""

import math

import numpy as np
import pytest

from services.engine_kit.errors import TrainingFailedError
from services.runs.training.config.field_spec import FEDERATED
from tests.factories import clients
from tests.factories.training import QUICK, federated, table, train

FAULTS = {
    "raises": (clients.raising, "failed", "its disk is full"),
    "NaN": (clients.not_finite, "refused", "not finite"),
    "shape": (clients.wrong_shape, "refused", "it must be [8, 6]"),
    "dtype": (clients.wrong_dtype, "refused", "is float64; it must be float32"),
    "names": (clients.wrong_names, "refused", "not the network's"),
    "no rows": (clients.counting(0), "refused", "0 rows"),
    "too many rows": (clients.counting(10_000), "refused", "10000 rows"),
    "a list": (clients.listing, "refused", "train_loss is a list"),
    "too few rows": (clients.counting(3), "refused", "3 of its"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_update_is_left_out_and_named(fault):
    spoil, status, words = FAULTS[fault]
    result, recorder = federated(mods=[clients.of_client(2, spoil)])
    assert result.status == "completed"
    bad = [part for part in recorder.clients if part.client == "client_2"]
    assert {part.status for part in bad} == {status}
    assert all(words in part.reason for part in bad)
    others = [part for part in recorder.clients if part.client != "client_2"]
    assert {part.status for part in others} == {"completed"}


@pytest.mark.parametrize("strategy", ["krum", "fedmedian", "trimmed_mean", "fedadam"])
def test_the_mean_of_a_round_is_over_all_sites_whatever_the_strategy_takes(strategy):
    _, recorder = federated(strategy=strategy, num_clients=5, num_rounds=2, data=table(rows=300))
    for number, mean in recorder.series("clients_train_loss").items():
        parts = [part for part in recorder.clients if part.round == number]
        losses = [part.metrics["train_loss"] for part in parts]
        assert len(set(losses)) == 5
        rows = [part.num_samples for part in parts]
        assert mean == pytest.approx(np.average(losses, weights=rows))


@pytest.mark.parametrize("fault", ["raises", "NaN", "too few rows"])
def test_the_mean_of_a_round_is_over_the_rows_of_those_whose_update_was_good(fault):
    uneven = {"partitioner": "dirichlet", "dirichlet_alpha": 0.5, "data": table(rows=300)}
    _, recorder = federated(mods=[clients.of_client(2, FAULTS[fault][0])], **uneven)
    for number, mean in recorder.series("clients_train_loss").items():
        good = [
            part for part in recorder.clients if part.round == number and part.status == "completed"
        ]
        assert {part.client for part in good} == {"client_1", "client_3"}
        rows = [part.num_samples for part in good]
        assert len(set(rows)) == 2
        losses = [part.metrics["train_loss"] for part in good]
        assert mean == pytest.approx(np.average(losses, weights=rows))


def test_a_refused_client_changes_nothing_in_the_model():
    spoilt, _ = federated(mods=[clients.of_client(2, clients.not_finite)], batch_norm=True)
    silent, _ = federated(mods=[clients.of_client(2, clients.raising)], batch_norm=True)
    assert spoilt.files["last.safetensors"] == silent.files["last.safetensors"]


def test_a_refusal_is_told_in_the_round_the_log_and_an_event():
    _, recorder = federated(mods=[clients.of_client(1, clients.not_finite)])
    assert all("client_1" in event.refused for event in recorder.of_type("round_end"))
    told = [event for event in recorder.of_type("client_complete") if event.client_id == "client_1"]
    assert {event.status for event in told} == {"refused"}
    assert {event.client_id for event in recorder.of_type("error")} == {"client_1"}
    assert any(level == "warning" and "client_1" in line for level, line in recorder.lines)


def test_a_false_measurement_is_left_out_and_named():
    lying = clients.of_client(2, clients.counting(10_000), kind="evaluate")
    result, recorder = federated(mods=[lying])
    assert result.status == "completed"
    assert not recorder.series("val_loss", "client_2")
    assert any("client_2" in line for level, line in recorder.lines if level == "warning")


def test_a_client_that_is_not_done_in_time_is_left_out():
    result, recorder = federated(round_deadline_seconds=0.001, quorum_patience=10)
    assert result.status == "completed"
    late = [part for part in recorder.clients if part.status == "refused"]
    assert late
    assert all("not done after the 0.001 s" in part.reason for part in late)


def test_a_deadline_silences_another_client_each_round():
    _, recorder = federated(num_rounds=3)
    firsts = {}
    for event in recorder.of_type("client_training_start"):
        firsts.setdefault(event.round, event.client_id)
    assert len(set(firsts.values())) == 3


def test_too_few_good_updates_leave_the_model_as_it_was():
    mods = [clients.of_client(number, clients.raising) for number in (1, 2)]
    result, recorder = federated(mods=mods, quorum_patience=10)
    assert result.status == "completed"
    losses = recorder.series("global_loss")
    assert len(losses) == 5
    assert len(set(losses.values())) == 1


def test_a_run_that_never_reaches_its_quorum_fails_with_the_reason():
    mods = [clients.of_client(number, clients.raising) for number in (1, 2)]
    with pytest.raises(TrainingFailedError, match="2 in a row without quorum") as caught:
        federated(mods=mods, quorum_patience=2)
    assert "1 of 3 updates were good" in caught.value.detail


def test_one_good_update_is_enough_if_the_quorum_says_so():
    mods = [clients.of_client(number, clients.raising) for number in (1, 2)]
    _, recorder = federated(mods=mods, quorum=1)
    assert len(set(recorder.series("global_loss").values())) == 5


def test_krum_and_trimmed_mean_and_median_survive_a_client_that_is_far_off():
    for strategy in ("krum", "trimmed_mean", "fedmedian"):
        result, _ = train(
            FEDERATED,
            table(300),
            mods=[clients.of_client(2, clients.huge)],
            strategy=strategy,
            num_clients=5,
            num_rounds=6,
        )
        assert result.test_metrics["accuracy"] > 0.9, strategy


def test_a_plain_mean_does_not_survive_it():
    result, _ = train(
        FEDERATED, table(300), mods=[clients.of_client(2, clients.huge)], num_clients=5
    )
    assert result.test_metrics["accuracy"] < 0.9 or result.test_metrics["loss"] > 10


def test_partial_participation_draws_the_stated_number_anew_each_round():
    _, recorder = train(FEDERATED, table(300), num_clients=5, clients_per_round=2, num_rounds=6)
    chosen = [tuple(event.clients) for event in recorder.of_type("round_start")]
    assert {len(names) for names in chosen} == {2}
    assert len(set(chosen)) > 2


def test_each_round_has_every_client_with_its_numbers():
    _, recorder = federated()
    assert len(recorder.clients) == 4 * QUICK["num_clients"]
    for part in recorder.clients:
        assert part.num_samples > 0
        assert math.isfinite(part.metrics["train_loss"])
        assert math.isfinite(part.metrics["val_loss"])
    assert set(recorder.series("val_acc", "client_3")) == {1, 2, 3, 4}
