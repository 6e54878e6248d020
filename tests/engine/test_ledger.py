"""The ledger of a federation as the engine tells it: times, bytes, before and after, shares."""

import numpy as np
import pytest
from flwr.common.serde import recorddict_to_proto

from services.engine_kit.errors import TrainingFailedError
from services.engine_kit.serialization import from_bytes
from services.runs.training.config.config import STRATEGIES, TrainingConfig
from services.runs.training.config.field_spec import FEDERATED
from services.runs.training.engine.federated.delivery import bytes_of
from services.runs.training.engine.federated.train import announce_models
from services.runs.training.fakes import MemoryRecorder
from tests.factories import clients
from tests.factories.training import federated, table, train

MEANS = ("fedavg", "fedprox", "fedadam", "fedyogi", "fedavgm")


def weights(result):
    return {name: one for name, one in result.files.items() if name.endswith("safetensors")}


def by_round(recorder):
    rounds = {}
    for part in recorder.clients:
        rounds.setdefault(part.round, {})[part.client] = part
    return rounds


def test_every_part_says_where_its_time_went():
    _, recorder = federated(num_rounds=2)
    for parts in by_round(recorder).values():
        in_turn = sorted(parts.values(), key=lambda part: part.waiting_seconds)
        for part in in_turn:
            assert part.training_seconds > 0
            assert part.sending_seconds >= 0
            assert part.training_seconds + part.sending_seconds == pytest.approx(part.seconds)
        first, second, third = in_turn
        assert second.waiting_seconds >= first.waiting_seconds + first.seconds
        assert third.waiting_seconds >= second.waiting_seconds + second.seconds
        assert first.started_at < second.started_at < third.started_at


def test_bytes_are_those_of_the_records_as_they_are_sent():
    sent = {}

    def noting(message, context, call_next):
        kind = message.metadata.message_type
        reply = call_next(message, context)
        if context.node_config["partition-id"] == 0:
            for way, content in (("down", message.content), ("up", reply.content)):
                real = recorddict_to_proto(content).ByteSize()
                assert bytes_of(content) == pytest.approx(real, rel=0.3)
                sent[kind, way] = bytes_of(content)
        return reply

    _, recorder = federated(num_rounds=1, mods=[noting], hidden_sizes=[64, 64])
    part = by_round(recorder)[1]["client_1"]
    assert part.bytes_down == sent["train", "down"] + sent["evaluate", "down"]
    assert part.bytes_up == sent["train", "up"] + sent["evaluate", "up"]
    (round_,) = [one.round for one in recorder.outcomes if one.round]
    assert round_.bytes_down == sum(one.bytes_down for one in recorder.clients)


def test_before_is_what_the_last_round_left_and_after_is_the_sites_own_model():
    _, recorder = federated(num_rounds=3)
    rounds = by_round(recorder)
    for number in (1, 2):
        for client, part in rounds[number].items():
            following = rounds[number + 1][client]
            assert following.metrics_before["loss"] == part.metrics["val_loss"]
            assert following.metrics_before["accuracy"] == part.metrics["val_acc"]
            assert part.metrics_after["loss"] != part.metrics["val_loss"]
    first = rounds[1]["client_1"]
    assert first.metrics_before["loss"] > first.metrics_after["loss"]


def test_measuring_local_models_can_be_left_out_and_changes_nothing():
    whole, _ = federated(batch_norm=True)
    without, recorder = federated(batch_norm=True, evaluate_locally=False)
    assert weights(without) == weights(whole)
    assert all(part.metrics_after == {} for part in recorder.clients)


@pytest.mark.parametrize("strategy", MEANS)
def test_the_shares_of_a_mean_are_those_of_the_rows(strategy):
    data = table(240, hospitals=["a", "a", "a", "b", "b", "c"])
    _, recorder = train(
        FEDERATED,
        data,
        strategy=strategy,
        partitioner="column",
        partition_column="hospital",
        num_rounds=1,
    )
    rows = sum(part.num_samples for part in recorder.clients)
    for part in recorder.clients:
        assert part.weight == part.num_samples / rows


