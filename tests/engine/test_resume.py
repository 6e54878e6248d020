"""A run that was killed ends with the weights of one that was not."""

import pytest

from tests.factories.training import centralised, federated

STRATEGIES = ("fedavg", "fedprox", "fedadam", "fedyogi", "fedavgm", "fedmedian")


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


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("killed_after", [0, 1, 3])
def test_a_resumed_federation_ends_with_the_same_bits(strategy, killed_after):
    settings = {"strategy": strategy, "batch_norm": True, "clients_per_round": 2}
    whole, recorder = federated(**settings)
    resumed, _ = federated(resume=recorder.checkpoints[killed_after], **settings)
    assert weights(resumed) == weights(whole)
    assert resumed.best_step == whole.best_step


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


@pytest.mark.parametrize("train", [centralised, federated])
def test_a_run_killed_after_its_last_step_only_hands_over(train):
    whole, recorder = train()
    resumed, rest = train(resume=recorder.checkpoints[-1])
    assert weights(resumed) == weights(whole)
    assert rest.checkpoints == []


def test_a_resumed_run_keeps_its_number_of_threads():
    _, recorder = centralised(torch_threads=2)
    resumed, _ = centralised(resume=recorder.checkpoints[0], torch_threads=1)
    assert b'"torch_threads": 2' in resumed.files["manifest.json"]


@pytest.mark.parametrize("train", [centralised, federated])
def test_a_checkpoint_is_safetensors_and_json(train):
    _, recorder = train(strategy="fedadam")
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
