"""Checkpoints in the object store: written under the attempt, visible by one pointer flip."""

from typing import Any

from app.storage import ObjectStore
from services.runs.ports import Checkpoint

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
    """Return the checkpoint that a run points at, None before the first one."""
    if not pointer:
        return None
    files = {name: store.get(f"{pointer['prefix']}/{name}") for name in pointer["files"]}
    return Checkpoint(step=pointer["step"], files=files)


def forget_checkpoint(store: ObjectStore, pointer: Pointer | None) -> None:
    """Delete a checkpoint that nothing points at any more; a crash leaves it to the sweep."""
    if pointer:
        for name in pointer["files"]:
            store.delete(f"{pointer['prefix']}/{name}")