def test_krum_takes_one_update_whole_and_a_median_takes_nobodys():
    _, recorder = train(FEDERATED, table(200), strategy="krum", num_clients=5, num_rounds=3)
    for parts in by_round(recorder).values():
        assert sorted(part.weight for part in parts.values()) == [0, 0, 0, 0, 1]
    _, recorder = federated(strategy="fedmedian", num_rounds=1)
    assert {part.weight for part in recorder.clients} == {None}


def test_a_refused_client_has_no_share_and_the_others_all_of_it():
    _, recorder = federated(mods=[clients.of_client(2, clients.not_finite)], num_rounds=1)
    shares = {part.client: part.weight for part in recorder.clients}
    assert shares["client_2"] == 0.0
    assert sum(shares.values()) == pytest.approx(1.0)


def test_a_part_is_told_when_it_waits_when_it_begins_and_when_it_is_over():
    _, recorder = federated(num_rounds=1)
    (begin,) = recorder.begun
    assert [part.status for part in begin.clients] == ["waiting"] * 3
    assert [part.status for part in recorder.client_rounds] == ["training", "completed"] * 3


def test_a_round_that_is_cut_off_has_told_what_was_known():
    def in_the_second_site(recorder):
        return [part.round for part in recorder.client_rounds].count(2) == 3

    _, recorder = federated(recorder=MemoryRecorder(stop_when=in_the_second_site))
    told = {part.client: part.status for part in recorder.client_rounds if part.round == 2}
    assert sorted(told.values()) == ["completed", "training"]
    assert [one.round.number for one in recorder.outcomes if one.round] == [1]


def test_rounds_without_quorum_are_rounds_and_the_one_too_many_as_well():
    mods = [clients.of_client(number, clients.raising) for number in (1, 2)]
    recorder = MemoryRecorder()
    with pytest.raises(TrainingFailedError, match="2 in a row"):
        federated(mods=mods, quorum_patience=2, recorder=recorder)
    told = [one for one in recorder.outcomes if one.round]
    assert [(one.round.number, one.round.status) for one in told] == [
        (1, "no_quorum"),
        (2, "no_quorum"),
    ]
    assert [(one.round.good, one.round.quorum) for one in told] == [(1, 2), (1, 2)]
    assert {part.weight for one in told for part in one.clients} == {None}
    assert [one.checkpoint is None for one in told] == [False, True]
    assert all(len(one.clients) == 3 and one.evaluation for one in told)


def test_a_run_that_failed_for_lack_of_quorum_repeats_the_round_that_failed():
    mods = [clients.of_client(number, clients.raising) for number in (1, 2)]
    recorder = MemoryRecorder()
    with pytest.raises(TrainingFailedError):
        federated(mods=mods, quorum_patience=4, recorder=recorder)
    resumed, rest = federated(resume=recorder.checkpoints[-1], quorum_patience=4)
    assert resumed.status == "completed"
    assert [one.round.number for one in rest.outcomes if one.round] == [4]


@pytest.mark.parametrize("kind", ["train", "evaluate"])
def test_a_metric_that_one_client_leaves_out_is_the_mean_of_the_others(kind):
    name = "train_loss" if kind == "train" else "val_loss"
    mods = [clients.of_client(2, clients.without(name), kind=kind)]
    result, recorder = federated(mods=mods, num_rounds=2)
    assert result.status == "completed"
    for number, parts in by_round(recorder).items():
        assert name not in parts["client_2"].metrics
        known = [part for client, part in parts.items() if client != "client_2"]
        rows = [part.num_samples for part in known]
        if kind == "train":
            mean = np.average([part.metrics[name] for part in known], weights=rows)
            assert recorder.series("clients_train_loss")[number] == pytest.approx(mean)
    lines = [line for level, line in recorder.lines if level == "warning"]
    assert len([line for line in lines if f"client_2 does not send {name}" in line]) == 1


@pytest.mark.parametrize("value", [10**400, -(10**400), float("inf")])
def test_a_metric_beyond_all_numbers_does_not_end_the_run(value):
    mods = [clients.of_client(1, clients.with_metric("train_loss", value))]
    result, recorder = federated(mods=mods, num_rounds=1)
    assert result.status == "completed"
    assert by_round(recorder)[1]["client_1"].metrics["train_loss"] is None


