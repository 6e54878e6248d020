"""Confusion matrices: the golden numbers, the reference library, and the empty ones."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

from services.runs.results.domain.confusion import confusion_statistics

GOLDEN = [
    ((75, 0, 225, 0), (1.0, 0.0, 0.25, 0.0, 0.25, 0.4)),
    ((27, 196, 29, 48), (0.36, 0.8711, 0.4821, 0.8033, 0.7433, 0.4122)),
    ((64, 146, 79, 11), (0.8533, 0.6489, 0.4476, 0.9299, 0.7, 0.5872)),
    ((79, 147, 60, 17), (0.8229, 0.7101, 0.5683, 0.8963, 0.7459, 0.6723)),
]
COUNTS = st.tuples(*[st.integers(0, 300)] * 4).filter(any)


@pytest.mark.parametrize(("counts", "expected"), GOLDEN)
def test_known_matrices_give_their_known_numbers(counts, expected):
    got = confusion_statistics(*counts)
    names = ("sensitivity", "specificity", "precision_cm", "npv", "accuracy_cm", "f1_cm")
    assert tuple(getattr(got, name) for name in names) == expected


@given(COUNTS)
def test_any_matrix_agrees_with_the_reference(counts):
    tp, tn, fp, fn = counts
    true = np.repeat([1, 0, 0, 1], counts)
    predicted = np.repeat([1, 0, 1, 0], counts)
    got = confusion_statistics(*counts)

    def near(value):
        return pytest.approx(value, abs=5.1e-5)

    assert got.sensitivity == near(reference.recall_score(true, predicted, zero_division=0))
    assert got.precision_cm == near(reference.precision_score(true, predicted, zero_division=0))
    assert got.f1_cm == near(reference.f1_score(true, predicted, zero_division=0))
    assert got.accuracy_cm == near(reference.accuracy_score(true, predicted))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert got.mcc == near(reference.matthews_corrcoef(true, predicted))
    assert got.fpr == near(fp / (fp + tn) if tn + fp else 0.0)
    assert got.fnr == near(fn / (fn + tp) if tp + fn else 0.0)
    rates = (tp / (tp + fn) if tp + fn else 0.0, tn / (tn + fp) if tn + fp else 0.0)
    assert got.balanced_accuracy == near(sum(rates) / 2)


def test_next_to_nothing_below_zero_is_zero_without_a_sign():
    assert str(confusion_statistics(1, 10**6, 1, 10**6 + 2).mcc) == "0.0"


def test_an_empty_matrix_is_all_zero():
    got = confusion_statistics(0, 0, 0, 0)
    assert {getattr(got, name) for name in got.__dataclass_fields__} == {0.0}


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="tn=-1"):
        confusion_statistics(1, -1, 1, 1)
