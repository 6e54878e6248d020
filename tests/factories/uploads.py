"""Requests of tus, as a client sends them."""

import base64
import os
from contextlib import suppress
from datetime import timedelta
from typing import Any

from app.clock import now
from app.models.upload import StoredUpload
from services.uploads.files import UploadFiles
from services.uploads.sweep import sweep_uploads
from tests.factories.callers import Caller

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = TUS | {"Content-Type": "application/offset+octet-stream"}


def metadata(**pairs: str) -> str:
    """Return pairs as Upload-Metadata has them."""
    return ",".join(
        f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in pairs.items()
    )


async def begin(caller: Caller, length: int, path: str = "/api/uploads", **pairs: str) -> str:
    """Begin an upload and return its address."""
    headers = TUS | {
        "Upload-Length": str(length),
        "Upload-Metadata": metadata(filename="load.csv", **pairs),
    }
    response = await caller.call("POST", path, headers=headers)
    assert response.status_code == 201, response.body
    return str(response.headers["Location"])


async def patch(caller: Caller, path: str, offset: int, data: bytes, **headers: str) -> Any:
    """Send bytes; further headers have ``_`` for ``-``."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = BYTES | {"Upload-Offset": str(offset)} | more
    return await caller.call("PATCH", path, headers=sent, data=data)


async def offset_of(caller: Caller, path: str) -> int:
    """Return how many bytes are safe."""
    response = await caller.call("HEAD", path, headers=TUS)
    assert response.status_code == 200
    return int(response.headers["Upload-Offset"])


async def send(caller: Caller, data: bytes, **pairs: str) -> str:
    """Send a whole file and return the id of its upload."""
    path = await begin(caller, len(data), **pairs)
    assert (await patch(caller, path, 0, data)).status_code == 204
    return path.rpartition("/")[2]


def upload_files(caller: Caller, path: str) -> list[bytes]:
    """Return the bytes that the row of an upload names, and those only: there may be none."""
    files = caller.resources.settings.home / "uploads"
    with caller.database.read() as session:
        row = session.get(StoredUpload, path.rpartition("/")[2])
    return [(files / row.file).read_bytes()[: row.received]] if row else []


class Expiry:
    """Lets time pass for uploads: a row expires, and its file is as old as that."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._files = caller.resources.settings.home / "uploads"

    def __call__(self, path: str) -> None:
        """Let 25 hours pass for one upload."""
        past = now() - timedelta(hours=25)
        with self._caller.database.write() as unit:
            row = unit.session.get_one(StoredUpload, path.rpartition("/")[2])
            row.expires_at = past
        with suppress(FileNotFoundError):  # an upload of parts has no file of its own yet
            os.utime(self._files / row.file, (past.timestamp(), past.timestamp()))

    def sweep(self) -> int:
        """Do what the clock does."""
        return sweep_uploads(self._caller.database, UploadFiles(self._files))
