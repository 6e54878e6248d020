"""Reading multipart forms, and what two forms have in common when they say the same.

A form that is sent again has another boundary, so its bytes are other ones: what counts is its
values and the bytes of its files.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable
from typing import IO, Any

from quart import request
from quart.formparser import FormDataParser
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestTimeout

from app.errors import BadRequest, TooLarge

MULTIPART = "multipart/form-data"
URLENCODED = "application/x-www-form-urlencoded"
MAX_PARTS = 50
MAX_FIELD_BYTES = 64 * 1024


class HashedFile:
    """A part that is a file: it refuses to grow beyond its limit, and knows its SHA-256.

    Without a ``file`` nothing is kept of it. Hashing a gigabyte takes a second.
    """

    def __init__(
        self, max_bytes: int, file: IO[bytes] | None = None, *, is_hashed: bool = True
    ) -> None:
        self._file, self._left, self._max_bytes = file, max_bytes, max_bytes
        self._is_hashed, self._digest = is_hashed, hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Return the hash of what has arrived, in hex."""
        return self._digest.hexdigest()

    def write(self, data: bytes) -> int:
        """Take a piece. Raises TooLarge."""
        self._left -= len(data)
        if self._left < 0:
            raise TooLarge(f"The file is larger than {self._max_bytes} bytes.")
        if self._is_hashed:
            self._digest.update(data)
        return self._file.write(data) if self._file else len(data)

    def seek(self, offset: int) -> int:
        """Go to an offset."""
        return self._file.seek(offset) if self._file else offset

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()


async def parse_multipart(
    open_file: Callable[..., HashedFile], timeout_seconds: float
) -> tuple[Any, Any]:
    """Return the values and the files of the form of this request, each as a MultiDict.

    Raises BadRequest for what is no multipart form and RequestTimeout for a slow one.
    """
    parser = FormDataParser(
        cls=MultiDict,
        max_form_memory_size=MAX_FIELD_BYTES,
        max_form_parts=MAX_PARTS,
        silent=False,
        stream_factory=open_file,  # type: ignore[arg-type]
    )
    if request.mimetype != MULTIPART:
        raise BadRequest("Send the file as multipart/form-data.")
    length = request.content_length
    try:
        async with asyncio.timeout(timeout_seconds):
            return await parser.parse(request.body, MULTIPART, length, request.mimetype_params)
    except TimeoutError:
        raise RequestTimeout from None
    except ValueError:
        raise BadRequest("The multipart form cannot be read.") from None


def content_of_form(values: Any, files: Any) -> bytes:
    """Return the same bytes for forms with the same values and the same files."""
    parts = [["value", name, value] for name, value in values.items(multi=True)]
    parts += [
        ["file", name, file.filename, file.stream.sha256] for name, file in files.items(multi=True)
    ]
    return json.dumps(sorted(parts)).encode()


async def content_of_unread_form(max_bytes: int, timeout_seconds: float) -> bytes:
    """Return the content of the form of this request, of which nothing else is kept.

    Raises as ``parse_multipart`` and, beyond ``max_bytes``, TooLarge.
    """
    if request.mimetype == MULTIPART:
        values, files = await parse_multipart(lambda *_: HashedFile(max_bytes), timeout_seconds)
        return content_of_form(values, files)
    content = bytearray()
    async for piece in request.body:
        content += piece
        if len(content) > MAX_FIELD_BYTES:
            raise TooLarge(f"The form is larger than {MAX_FIELD_BYTES} bytes.")
    return bytes(content)
