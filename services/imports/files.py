"""The files that an imported run brings: objects before the commit that makes them visible."""

import hashlib
import uuid
from typing import Any

from app.clock import now
from app.storage import ObjectStore
from services.imports.types import ForeignFile

CHUNK = 1 << 20


def kept_file(store: ObjectStore, file: ForeignFile) -> dict[str, Any]:
    """Store the file and return the columns of its row; without a row the sweep deletes it."""
    key = f"runs/imported/{uuid.uuid4()}"
    content = file.holder.content
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    content.seek(0)
    store.put(key, content)
    return {
        "name": file.name,
        "kind": file.kind,
        "object_key": key,
        "size_bytes": size,
        "sha256": digest.hexdigest(),
        "created_at": now(),
    }
