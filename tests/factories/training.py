"""Small data that networks learn in a moment, and one-line trainings with it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from services.datasets.types import TrainingData
from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.field_spec import CENTRALIZED, FEDERATED
from services.runs.training.engine import LightningFlowerEngine
from services.runs.training.fakes import MemoryRecorder
from services.runs.training.ports import Checkpoint, TrainingResult, TrainingTask

QUICK: Mapping[str, Any] = {
    "seed": 3,
    "hidden_sizes": [8],
    "dropout_rate": 0.2,
    "batch_size": 16,
    "learning_rate": 0.01,
    "torch_threads": 1,
    "epochs": 4,
    "num_rounds": 4,
    "num_clients": 3,
    "early_stopping_patience": 0,
}


def table(
    rows: int = 160,
    *,
    classes: int = 2,
    rows_per_patient: int = 1,
    hospitals: Sequence[str] = (),
    seed: int = 0,
) -> TrainingData:
    """Return clouds of points, one around each corner, that a small network tells apart."""
    draw = np.random.default_rng(seed)
    y = np.arange(rows) % classes
    centres = draw.normal(size=(classes, 6)) * 2
    columns = {}
    if hospitals:
        columns["hospital"] = np.array([hospitals[row % len(hospitals)] for row in range(rows)])
    return TrainingData(
        kind="table",
        x=(centres[y] + draw.normal(size=(rows, 6))).astype(np.float32) * 50 + 300,
        y=y.astype(np.int64),
        patients=np.array([f"p{row // rows_per_patient}" for row in range(rows)]),
        classes=[f"class {one}" for one in range(classes)],
        feature_names=[f"f{one}" for one in range(6)],
        columns=columns,
        sha256="0" * 64,
    )


def gappy_table(
    rows: int = 120, *, fill: str = "median", hospitals: Sequence[str] = (), seed: int = 0
) -> TrainingData:
    """Return a table with gaps in a column of numbers and in one of categories."""
    draw = np.random.default_rng(seed)
    plain = table(rows, hospitals=hospitals, seed=seed)
    x = plain.x.copy()
    x[draw.random(rows) < 0.2, 1] = np.nan
    wards = np.array(["007", "2B", "ICU"])[draw.integers(0, 3, size=rows)]
    wards[draw.random(rows) < 0.1] = ""
    return replace(plain, x=x, categories={"ward": wards}, fills={"f1": fill, "ward": "mode"})


def images(
    rows: int = 96, *, size: int = 8, channels: int = 1, classes: int = 2, seed: int = 0
) -> TrainingData:
    """Return noisy images with a bright stripe whose place is the class."""
    draw = np.random.default_rng(seed)
    y = np.arange(rows) % classes
    x = draw.integers(0, 90, size=(rows, size, size, channels))
    for row, label in enumerate(y):
        x[row, label * size // classes : (label + 1) * size // classes] += 120
    return TrainingData(
        kind="images",
        x=x.astype(np.uint8),
        y=y.astype(np.int64),
        patients=np.array([f"p{row}" for row in range(rows)]),
        classes=[str(one) for one in range(classes)],
        feature_names=(),
        columns={},
        sha256="1" * 64,
    )


def task(mode: str, data: TrainingData, settings: Mapping[str, Any], **parts: Any) -> TrainingTask:
    """Return a task with quick settings under ``settings``."""
    return TrainingTask(
        run_id=7,
        attempt=parts.pop("attempt", 1),
        experiment_name="a run",
        mode=mode,
        config=TrainingConfig.from_mapping({**QUICK, **settings}),
        data=data,
        **parts,
    )


def train(
    mode: str,
    data: TrainingData | None = None,
    *,
    recorder: MemoryRecorder | None = None,
    resume: Checkpoint | None = None,
    mods: Sequence[Any] = (),
    pretrained: bytes | None = None,
    **settings: Any,
) -> tuple[TrainingResult, MemoryRecorder]:
    """Train and return the result with everything that was recorded."""
    recorder = recorder or MemoryRecorder()
    data = table() if data is None else data
    work = task(mode, data, settings, resume=resume, pretrained=pretrained)
    return LightningFlowerEngine(mods).train(work, recorder), recorder


def federated(**settings: Any) -> tuple[TrainingResult, MemoryRecorder]:
    """Train a federation on a small table."""
    return train(FEDERATED, **settings)


def centralised(**settings: Any) -> tuple[TrainingResult, MemoryRecorder]:
    """Train in one place on a small table."""
    return train(CENTRALIZED, **settings)
