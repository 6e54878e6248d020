"""What a run was made of, so that it can be judged and made again."""

import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.engine_kit.environment import versions
from services.engine_kit.serialization import sha256
from services.engine_kit.usage import environment
from services.runs.training.data.split import hash_of_rows
from services.runs.training.engine.preparation import Prepared
from services.runs.training.ports import TrainingTask

SCHEMA_VERSION = 1


def manifest(
    task: TrainingTask,
    prepared: Prepared,
    files: Mapping[str, bytes],
    *,
    threads: int,
    best: Mapping[str, Any],
    schedule: Mapping[str, Any],
) -> bytes:
    """Return the manifest of a run as JSON; ``schedule`` is the one that really ran."""
    content = {
        "schema_version": SCHEMA_VERSION,
        "run_id": task.run_id,
        "training_mode": task.mode,
        "seed": task.config.seed,
        "config": task.config.as_mapping(),
        "data": _data(task),
        "pretrained_sha256": None if task.pretrained is None else sha256(task.pretrained),
        "learning_rate_schedule": dict(schedule),
        "split": prepared.sizes(),
        "test_rows_sha256": hash_of_rows(task.data.sha256, prepared.split.test),
        "input": _input(prepared),
        "preparation": preparation_of(prepared),
        "certificate": None if prepared.certificate is None else prepared.certificate.to_json(),
        "best": {**best, "metric": task.config.monitor_metric},
        "weights": {name: sha256(one) for name, one in sorted(files.items())},
        "torch_threads": threads,
        "device": str(prepared.device),
        "environment": environment(),
        "python": platform.python_version(),
        "versions": versions(),
        "git_commit": git_commit(Path(__file__)),
    }
    return json.dumps(content, indent=2, allow_nan=False).encode()


def _data(task: TrainingTask) -> dict[str, Any]:
    return {
        "sha256": task.data.sha256,
        "kind": task.data.kind,
        "classes": list(task.data.classes),
        "rows": len(task.data.y),
        "features": list(task.data.feature_names),
    }


def _input(prepared: Prepared) -> dict[str, Any]:
    return {
        "shape": list(prepared.shape),
        "mean": prepared.mean.flatten().tolist(),
        "deviation": prepared.deviation.flatten().tolist(),
    }


def preparation_of(prepared: Prepared) -> dict[str, Any] | None:
    """Return what made inputs of the columns; None where the inputs are the numbers as they are."""
    fit = prepared.fit
    return None if fit is None or fit.is_plain else fit.as_json()


def git_commit(inside: Path) -> str | None:
    """Return the commit that is checked out around a path, None outside a repository."""
    for folder in inside.resolve().parents:
        head = folder / ".git" / "HEAD"
        if head.is_file():
            return _resolved(folder / ".git", head.read_text().strip())
    return None


def _resolved(git: Path, head: str) -> str | None:
    if not head.startswith("ref: "):
        return head
    name = head.removeprefix("ref: ")
    loose, packed = git / name, git / "packed-refs"
    if loose.is_file():
        return loose.read_text().strip()
    lines = packed.read_text().splitlines() if packed.is_file() else []
    return next((line.split()[0] for line in lines if line.endswith(f" {name}")), None)
