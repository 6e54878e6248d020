"""Chunks of files of sessions, as a client sends them."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from typing import Any

from werkzeug.datastructures import FileStorage

from tests.factories.callers import Caller
from tests.factories.sessions import csv_text

BASE = "/api/training"
LOAD = csv_text("load", [1.5, 2.5, 1.75, 2.0] * 30).encode()
HEAT = csv_text("heat", [20.0, 21.5, 19.25] * 50).encode()
HASH = hashlib.sha256(LOAD).hexdigest()


async def begun(caller: Caller) -> str:
    """Begin a session and return its id."""
    name = f"session_{uuid.uuid4()}"
    await caller.post(f"{BASE}/init-session", {"sessionId": name})
    return name


async def labels(caller: Caller, session: str) -> dict[str, bytes]:
    """Return the bytes of the files of a session by label."""
    return {one["label"]: one["data"] for one in await stored_files(caller, session)}


def cut(data: bytes, number: int) -> list[bytes]:
    """Return ``data`` in that many pieces of nearly one length."""
    bounds = [len(data) * index // number for index in range(number + 1)]
    return [data[low:high] for low, high in pairwise(bounds)]


def chunk_form(
    data: bytes | None,
    metadata: dict[str, Any] | None,
    more: dict[str, Any] | None = None,
    **fields: str,
) -> dict[str, Any]:
    """Return a form with one chunk; what is None is left out."""
    form = dict(fields)
    if metadata is not None:
        form["metadata"] = json.dumps(metadata)
    if more is not None:
        form["additionalData"] = json.dumps(more)
    files = {} if data is None else {"chunk": FileStorage(BytesIO(data), filename="blob")}
    return {"form": form, "files": files}


async def send_chunk(
    caller: Caller,
    session_id: str,
    pieces: Sequence[bytes],
    index: int,
    status: int = 200,
    *,
    label: str | None = "load",
    name: str = "load.csv",
    direction: str = "input",
    **metadata: Any,
) -> Any:
    """Send one of the pieces of a file and return the answer, which must have that status."""
    said = {
        "chunkIndex": index,
        "totalChunks": len(pieces),
        "fileName": name,
        "sessionId": session_id,
        "fileType": direction,
    } | metadata
    more = {} if label is None else {"fileMetadata": {"bezeichnung": label}}
    form = chunk_form(pieces[index], said, more)
    return await caller.post(f"{BASE}/upload-chunk", status=status, **form)


async def stored_files(caller: Caller, session_id: str) -> list[dict[str, Any]]:
    """Return what each file of a session is by the list and by its bytes, the announced left out."""
    listed = (await caller.get(f"{BASE}/csv-files/{session_id}"))["data"]
    first = {row["storage_path"]: row for row in reversed(listed) if row["storage_path"]}
    return [
        await _described(caller, row) for row in listed if first.get(row["storage_path"]) is row
    ]


async def _described(caller: Caller, row: dict[str, Any]) -> dict[str, Any]:
    answer = await caller.call("GET", f"{BASE}/csv-files/{row['id']}/content")
    data = await answer.get_data(as_text=False)
    return {
        "type": row["type"],
        "fileName": row["file_name"],
        "label": row["bezeichnung"],
        "length": len(data),
        "sha256": row["sha256"],
        "data": data,
    }
