"""Scores exist only where the rows define them."""

import warnings

from hypothesis import given
from hypothesis import strategies as st
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import f1_score, precision_score

from services.runs.results.domain.defined import defined_metrics

METRICS = {"loss": 0.1, "acc": 1.0, "precision": 0.0, "recall": 0.0, "f1": 0.0, "auroc": 0.5}


def unknown(confusion: list[list[int]]) -> set[str]:
    return {name for name, value in defined_metrics(METRICS, confusion).items() if value is None}


def test_rows_of_one_class_define_a_loss_only() -> None:
    scores = {"acc", "precision", "recall", "f1", "auroc"}
    assert unknown([[30, 2], [0, 0]]) == unknown([[0, 0], [1, 9]]) == scores
    assert unknown([[0, 0, 0], [0, 5, 1], [0, 0, 0]]) == scores


def test_precision_needs_something_that_was_called_positive() -> None:
    assert unknown([[9, 0], [1, 0]]) == {"precision"}
    assert unknown([[9, 1], [1, 9]]) == unknown([[3, 0, 0], [1, 2, 0], [0, 0, 4]]) == set()


def test_an_unknown_matrix_leaves_everything() -> None:
    assert defined_metrics(METRICS, None) == METRICS


@given(st.lists(st.integers(0, 4), min_size=4, max_size=4).filter(any))
def test_what_scikit_learn_warns_of_is_undefined(counts: list[int]) -> None:
    tn, fp, fn, tp = counts
    truth = [0] * (tn + fp) + [1] * (fn + tp)
    predicted = [0] * tn + [1] * fp + [0] * fn + [1] * tp
    for name, score in (("precision", precision_score), ("f1", f1_score)):
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always", UndefinedMetricWarning)
            score(truth, predicted)
        if any(issubclass(one.category, UndefinedMetricWarning) for one in heard):
            assert name in unknown([[tn, fp], [fn, tp]])
