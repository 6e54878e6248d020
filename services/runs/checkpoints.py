"""Checkpoints in the object store: written under the attempt, visible by one pointer flip."""

from typing import Any

import structlog

from app.storage import ObjectMissing, ObjectStore
from services.runs.ports import Checkpoint

log = structlog.get_logger(__name__)

Pointer = dict[str, Any]  # {"step": int, "prefix": str, "files": [name]}: what a run's row holds


def write_checkpoint(
    store: ObjectStore, run_id: int, attempt: int, checkpoint: Checkpoint | None
) -> Pointer | None:
    """Put the files where only this attempt writes; return the pointer that will show them."""
    if checkpoint is None:
        return None
    prefix = f"runs/{run_id}/attempt-{attempt}/step-{checkpoint.step}"
    for name, content in checkpoint.files.items():
        store.put(f"{prefix}/{name}", content)
    return {"step": checkpoint.step, "prefix": prefix, "files": sorted(checkpoint.files)}


def read_checkpoint(store: ObjectStore, pointer: Pointer | None) -> Checkpoint | None:
    """Return the checkpoint that a run points at, None before the first one.

    A database restored from the middle of a training may point at a checkpoint that was replaced
    before its files were copied. Then the training begins anew, which costs time and no numbers:
    a step that is told again replaces the old one.
    """
    if not pointer:
        return None
    try:
        files = {name: store.get(f"{pointer['prefix']}/{name}") for name in pointer["files"]}
    except ObjectMissing:
        log.warning("checkpoint is gone, training begins anew", prefix=pointer["prefix"])
        return None
    return Checkpoint(step=pointer["step"], files=files)


def forget_checkpoint(store: ObjectStore, pointer: Pointer | None) -> None:
    """Delete a checkpoint that nothing points at any more; a crash leaves it to the sweep."""
    if pointer:
        for name in pointer["files"]:
            store.delete(f"{pointer['prefix']}/{name}")
