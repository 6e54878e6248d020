"""Result files of a federation, in the old form (texts that display dictionaries) and the new."""

import json
from collections.abc import Mapping
from typing import Any

from tests.factories.runs import ROUNDS

SECTION = "evaluate_metrics_serverapp"


def server_metrics(number: int) -> dict[str, float]:
    """Return the metrics of a known round, as a server names them; counts are floats there."""
    evaluation = dict(ROUNDS[number])
    tp, tn, fp, fn = evaluation.pop("counts")  # type: ignore[misc]
    evaluation["f1"] = evaluation.pop("f1_score")
    counts = {"cm_tp": float(tp), "cm_tn": float(tn), "cm_fp": float(fp), "cm_fn": float(fn)}
    return {f"server_{name}": value for name, value in (evaluation | counts).items()}  # type: ignore[misc]


def result(rounds: Mapping[str, Any] | None = None, *, legacy: bool = False) -> dict[str, Any]:
    """Return a result with the known rounds 0 to 2, or with ``rounds`` instead."""
    server = rounds or {str(number): server_metrics(number) for number in range(len(ROUNDS))}
    sections = {
        "train_metrics_clientapp": {"1": {"train_loss": 0.7, "val_acc": 0.6, "epoch": 1.0},
                                    "2": {"train_loss": 0.6, "val_acc": 0.7, "epoch": 1.0}},
        "evaluate_metrics_clientapp": {"1": {"test_accuracy": 0.6}, "2": {"test_accuracy": 0.75}},
        SECTION: server,
    }  # fmt: skip
    if not legacy:
        return sections
    return {
        name: {key: repr(value) for key, value in section.items()}
        for name, section in sections.items()
    }


def content(evaluation: Any) -> bytes:
    """Return the bytes of a file."""
    return json.dumps(evaluation, indent=1).encode()