@pytest.mark.parametrize("name", ["x" * 101, "a\0b", "", " "])
def test_a_metric_with_an_impossible_name_is_refused(name):
    mods = [clients.of_client(1, clients.with_metric(name, 1.0))]
    _, recorder = federated(mods=mods, num_rounds=1)
    assert by_round(recorder)[1]["client_1"].status == "refused"


@pytest.mark.parametrize("record", [{"training-seconds": -1.0}, {"training-seconds": "x"}, {}])
def test_nonsense_in_the_ledger_of_a_client_counts_as_not_reported(record):
    mods = [clients.of_client(1, clients.with_ledger(record))]
    result, recorder = federated(mods=mods, num_rounds=1)
    part = by_round(recorder)[1]["client_1"]
    assert (result.status, part.status) == ("completed", "completed")
    assert (part.training_seconds, part.metrics_after) == (None, {})


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_contributions_change_nothing_in_the_training(strategy):
    settings = {"strategy": strategy, "batch_norm": True, "num_clients": 5, "num_rounds": 3}
    plain, _ = train(FEDERATED, table(200), **settings)
    told, recorder = train(FEDERATED, table(200), contribution="every_round", **settings)
    assert weights(told) == weights(plain)
    values = [part.leave_one_out for part in recorder.clients]
    # with five sites Krum and the trimmed mean have too few left without one
    assert all((value is None) == (strategy in ("krum", "trimmed_mean")) for value in values)


def test_a_contribution_is_the_metric_with_the_site_minus_that_without_it():
    """One round of FedAvg without client 3 is a round in which its update was refused."""
    _, recorder = federated(num_rounds=1, contribution="every_round")
    with_all = recorder.series("clients_val_loss")[1]
    for number in (1, 2, 3):
        mods = [clients.of_client(number, clients.raising)]
        _, without = federated(num_rounds=1, mods=mods)
        expected = with_all - without.series("clients_val_loss")[1]
        part = by_round(recorder)[1][f"client_{number}"]
        assert part.leave_one_out == pytest.approx(expected, abs=1e-9)


def test_the_only_good_update_is_held_against_no_update():
    mods = [clients.of_client(number, clients.raising) for number in (1, 2)]
    _, recorder = federated(num_rounds=1, mods=mods, quorum=1, contribution="every_round")
    part = by_round(recorder)[1]["client_3"]
    assert part.leave_one_out < 0  # the loss with it is lower than that of the untrained model
    assert by_round(recorder)[1]["client_1"].leave_one_out is None


def test_a_bad_client_is_seen_in_its_contribution():
    _, recorder = train(
        FEDERATED,
        table(300),
        mods=[clients.of_client(2, clients.huge)],
        num_clients=4,
        num_rounds=1,
        contribution="every_round",
    )
    values = {part.client: part.leave_one_out for part in recorder.clients}
    assert max(values, key=lambda client: values[client]) == "client_2"
    assert values["client_2"] > 0


def test_the_model_of_every_checkpoint_is_that_of_its_round():
    _, recorder = federated(num_rounds=3)
    best = [one.step for one in recorder.outcomes if one.is_best][-1]
    for checkpoint in recorder.checkpoints:
        model = from_bytes(checkpoint.files["weights.safetensors"])
        assert model.keys() == from_bytes(checkpoint.files["best.safetensors"]).keys()
    of_best = next(one for one in recorder.checkpoints if one.step == best)
    assert of_best.files["weights.safetensors"] == of_best.files["best.safetensors"]


@pytest.mark.parametrize(("keep", "lines_expected"), [("all", 1), ("best", 0), ("none", 0)])
def test_the_room_that_models_take_is_logged_at_the_start(keep, lines_expected):
    _, recorder = federated(num_rounds=1, keep_round_models=keep)
    lines = [line for _, line in recorder.lines if "keep_round_models" in line]
    assert len(lines) == lines_expected
    assert all("bytes in all" in line for line in lines)  # the network has 65 numbers


def test_a_lot_of_models_is_a_warning():
    recorder = MemoryRecorder()
    announce_models(TrainingConfig(num_rounds=500), recorder, 94_000_000)
    assert recorder.lines == [
        (
            "warning",
            "The model of each of 500 rounds is kept: about 47.1 GB in all (keep_round_models).",
        )
    ]
