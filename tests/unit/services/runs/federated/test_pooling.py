"""What several sites measured, put together: as one place with all their rows would have it."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from services.runs.federated.domain.pooling import SiteMeasure, pooled
from services.runs.training.engine.metrics import measure
from tests.support.depth import examples

LOGITS = st.floats(-4, 4, allow_nan=False, width=16)


def site(logits: torch.Tensor, targets: torch.Tensor, loss: float) -> SiteMeasure:
    measured = measure(logits, targets, loss)
    return SiteMeasure(confusion=measured.confusion, loss=loss, auroc=measured.metrics["auroc"])


@st.composite
def sites(draw: st.DrawFn) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Return each site's predictions and targets, of two classes or of four."""
    width, classes = draw(st.sampled_from([(1, 2), (4, 4)]))
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        rows = draw(st.integers(1, 12))
        flat = draw(st.lists(LOGITS, min_size=rows * width, max_size=rows * width))
        targets = draw(st.lists(st.integers(0, classes - 1), min_size=rows, max_size=rows))
        parts.append((torch.tensor(flat).reshape(rows, width), torch.tensor(targets)))
    return parts


@settings(max_examples=examples(30))
@given(sites())
def test_what_follows_from_counts_is_that_of_all_rows_in_one_place(parts):
    together = pooled([site(logits, targets, 0.5) for logits, targets in parts])
    logits, targets = (torch.cat(one) for one in zip(*parts, strict=True))
    everything = measure(logits, targets, 0.5)
    assert (together.confusion, together.rows) == (everything.confusion, len(targets))
    for name in ("loss", "accuracy", "precision", "recall", "f1"):
        assert together.metrics[name] == pytest.approx(everything.metrics[name], abs=1e-6)


def test_two_sites_by_hand():
    big = SiteMeasure(confusion=[[50, 10], [5, 35]], loss=0.4, auroc=0.9)
    small = SiteMeasure(confusion=[[4, 6], [10, 0]], loss=1.0, auroc=0.3)
    measured = pooled([big, small])
    assert measured.confusion == [[54, 16], [15, 35]]
    assert measured.metrics["recall"] == pytest.approx(35 / 50)
    assert measured.metrics["precision"] == pytest.approx(35 / 51)
    assert measured.metrics["loss"] == pytest.approx((100 * 0.4 + 20 * 1.0) / 120)
    assert measured.metrics["auroc"] == pytest.approx((100 * 0.9 + 20 * 0.3) / 120)
    assert measured.metrics["f1"] == pytest.approx(70 / (70 + 16 + 15))


def test_a_site_without_an_auroc_takes_no_part_in_its_mean():
    one_class = SiteMeasure(confusion=[[9, 1], [0, 0]], loss=0.2, auroc=None)
    both = SiteMeasure(confusion=[[3, 1], [1, 3]], loss=0.4, auroc=0.75)
    assert pooled([one_class, both]).metrics["auroc"] == 0.75
    assert pooled([one_class]).metrics["auroc"] is None


def test_nobody_measured_is_nothing_known():
    nothing = pooled([])
    assert (nothing.rows, nothing.confusion) == (0, [])
    assert set(nothing.metrics.values()) == {None}


@pytest.mark.parametrize("wild", [1e308, -1e308])
def test_a_site_that_reports_a_wild_loss_leaves_no_infinity(wild):
    measured = pooled([SiteMeasure(confusion=[[9, 1], [3, 8]], loss=wild, auroc=0.5)] * 3)
    assert measured.metrics["loss"] is None or math.isfinite(measured.metrics["loss"])
    assert np.isfinite([measured.metrics["accuracy"], measured.metrics["f1"]]).all()
