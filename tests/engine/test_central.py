"""A run in one place: epochs as they happen, the best kept, an end for the right reason."""

import json
import math
import os
import signal
from importlib.metadata import version

import numpy as np
import pytest

from services.engine_kit.errors import TrainingFailedError
from services.engine_kit.serialization import from_bytes, sha256
from services.runs.training.config.field_spec import CENTRALIZED, FEDERATED
from services.runs.training.fakes import MemoryRecorder
from tests.factories.training import centralised, images, table, train

NAMES = {
    *("train_loss", "train_acc", "train_f1", "val_loss", "val_acc", "val_precision", "val_recall"),
    *("val_f1", "val_auroc", "val_cm_tp", "val_cm_tn", "val_cm_fp", "val_cm_fn", "learning_rate"),
}


def stop_after(steps):
    return MemoryRecorder(stop_when=lambda recorder: len(recorder.outcomes) >= steps)


def test_every_epoch_is_recorded_under_the_usual_names():
    _, recorder = centralised()
    epochs = [one for one in recorder.outcomes if one.checkpoint]
    assert [one.step for one in epochs] == [0, 1, 2, 3]
    for one in epochs:
        assert {point.name for point in one.points} == NAMES
        assert (one.completed, one.total) == (one.step + 1, 4)


def test_it_learns():
    result, recorder = centralised(epochs=12)
    losses = recorder.series("train_loss")
    assert losses[11] < losses[0]
    assert result.test_metrics["accuracy"] > 0.9


def test_several_classes_are_measured_as_their_mean():
    result, recorder = train(CENTRALIZED, table(240, classes=4), epochs=15)
    assert np.array(result.test_confusion).shape == (4, 4)
    assert result.test_metrics["auroc"] > 0.9
    assert recorder.series("val_cm_tp") == {}


def test_a_stop_keeps_the_best_so_far():
    result, recorder = centralised(recorder=stop_after(2), epochs=50)
    assert result.status == "cancelled"
    assert result.reason == "Stopped after epoch 2 of 50; the best so far is kept."
    best = from_bytes(
        recorder.checkpoints[result.best_step].files[f"top-{result.best_step}.safetensors"]
    )
    kept = from_bytes(result.files["model.safetensors"])
    assert all((kept[name] == best[name]).all() for name in best)


def test_a_stopped_federation_keeps_its_best_round():
    result, recorder = train(FEDERATED, recorder=stop_after(3), num_rounds=50)
    assert result.status == "cancelled"
    assert result.best_step in (1, 2)
    assert result.files["model.safetensors"] == recorder.checkpoints[-1].files["best.safetensors"]


@pytest.mark.parametrize("mode", [CENTRALIZED, FEDERATED])
def test_a_stop_before_the_first_step_keeps_the_first_weights(mode):
    result, _ = train(mode, recorder=MemoryRecorder(stop_when=lambda _: True))
    assert result.status == "cancelled"
    assert result.best_step is None
    assert from_bytes(result.files["model.safetensors"])


def test_a_stop_is_asked_for_between_batches():
    recorder = MemoryRecorder(stop_when=lambda recorder: recorder.stop_checks >= 3)
    result, _ = centralised(recorder=recorder, epochs=50)
    assert result.status == "cancelled"
    assert recorder.checkpoints == []


@pytest.mark.parametrize("mode", [CENTRALIZED, FEDERATED])
def test_a_stop_in_the_middle_leaves_the_unfinished_step_behind(mode):
    _, whole = train(mode)
    half_way = whole.stop_checks // 2 + 1
    recorder = MemoryRecorder(stop_when=lambda recorder: recorder.stop_checks > half_way)
    result, _ = train(mode, recorder=recorder)
    resumed, _ = train(mode, resume=recorder.checkpoints[-1], recorder=stop_after(0))
    assert result.status == "cancelled"
    assert result.files["last.safetensors"] == resumed.files["last.safetensors"]


@pytest.fixture
def terminations():
    caught = []
    before = signal.signal(signal.SIGTERM, lambda *_: caught.append(1))
    yield caught
    signal.signal(signal.SIGTERM, before)


def test_a_request_to_terminate_is_the_workers_to_answer(terminations):
    def ask_once(recorder):
        if recorder.stop_checks == 5:
            os.kill(os.getpid(), signal.SIGTERM)
        return False

    result, recorder = centralised(recorder=MemoryRecorder(stop_when=ask_once))
    assert terminations == [1]
    assert result.status == "completed"
    assert len(recorder.checkpoints) == 4


def test_a_worker_that_leaves_ends_the_attempt_at_once():
    class Leaving(BaseException):
        pass

    def leave(recorder):
        if len(recorder.checkpoints) == 1:
            raise Leaving
        return False

    for mode in (CENTRALIZED, FEDERATED):
        with pytest.raises(Leaving):
            train(mode, recorder=MemoryRecorder(stop_when=leave))


def test_an_epoch_tells_its_story_in_order():
    _, recorder = centralised(epochs=1, batch_sample_interval=3, gradient_sample_interval=3)
    kinds = [event.type for event in recorder.events]
    assert kinds[:3] == ["training_mode", "training_start", "epoch_start"]
    assert sorted(set(kinds[3:-2])) == ["batch_metrics", "gradient_stats", "lr_update"]
    assert kinds[-2:] == ["epoch_end", "epoch_end"]


