"""Checkpoints in the object store: written under the attempt, visible by one pointer flip."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from app.storage import ObjectMissing, ObjectStore
from services.runs.training.ports import Checkpoint

log = structlog.get_logger(__name__)

# what a run's row holds: {"step": int, "files": {name: key}}; older rows have a prefix and names
Pointer = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Written:
    """A checkpoint whose objects are there; ``sizes`` and ``digests`` are by name."""

    step: int
    files: Mapping[str, str]
    sizes: Mapping[str, int]
    digests: Mapping[str, str]

    @property
    def pointer(self) -> Pointer:
        """Return what shows the checkpoint to the next attempt."""
        return {"step": self.step, "files": dict(self.files)}


@dataclass
class CheckpointWriter:
    """Writes the checkpoints of one attempt; bytes that are there already are not written again.

    The best model so far is nearly always that of an earlier round, byte for byte.
    """

    store: ObjectStore
    run_id: int
    attempt: int
    _known: dict[str, str] = field(default_factory=dict)  # digest: key

    def write(self, checkpoint: Checkpoint | None) -> Written | None:
        """Put the files where only this attempt writes."""
        if checkpoint is None:
            return None
        prefix = f"runs/{self.run_id}/attempt-{self.attempt}/step-{checkpoint.step}"
        digests = {
            name: hashlib.sha256(content).hexdigest() for name, content in checkpoint.files.items()
        }
        fresh = {name: one for name, one in digests.items() if one not in self._known}
        for name, digest in _first_of_each(fresh):
            key = f"{prefix}/{name}"
            self.store.put(key, checkpoint.files[name])
            self._known[digest] = key
        return Written(
            step=checkpoint.step,
            files={name: self._known[digest] for name, digest in digests.items()},
            sizes={name: len(content) for name, content in checkpoint.files.items()},
            digests=digests,
        )

    def forget(self, keys: Iterable[str]) -> None:
        """Delete objects that nothing points at any more; a crash leaves them to the sweep."""
        gone = set(keys)
        self._known = {digest: key for digest, key in self._known.items() if key not in gone}
        delete_objects(self.store, gone)


def keys_of(pointer: Pointer | None) -> dict[str, str]:
    """Return the keys of a checkpoint's objects by the names of its files."""
    if not pointer:
        return {}
    if "prefix" in pointer:
        return {name: f"{pointer['prefix']}/{name}" for name in pointer["files"]}
    return dict(pointer["files"])


def read_checkpoint(store: ObjectStore, pointer: Pointer | None) -> Checkpoint | None:
    """Return the checkpoint that a run points at, None before the first one.

    A database restored from the middle of a training may point at a checkpoint that was replaced
    before its files were copied. Then the training starts again, which costs time and no numbers:
    a step that is reported again replaces the old one.
    """
    if not pointer:
        return None
    try:
        files = {name: store.get(key) for name, key in keys_of(pointer).items()}
    except ObjectMissing as missing:
        log.warning("checkpoint is gone, training starts again", key=missing.key)
        return None
    return Checkpoint(step=pointer["step"], files=files)


def delete_objects(store: ObjectStore, keys: Iterable[str]) -> None:
    """Delete objects by their keys."""
    for key in sorted(keys):
        store.delete(key)


def _first_of_each(digests: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return one name per digest: equal files of one checkpoint are one object."""
    # the model of a round lies under its own name, not under that of the best so far
    by_digest = {digests[name]: name for name in sorted(digests)}
    return [(name, digest) for digest, name in by_digest.items()]
