"""The rounds of a federation: the right mean, finite for ever, measured on rows no client has."""

import json

import numpy as np
import pytest
import torch

from app.errors import Invalid
from services.engine_kit.serialization import from_bytes
from services.runs.training.config.config import STRATEGIES, TrainingConfig
from services.runs.training.config.field_spec import CENTRALIZED, FEDERATED
from services.runs.training.engine.batches import shuffled
from services.runs.training.engine.learning import learner_for
from services.runs.training.engine.preparation import prepare
from services.runs.training.engine.schedule import RoundRates
from services.runs.training.fakes import MemoryRecorder
from services.seeding import derived_seed
from tests.factories.training import QUICK, federated, images, table, train
from tests.support.depth import deep

CPU = torch.device("cpu")


def bare_fedavg(config, data):
    """The textbook: each client trains a copy, the server takes the mean weighted by rows."""
    torch.set_num_threads(1)
    prepared = prepare(data, config, FEDERATED, CPU)
    learner = learner_for(config, prepared, None)
    network = learner.network
    state = {name: one.clone() for name, one in network.state_dict().items()}
    for number in range(1, config.num_rounds + 1):
        updates, sizes = [], []
        (rate,) = RoundRates(config).of(number)
        for shard in prepared.shards:
            network.load_state_dict(state)
            torch.manual_seed(derived_seed(config.seed, "dropout", number, shard.name))
            optimizer = torch.optim.AdamW(
                network.parameters(), lr=rate, weight_decay=config.weight_decay
            )
            network.train()
            rows = torch.from_numpy(shard.train)
            order = derived_seed(config.seed, "order", number, shard.name, 0)
            for batch in shuffled(rows, config.batch_size, order):
                optimizer.zero_grad()
                learner.loss(network(prepared.x[batch]), prepared.y[batch]).backward()
                torch.nn.utils.clip_grad_norm_(network.parameters(), config.gradient_clip_val)
                optimizer.step()
            updates.append({name: one.clone() for name, one in network.state_dict().items()})
            sizes.append(len(rows))
        state = {
            name: sum(
                one[name] * (size / sum(sizes)) for one, size in zip(updates, sizes, strict=True)
            )
            for name in state
        }
    return state


def test_a_federation_is_the_bare_federated_average():
    config = TrainingConfig.from_mapping({**QUICK, "num_rounds": 6})
    expected = bare_fedavg(config, table())
    result, _ = federated(num_rounds=6)
    own = from_bytes(result.files["last.safetensors"])
    assert own.keys() == expected.keys()
    for name, tensor in own.items():
        torch.testing.assert_close(tensor, expected[name], rtol=0, atol=0)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_stays_finite_for_many_rounds_with_batch_norm(strategy):
    rounds = deep(8, 20)
    result, recorder = train(
        FEDERATED, table(100), strategy=strategy, batch_norm=True, num_rounds=rounds, num_clients=5
    )
    assert len(recorder.series("global_loss")) == rounds + 1
    for name, tensor in from_bytes(result.files["last.safetensors"]).items():
        assert torch.isfinite(tensor).all(), name
        if name.endswith("running_var"):
            assert (tensor > 0).all()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_keeps_the_types_of_the_tensors(strategy):
    result, recorder = train(
        FEDERATED, table(200), strategy=strategy, batch_norm=True, num_rounds=2, num_clients=5
    )
    before = from_bytes(recorder.checkpoints[0].files["weights.safetensors"])
    after = from_bytes(result.files["last.safetensors"])
    assert {n: t.dtype for n, t in after.items()} == {n: t.dtype for n, t in before.items()}
    counters = [name for name in after if name.endswith("num_batches_tracked")]
    assert counters
    assert all(torch.equal(after[name], before[name]) for name in counters)


@pytest.mark.parametrize("strategy", ["fedavg", "fedprox", "fedavgm", "fedmedian", "trimmed_mean"])
def test_strategies_learn(strategy):
    result, _ = train(
        FEDERATED, table(300), strategy=strategy, num_rounds=8, local_epochs=2, num_clients=5
    )
    assert result.test_metrics["accuracy"] > 0.9


def test_fedprox_stays_nearer_to_the_global_model():
    def moved(mu):
        _, recorder = federated(strategy="fedprox", proximal_mu=mu, num_rounds=1, local_epochs=5)
        first, last = (
            from_bytes(recorder.checkpoints[place].files["weights.safetensors"]) for place in (0, 1)
        )
        return sum(float((last[name] - first[name]).square().sum()) for name in first)

    assert moved(50.0) < moved(0.0) / 2


