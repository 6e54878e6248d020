"""One reader per mode, from any source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from app.models.run import MODES
from services.runs.results.domain.extraction import (
    EXTRACTORS,
    extractor_for,
    is_federated,
)
from services.runs.results.domain.history import Evaluated, best_by_metric
from services.tracking.domain.columns import Columns


@dataclass
class MemorySource:
    """A source without any database."""

    curves: dict[str, list[float]] = field(default_factory=dict)
    rounds: list[Evaluated] = field(default_factory=list)

    def columns(self, names: Sequence[str]) -> Mapping[str, Columns]:
        return {name: _columns(self.curves[name]) for name in names if name in self.curves}

    def evaluations(self) -> Sequence[Evaluated]:
        return self.rounds


def _columns(values: list[float]) -> Columns:
    steps = np.arange(len(values), dtype=np.int64)
    return Columns(steps=steps, values=np.array(values), times=steps.astype(np.float64))


def test_every_mode_has_exactly_one_extractor() -> None:
    assert set(EXTRACTORS) == set(MODES)


def test_a_centralized_run_is_read_from_its_curves() -> None:
    source = MemorySource(curves={"val_accuracy": [0.0, 0.5], "val_recall": [0.25, 0.0]})
    best = best_by_metric(extractor_for("centralized", source).history())
    assert (best["accuracy"], best["recall"], best.get("precision")) == (0.5, 0.25, None)


def test_a_federated_run_is_read_from_its_server_without_round_zero() -> None:
    rounds = [Evaluated(round=number, metrics={"recall": recall}) for number, recall in
              enumerate((1.0, 0.36, 0.8533))]  # fmt: skip
    extractor = extractor_for(
        "federated", MemorySource(rounds=rounds, curves={"val_recall": [0.99]})
    )
    best = best_by_metric(extractor.history())
    assert (best["recall"], best.get("accuracy")) == (0.8533, None)


@pytest.mark.parametrize(("mode", "steps"), [("centralized", "epochs"), ("federated", "rounds")])
def test_an_extractor_names_its_steps(mode: str, steps: str) -> None:
    assert extractor_for(mode, MemorySource()).steps == steps
    assert is_federated(mode) is (steps == "rounds")
    assert len(extractor_for(mode, MemorySource()).history()) == 0