def test_early_stopping_ends_the_run_and_says_so():
    result, recorder = centralised(
        epochs=40, early_stopping_patience=2, early_stopping_min_delta=0.5, learning_rate=1e-5
    )
    (event,) = recorder.of_type("early_stopping")
    assert (event.metric_name, event.patience) == ("val_loss", 2)
    assert event.best_metric_value == pytest.approx(min(recorder.series("val_loss").values()))
    assert result.status == "completed"
    assert "no longer improved" in result.reason


def test_a_higher_recall_is_better_and_a_lower_loss_too():
    for monitor, choose in (("val_recall", max), ("val_loss", min)):
        result, recorder = centralised(monitor_metric=monitor, epochs=8)
        values = recorder.series(monitor)
        assert values[result.best_step] == choose(values.values())
        assert result.best_step == min(s for s, v in values.items() if v == choose(values.values()))


def test_the_best_epochs_are_kept_with_their_weights():
    result, recorder = centralised(save_top_k=2, epochs=6)
    losses = recorder.series("val_loss")
    second = sorted(losses, key=losses.get)[1]
    assert set(result.files) == {
        "model.safetensors",
        "last.safetensors",
        "manifest.json",
        "split.json",
        "test_predictions.parquet",
        f"top2-epoch-{second}.safetensors",
    }


def test_a_cosine_schedule_restarts_and_never_falls_below_the_lowest_rate():
    _, recorder = centralised(epochs=9, lr_scheduler="cosine", min_lr=0.001)
    rates = list(recorder.series("learning_rate").values())
    assert rates[0] == rates[3] == rates[6] == pytest.approx(0.01)
    assert rates[0] > rates[1] > rates[2] > 0.001


def test_a_plateau_schedule_lowers_the_rate_when_nothing_improves():
    _, recorder = centralised(
        epochs=8,
        lr_scheduler="plateau",
        reduce_lr_patience=0,
        reduce_lr_factor=0.1,
        min_lr=1e-5,
        monitor_metric="val_recall",
    )
    rates = list(recorder.series("learning_rate").values())
    assert rates[0] == pytest.approx(0.01)
    assert min(rates) < 0.0011
    assert min(rates) >= 1e-5


def test_a_loss_that_explodes_ends_the_run_with_a_sentence():
    data = table()
    data.x[:] = np.nan
    with pytest.raises(TrainingFailedError, match="In epoch 1 the loss left the finite numbers"):
        train(CENTRALIZED, data)


def test_batches_and_gradients_are_told_at_their_intervals():
    _, recorder = centralised(batch_sample_interval=2, gradient_sample_interval=3)
    batches = recorder.of_type("batch_metrics")
    assert [event.step for event in batches] == list(range(2, 2 * len(batches) + 1, 2))
    gradients = recorder.of_type("gradient_stats")
    assert [event.step for event in gradients][:3] == [3, 6, 9]
    for event in gradients:
        norms = list(event.layer_norms.values())
        assert event.total_norm == pytest.approx(math.hypot(*norms))
        assert (event.max_norm, event.min_norm) == (max(norms), min(norms))
    assert len(recorder.of_type("lr_update")) == len(gradients)


def test_gradients_are_told_as_they_are_before_clipping():
    _, recorder = centralised(gradient_clip_val=1e-6, gradient_sample_interval=1)
    assert all(event.total_norm > 1e-5 for event in recorder.of_type("gradient_stats"))


def test_the_manifest_says_what_the_run_was_made_of():
    result, _ = centralised()
    manifest = json.loads(result.files["manifest.json"])
    assert manifest["config"]["hidden_sizes"] == [8]
    assert manifest["data"]["sha256"] == "0" * 64
    assert manifest["seed"] == 3
    assert manifest["torch_threads"] == 1
    assert sum(manifest["split"].values()) == 160
    assert manifest["weights"]["model.safetensors"] == sha256(result.files["model.safetensors"])
    assert manifest["versions"]["flwr"] == version("flwr")


def test_the_test_rows_are_measured_at_the_end():
    result, recorder = centralised()
    assert recorder.series("test_acc") == {3: result.test_metrics["accuracy"]}
    (event,) = [event for event in recorder.of_type("epoch_end") if event.phase == "test"]
    assert event.metrics["test_loss"] == result.test_metrics["loss"]


def test_a_validation_set_of_one_class_has_no_auroc():
    data = table(60)
    data.y[:] = 0
    data.y[:3] = 1
    _, recorder = train(
        CENTRALIZED, data, seed=1, monitor_metric="val_auroc", epochs=2, early_stopping_patience=1
    )
    assert recorder.series("val_auroc") == {}
    assert len(recorder.checkpoints) == 2


@pytest.mark.parametrize("loss", ["cross_entropy", "focal"])
@pytest.mark.parametrize("classes", [2, 3])
def test_each_loss_trains_with_balanced_classes_and_smoothing(loss, classes):
    result, _ = train(
        CENTRALIZED,
        table(180, classes=classes),
        loss=loss,
        class_weights="balanced",
        label_smoothing=0.1,
        epochs=15,
    )
    assert result.test_metrics["accuracy"] > 0.8


def test_a_cnn_learns_images_with_augmentation():
    result, _ = train(
        CENTRALIZED,
        images(160),
        network="cnn",
        batch_norm=True,
        augmentation_strength=0.5,
        epochs=8,
        use_imagenet_norm=False,
    )
    assert result.test_metrics["accuracy"] > 0.8
