"""A stored object as the body of an answer, in pieces: none of it is held as a whole."""

from collections.abc import AsyncIterator
from typing import BinaryIO
from urllib.parse import quote

from quart import Response

from app.http.threads import run_in_thread

CHUNK = 128 << 10  # bytes; a reader that stands still holds a few of them


def attachment(stream: BinaryIO, size_bytes: int, name: str, content_type: str) -> Response:
    """Return an answer that is saved under ``name``; the stream is closed at its end."""
    response = Response(_chunks(stream), content_type=content_type)
    response.timeout = None  # a slow line may take longer than any answer of ours
    response.content_length = size_bytes
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


async def _chunks(stream: BinaryIO) -> AsyncIterator[bytes]:
    try:
        while chunk := await run_in_thread(stream.read, CHUNK):
            yield chunk
    finally:
        stream.close()