def test_round_0_measures_the_untrained_model():
    _, recorder = federated()
    assert [one.round for one in recorder.evaluations] == [0, 1, 2, 3, 4]
    assert recorder.outcomes[0].step == 0
    assert recorder.outcomes[0].completed == 0


def test_the_server_measures_rows_that_no_client_has():
    config = TrainingConfig.from_mapping(QUICK)
    prepared = prepare(table(), config, FEDERATED, CPU)
    held = [np.concatenate([shard.train, shard.validation]) for shard in prepared.shards]
    assert not set(prepared.split.test) & set(np.concatenate(held))
    _, recorder = federated()
    assert {one.num_samples for one in recorder.evaluations} == {len(prepared.split.test)}


def test_central_and_federated_runs_of_one_seed_hold_out_the_same_rows():
    config = TrainingConfig.from_mapping(QUICK)
    central = prepare(table(), config, CENTRALIZED, CPU)
    shared = prepare(table(), config, FEDERATED, CPU)
    assert np.array_equal(central.split.test, shared.split.test)


def test_the_split_is_kept_and_parts_every_row_once():
    result, _ = federated()
    kept = json.loads(result.files["split.json"])
    parts = [kept["test"], *(rows for site in kept["clients"].values() for rows in site.values())]
    assert sorted(row for part in parts for row in part) == list(range(len(table().y)))


def test_a_confusion_matrix_counts_every_held_out_row():
    result, recorder = federated()
    for one in recorder.evaluations:
        assert np.sum(one.confusion) == one.num_samples
    assert np.trace(result.test_confusion) / np.sum(result.test_confusion) == pytest.approx(
        result.test_metrics["accuracy"]
    )


def test_sites_of_a_column_carry_its_values():
    data = table(240, hospitals=["North", "South", "East"])
    _, recorder = train(FEDERATED, data, partitioner="column", partition_column="hospital")
    assert {part.client for part in recorder.clients} == {"North", "South", "East"}
    (mode,) = recorder.of_type("training_mode")
    assert mode.num_clients == 3


def test_too_few_sites_for_a_strategy_are_refused_before_the_first_round():
    data = table(240, hospitals=["North", "South", "East"])
    with pytest.raises(Invalid, match="krum needs at least 5 clients") as caught:
        train(FEDERATED, data, partitioner="column", partition_column="hospital", strategy="krum")
    assert "strategy" in caught.value.errors


def test_a_site_with_one_class_has_no_auroc_and_the_run_goes_on():
    data = table(120)
    data.columns["hospital"] = np.array([f"only {label}" for label in data.y])
    result, recorder = train(FEDERATED, data, partitioner="column", partition_column="hospital")
    assert result.status == "completed"
    for part in recorder.clients:
        assert part.metrics["val_auroc"] is None
    assert recorder.series("global_auroc")


def test_a_federation_trains_images_with_a_cnn():
    result, _ = train(
        FEDERATED,
        images(150, classes=3),
        network="cnn",
        batch_norm=True,
        augmentation_strength=0.0,
        local_epochs=4,
    )
    assert len(result.test_confusion) == 3
    assert result.test_metrics["accuracy"] > 0.8


def test_the_best_round_is_chosen_on_the_clients_validation_rows():
    result, recorder = federated(num_rounds=6)
    losses = recorder.series("clients_val_loss")
    assert result.best_step == min(losses, key=lambda step: (losses[step], step))
    best = [one.step for one in recorder.outcomes if one.is_best]
    assert best[-1] == result.best_step


def test_a_stop_while_a_round_is_measured_leaves_the_round_behind():
    def measuring(recorder):
        done = [event.round for event in recorder.of_type("client_complete")]
        return done.count(2) == 3

    result, recorder = federated(recorder=MemoryRecorder(stop_when=measuring))
    whole, _ = federated(num_rounds=1)
    assert [one.round for one in recorder.evaluations] == [0, 1]
    assert (result.best_step, recorder.outcomes[-1].completed) == (1, 1)
    assert result.files["last.safetensors"] == whole.files["last.safetensors"]


def test_a_round_tells_its_story_in_order():
    _, recorder = federated(num_rounds=1)
    kinds = [event.type for event in recorder.events]
    story = ["round_start", *["client_training_start", "client_progress", "client_complete"] * 3]
    assert kinds[:3] == ["training_mode", "training_start", "round_metrics"]
    assert kinds[3:13] == story
    assert kinds[13:15] == ["round_metrics", "round_end"]
