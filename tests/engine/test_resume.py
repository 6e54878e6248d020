"""A run that was killed ends with the weights of one that was not."""

import pytest

from services.runs.training.config.config import STRATEGIES
from services.runs.training.config.field_spec import FEDERATED
from services.runs.training.fakes import MemoryRecorder
from tests.factories.training import centralised, federated, table, train
from tests.support.depth import deep

CHOSEN = {"num_clients": 5, "batch_norm": True, "keep_round_models": "all"}
TEN = {"num_rounds": 10, **CHOSEN}
DEATHS = deep(4, 10)


def weights(result):
    return {name: one for name, one in result.files.items() if name.endswith("safetensors")}


@pytest.mark.parametrize("killed_after", [0, 1, 2])
@pytest.mark.parametrize("lr_scheduler", ["cosine", "plateau"])
def test_a_resumed_central_run_ends_with_the_same_bits(killed_after, lr_scheduler):
    settings = {
        "lr_scheduler": lr_scheduler,
        "reduce_lr_patience": 0,
        "batch_norm": True,
        "accumulate_grad_batches": 2,
    }
    whole, recorder = centralised(**settings)
    resumed, rest = centralised(resume=recorder.checkpoints[killed_after], **settings)
    assert weights(resumed) == weights(whole)
    assert resumed.test_metrics == whole.test_metrics
    assert [one.step for one in rest.outcomes if one.checkpoint] == list(range(killed_after + 1, 4))


class Crash(Exception):
    """The worker dies."""


class Crashing(MemoryRecorder):
    """Lets the worker die right after the first round that is stored."""

    def finish_step(self, outcome):
        super().finish_step(outcome)
        if outcome.round is not None:
            raise Crash


def next_checkpoint(checkpoint, settings):
    """Go on from a checkpoint for one round, and die."""
    recorder = Crashing()
    with pytest.raises(Crash):
        train(FEDERATED, table(120), resume=checkpoint, recorder=recorder, **settings)
    return recorder.checkpoints[-1]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_federation_that_dies_after_every_round_ends_with_the_same_bits(strategy):
    settings = {"strategy": strategy, "num_rounds": DEATHS, **CHOSEN}
    whole, recorder = train(FEDERATED, table(120), **settings)
    kept = recorder.checkpoints
    checkpoint = kept[0]
    for number in range(1, DEATHS + 1):
        checkpoint = next_checkpoint(checkpoint, settings)
        assert checkpoint == kept[number], number
    resumed, _ = train(FEDERATED, table(120), resume=checkpoint, **settings)
    assert weights(resumed) == weights(whole)
    assert resumed.best_step == whole.best_step


@pytest.mark.parametrize(("strategy", "from_round"), [("fedavgm", 0), ("fedyogi", 4), ("krum", 7)])
def test_a_federation_goes_on_from_any_round_to_the_same_end(strategy, from_round):
    drawn = 5 if strategy == "krum" else 3
    settings = {"strategy": strategy, "clients_per_round": drawn, **TEN}
    whole, recorder = train(FEDERATED, table(120), **settings)
    resumed, rest = train(
        FEDERATED, table(120), resume=recorder.checkpoints[from_round], **settings
    )
    assert weights(resumed) == weights(whole)
    assert resumed.test_metrics == whole.test_metrics
    assert [one.round.number for one in rest.outcomes if one.round] == [*range(from_round + 1, 11)]
    before = [one for one in recorder.clients if one.round > from_round]
    again = rest.clients
    assert [one.metrics_before for one in again] == [one.metrics_before for one in before]
    assert [one.bytes_up for one in again] == [one.bytes_up for one in before]


def test_a_resumed_run_records_the_same_points():
    _, whole = centralised()
    _, rest = centralised(resume=whole.checkpoints[1])
    again = {(one.name, one.step): one.value for one in rest.points}
    before = {(one.name, one.step): one.value for one in whole.points}
    assert again == {key: before[key] for key in again}
    assert len(again) > 10


def test_early_stopping_remembers_how_long_it_has_waited():
    settings = {
        "epochs": 30,
        "early_stopping_patience": 3,
        "early_stopping_min_delta": 0.5,
        "learning_rate": 1e-5,
    }
    whole, recorder = centralised(**settings)
    resumed, rest = centralised(resume=recorder.checkpoints[1], **settings)
    assert len(recorder.checkpoints) < 30
    assert rest.checkpoints[-1].step == recorder.checkpoints[-1].step
    assert weights(resumed) == weights(whole)


@pytest.mark.parametrize("training", [centralised, federated])
def test_a_run_killed_after_its_last_step_only_hands_over(training):
    whole, recorder = training()
    resumed, rest = training(resume=recorder.checkpoints[-1])
    assert weights(resumed) == weights(whole)
    assert rest.checkpoints == []


def test_a_resumed_run_keeps_its_number_of_threads():
    _, recorder = centralised(torch_threads=2)
    resumed, _ = centralised(resume=recorder.checkpoints[0], torch_threads=1)
    assert b'"torch_threads": 2' in resumed.files["manifest.json"]


@pytest.mark.parametrize("training", [centralised, federated])
def test_a_checkpoint_is_safetensors_and_json(training):
    _, recorder = training(strategy="fedadam")
    for checkpoint in recorder.checkpoints:
        assert {name.rsplit(".")[-1] for name in checkpoint.files} == {"safetensors", "json"}
        assert not any(
            content.startswith((b"\x80", b"PK")) for content in checkpoint.files.values()
        )


def test_a_resumed_run_says_from_where_it_goes_on():
    _, recorder = federated()
    _, rest = federated(resume=recorder.checkpoints[2])
    (start,) = rest.of_type("training_start")
    assert start.resumed_from == 2
    assert rest.of_type("training_mode") == []
