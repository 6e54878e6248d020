"""A loss over rows depends on the rows alone: not on their order, nor on how they are batched."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from services.engine_kit.serialization import from_bytes
from services.runs.federated.domain.pooling import SiteMeasure, pooled
from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.field_spec import FEDERATED
from services.runs.training.engine.batches import in_order
from services.runs.training.engine.learning import Gathered, learner_for
from services.runs.training.engine.losses import class_weights, loss_divisors, loss_function
from services.runs.training.engine.metrics import measure
from services.runs.training.engine.preparation import prepare
from tests.factories.training import QUICK, table, train
from tests.support.depth import examples

COUNTS = torch.tensor([400, 60, 15])


def draws(classes, rows, seed):
    """Return logits (rows, 1 or classes) and targets in which the first class is common."""
    draw = torch.Generator().manual_seed(seed)
    logits = torch.randn(rows, 1 if classes == 2 else classes, generator=draw) * 3
    share = torch.tensor([9.0, 2.0, 1.0][:classes])
    return logits, torch.multinomial(share, rows, replacement=True, generator=draw)


@settings(max_examples=examples(80), deadline=None)
@given(
    classes=st.sampled_from([2, 3]),
    loss=st.sampled_from(["cross_entropy", "focal"]),
    weighting=st.sampled_from(["none", "balanced"]),
    smoothing=st.sampled_from([0.0, 0.1]),
    rows=st.integers(1, 90),
    size=st.integers(2, 40),
    seed=st.integers(0, 2**31),
)
def test_any_batches_and_any_order_give_the_loss_of_all_rows_at_once(
    classes, loss, weighting, smoothing, rows, size, seed
):
    config = TrainingConfig(loss=loss, class_weights=weighting, label_smoothing=smoothing)
    function = loss_function(config, class_weights(config, COUNTS[:classes]), classes)
    logits, targets = draws(classes, rows, seed)
    gathered = Gathered(function)
    order = torch.randperm(rows, generator=torch.Generator().manual_seed(seed))
    for batch in in_order(order, size):
        gathered.add(logits[batch], targets[batch])
    at_once = float(function(logits.double(), targets))
    assert gathered.loss() == pytest.approx(at_once, rel=1e-12)


def test_a_balanced_loss_of_three_classes_is_that_of_torch():
    config = TrainingConfig(class_weights="balanced")
    weights = class_weights(config, COUNTS)
    logits, targets = draws(3, 100, seed=5)
    gathered = Gathered(loss_function(config, weights, 3))
    for batch in in_order(torch.arange(100), 16):
        gathered.add(logits[batch], targets[batch])
    expected = functional.cross_entropy(logits, targets, weight=weights)
    assert gathered.loss() == pytest.approx(float(expected), rel=1e-5)
    by_batches = np.average(
        [
            functional.cross_entropy(logits[b], targets[b], weight=weights)
            for b in in_order(torch.arange(100), 16)
        ],
        weights=[len(b) for b in in_order(torch.arange(100), 16)],
    )
    assert abs(by_batches - float(expected)) > 0.01  # what a mean over batches would have been


@settings(max_examples=examples(60), deadline=None)
@given(
    weighting=st.sampled_from(["none", "balanced"]),
    loss=st.sampled_from(["cross_entropy", "focal"]),
    rows=st.lists(st.integers(1, 40), min_size=1, max_size=5),
    seed=st.integers(0, 2**31),
)
def test_the_losses_of_sites_are_pooled_into_that_of_all_rows(weighting, loss, rows, seed):
    config = TrainingConfig(loss=loss, class_weights=weighting)
    function = loss_function(config, class_weights(config, COUNTS), 3)
    logits, targets = draws(3, sum(rows), seed)
    parts = []
    for one, own in zip(logits.split(rows), targets.split(rows), strict=True):
        measured = measure(one, own, float(function(one.double(), own)))
        parts.append(
            SiteMeasure(confusion=measured.confusion, loss=measured.metrics["loss"], auroc=None)
        )
    together = pooled(parts, loss_divisors(config, COUNTS))
    at_once = float(function(logits.double(), targets))
    assert together.metrics["loss"] == pytest.approx(at_once, rel=1e-6)


def test_a_federations_balanced_validation_loss_is_that_of_all_its_validation_rows():
    """Three classes, uneven sites, batches of 16: as torch has it on all rows at once."""
    chosen = {
        "class_weights": "balanced",
        "partitioner": "dirichlet",
        "dirichlet_alpha": 0.6,
        "num_rounds": 2,
        "num_clients": 4,
    }
    data = table(300, classes=3)
    _, recorder = train(FEDERATED, data, **chosen)
    config = TrainingConfig.from_mapping({**QUICK, **chosen})
    prepared = prepare(data, config, FEDERATED, torch.device("cpu"))
    learner = learner_for(config, prepared, None)
    weights = class_weights(config, prepared.class_counts)
    rows = torch.from_numpy(np.concatenate([shard.validation for shard in prepared.shards]))
    for number, checkpoint in enumerate(recorder.checkpoints[1:], start=1):
        learner.network.load_state_dict(from_bytes(checkpoint.files["weights.safetensors"]))
        learner.network.eval()
        with torch.inference_mode():
            logits = learner.network(prepared.x[rows])
        expected = functional.cross_entropy(logits, prepared.y[rows], weight=weights)
        told = recorder.series("clients_val_loss")[number]
        assert told == pytest.approx(float(expected), rel=1e-5)
