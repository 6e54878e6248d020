"""Trainings on tables with gaps and categories, in one place and at many sites."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from services.runs.training.config.field_spec import CENTRALIZED, FEDERATED
from services.runs.training.ports import TrainingResult
from tests.factories.training import gappy_table, train


def manifest(result: TrainingResult) -> dict[str, Any]:
    return json.loads(result.files["manifest.json"])


@pytest.mark.parametrize("mode", [CENTRALIZED, FEDERATED])
def test_what_was_fitted_is_in_the_manifest_with_its_certificate(mode: str) -> None:
    result, _ = train(mode, gappy_table(), epochs=2, num_rounds=2, num_clients=2)
    kept = manifest(result)
    assert kept["certificate"]["ok"]
    assert [one["what"] for one in kept["certificate"]["fits"]] == [
        "scaler", "median", "categories", "mode",
    ]  # fmt: skip
    assert kept["preparation"]["categories"] == {"ward": ["007", "2B", "ICU"]}
    width = len(kept["preparation"]["inputs"])
    assert kept["input"]["shape"] == [width] == [6 + 1 + 3 + 1]
    assert len(kept["input"]["mean"]) == width
    assert kept["input"]["deviation"][6:] == [1.0] * 5


def test_rows_outside_of_the_training_rows_decide_nothing() -> None:
    data = gappy_table()
    first = manifest(train(CENTRALIZED, data, epochs=1)[0])
    split = json.loads(train(CENTRALIZED, data, epochs=1)[0].files["split.json"])
    x, wards = data.x.copy(), data.categories["ward"].astype("<U9")
    others = np.array(split["validation"] + split["test"])
    x[others] += 1e4
    wards[others] = "elsewhere"
    changed = manifest(
        train(CENTRALIZED, replace(data, x=x, categories={"ward": wards}), epochs=1)[0]
    )
    assert changed["preparation"] == first["preparation"]
    assert changed["input"] == first["input"]
    unseen = changed["certificate"]["unseen"]["ward"]
    assert unseen == {
        "train": 0, "validation": len(split["validation"]), "test": len(split["test"]),
    }  # fmt: skip


def test_numbers_without_gaps_are_trained_on_as_they_are() -> None:
    result, _ = train(CENTRALIZED, epochs=1)
    kept = manifest(result)
    assert kept["preparation"] is None
    assert [one["what"] for one in kept["certificate"]["fits"]] == ["scaler"]
