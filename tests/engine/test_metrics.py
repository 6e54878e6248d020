"""The metrics are what scikit-learn says they are, and nothing is invented where they are not."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import logsumexp
from sklearn import metrics as reference

from services.runs.training.engine.metrics import confusion_points, measure, named
from tests.support.depth import examples


def draws(classes, rows=200, seed=0):
    draw = torch.Generator().manual_seed(seed)
    logits = torch.randn(rows, 1 if classes == 2 else classes, generator=draw)
    return logits, torch.randint(0, classes, (rows,), generator=draw)


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_they_are_the_reference_ones(classes):
    logits, targets = draws(classes)
    measured = measure(logits, targets, 0.5)
    true = targets.numpy()
    if classes == 2:
        score, average = torch.sigmoid(logits[:, 0]).numpy(), "binary"
        predicted = (score > 0.5).astype(int)
        auroc = reference.roc_auc_score(true, score)
    else:
        score, average = logits.softmax(dim=1).numpy(), "macro"
        predicted = score.argmax(axis=1)
        auroc = reference.roc_auc_score(true, score, multi_class="ovr")
    got = measured.metrics
    assert got["accuracy"] == pytest.approx(reference.accuracy_score(true, predicted))
    for name, function in (
        ("precision", reference.precision_score),
        ("recall", reference.recall_score),
        ("f1", reference.f1_score),
    ):
        assert got[name] == pytest.approx(function(true, predicted, average=average), abs=1e-6)
    assert got["auroc"] == pytest.approx(auroc, abs=1e-6)
    assert np.array_equal(measured.confusion, reference.confusion_matrix(true, predicted))


@pytest.mark.parametrize("classes", [2, 4])
def test_one_class_alone_has_no_auroc(classes):
    logits, targets = draws(classes)
    assert measure(logits, torch.ones_like(targets), 0.1).metrics["auroc"] is None


def test_a_missing_class_does_not_spoil_the_auroc_of_the_others():
    logits, targets = draws(4)
    targets[targets == 3] = 0
    score = logits.softmax(dim=1).numpy()
    each = [
        reference.roc_auc_score(targets.numpy() == label, score[:, label]) for label in range(3)
    ]
    assert measure(logits, targets, 0.1).metrics["auroc"] == pytest.approx(np.mean(each), abs=1e-6)


@pytest.mark.parametrize("scale", [1.0, 30.0, 1000.0])
@pytest.mark.parametrize("classes", [2, 5])
def test_saturated_logits_keep_their_order_in_the_auroc(classes, scale):
    logits, targets = draws(classes, rows=400)
    logits = logits.abs() * scale + (targets[:, None] if classes == 2 else 0)
    exact = logits.double().numpy()
    if classes == 2:
        expected = reference.roc_auc_score(targets, exact[:, 0])
    else:
        odds = [
            exact[:, label] - logsumexp(np.delete(exact, label, axis=1), axis=1)
            for label in range(classes)
        ]
        areas = [reference.roc_auc_score(targets == label, one) for label, one in enumerate(odds)]
        expected = np.mean(areas)
    assert measure(logits, targets, 0.1).metrics["auroc"] == pytest.approx(expected, abs=1e-12)


@settings(max_examples=examples(60), deadline=None)
@given(
    arrays(np.float32, st.integers(2, 60), elements=st.floats(-200, 200, width=32)),
    st.integers(0, 2**31),
)
def test_the_auroc_of_any_logits_is_that_of_scikit_learn(logits, seed):
    targets = np.random.default_rng(seed).integers(0, 2, len(logits))
    targets[:2] = [0, 1]
    told = measure(torch.from_numpy(logits)[:, None], torch.from_numpy(targets), 0.1)
    expected = reference.roc_auc_score(targets, logits)
    assert told.metrics["auroc"] == pytest.approx(expected, abs=1e-12)


@settings(max_examples=examples(100), deadline=None)
@given(st.sampled_from([2, 3, 5]), st.integers(1, 12), st.integers(0, 2**31))
def test_what_the_rows_do_not_define_is_none_as_in_scikit_learn(classes, rows, seed):
    draw = np.random.default_rng(seed)
    true, predicted = draw.integers(0, classes, (2, rows))
    logits = np.eye(classes)[predicted] * 9
    if classes == 2:
        logits = logits[:, 1:] - 1
    told = measure(torch.from_numpy(logits), torch.from_numpy(true), 0.1).metrics
    average, labels = ("binary", None) if classes == 2 else ("macro", range(classes))
    for name, function in (
        ("precision", reference.precision_score),
        ("recall", reference.recall_score),
        ("f1", reference.f1_score),
    ):
        expected = function(true, predicted, average=average, labels=labels, zero_division=np.nan)
        if np.isnan(expected):
            assert told[name] is None, name
        else:
            assert told[name] == pytest.approx(expected), name


def test_rows_without_the_positive_class_have_neither_recall_nor_f1():
    told = measure(torch.tensor([[-1.0], [-2.0]]), torch.tensor([0, 0]), 0.1).metrics
    assert (told["precision"], told["recall"], told["f1"], told["auroc"]) == (None,) * 4
    assert told["accuracy"] == 1.0


def test_positives_that_are_all_missed_have_a_recall_and_f1_of_zero_but_no_precision():
    told = measure(torch.tensor([[-1.0], [-2.0]]), torch.tensor([1, 0]), 0.1).metrics
    assert (told["precision"], told["recall"], told["f1"]) == (None, 0.0, 0.0)


def test_a_loss_that_is_not_a_number_is_none():
    logits, targets = draws(2)
    assert measure(logits, targets, float("nan")).metrics["loss"] is None


def test_logits_that_are_not_finite_have_no_auroc():
    logits, targets = draws(2)
    logits[3] = torch.inf - torch.inf
    assert measure(logits, targets, 0.1).metrics["auroc"] is None


def test_zero_is_a_value():
    measured = measure(torch.tensor([[-1.0], [1.0]]), torch.tensor([1, 0]), 0.0)
    assert [measured.metrics[name] for name in ("loss", "accuracy", "recall")] == [0.0, 0.0, 0.0]
    assert confusion_points("val", measured.confusion)["val_cm_tp"] == 0.0


def test_series_spell_accuracy_short_except_the_global_ones():
    assert named("val", {"accuracy": 1.0}) == {"val_acc": 1.0}
    assert named("global", {"accuracy": 1.0}) == {"global_accuracy": 1.0}
