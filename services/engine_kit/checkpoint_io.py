"""Lightning's checkpoints kept in memory as safetensors and JSON; its own default is a pickle."""

import json
from collections.abc import Mapping
from typing import Any

from lightning.pytorch.plugins.io import CheckpointIO
from torch import Tensor

from services.engine_kit.codec import decode, encode
from services.engine_kit.serialization import as_json, from_bytes, to_bytes

TENSORS, TREE = "trainer.safetensors", "trainer.json"


class MemoryCheckpointIO(CheckpointIO):
    """Holds the newest checkpoint; paths are names that Lightning passes and nobody opens."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self.files: dict[str, bytes] = dict(files or {})

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: Any, storage_options: Any = None
    ) -> None:
        """Replace the checkpoint."""
        tensors: dict[str, Tensor] = {}
        tree = encode(checkpoint, tensors)
        self.files = {TENSORS: to_bytes(tensors), TREE: as_json({"tree": tree})}

    def load_checkpoint(  # the signature is Lightning's
        self,
        path: Any,
        map_location: Any = None,
        weights_only: bool | None = None,  # noqa: FBT001
    ) -> dict[str, Any]:
        """Return the checkpoint."""
        tree = json.loads(self.files[TREE])["tree"]
        decoded: dict[str, Any] = decode(tree, from_bytes(self.files[TENSORS]))
        return decoded

    def remove_checkpoint(self, path: Any) -> None:
        """Forget the checkpoint."""
        self.files.clear()
