"""Receives a multipart form with one file, straight to disk.

The framework's own parser keeps files in the system's temporary folder and takes as many as
come; here one file goes to a folder of ours, and is cut off at the limit even when the request
does not say how long it is.
"""

import asyncio
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import parse_qsl

from quart import request
from quart.formparser import FormDataParser
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestTimeout

from app.errors import BadRequest, Invalid, TooLarge
from app.http.blueprint import read_body

_MAX_PARTS = 50
_MAX_FIELD_BYTES = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class ReceivedForm:
    """A form that has arrived; whoever gets it removes the file in the end."""

    path: Path
    filename: str | None
    values: Mapping[str, str]

    def remove(self) -> None:
        """Delete the file."""
        self.path.unlink(missing_ok=True)


async def receive_form(
    folder: Path,
    *,
    field: str,
    max_bytes: int,
    timeout_seconds: float,
    stand_in: str | None = None,
) -> ReceivedForm | Mapping[str, str]:
    """Write the file of the form field ``field`` into ``folder`` and return it with the rest.

    A form with the value ``stand_in`` needs no file: then its values alone are returned. Raises
    TooLarge beyond ``max_bytes``, BadRequest for what is no multipart form, and Invalid for a form
    without exactly this one file.
    """
    if stand_in is not None and request.mimetype == "application/x-www-form-urlencoded":
        return await _plain_values(field, stand_in)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _Files(folder, max_bytes) as files:
        try:
            async with asyncio.timeout(timeout_seconds):
                values, received = await _parse(files)
        except TimeoutError:
            raise RequestTimeout from None
        single = _single(values)
        if stand_in is not None and stand_in in single and not files.paths:
            return single
        if list(received) != [field] or len(files.paths) != 1:
            raise _wrong_files(field, len(files.paths))
        form = ReceivedForm(path=files.paths[0], filename=received[field].filename, values=single)
        files.keep()
        return form


async def _plain_values(field: str, stand_in: str) -> Mapping[str, str]:
    """Return the values of a form that cannot hold a file."""
    body = await read_body(_MAX_FIELD_BYTES)
    try:
        pairs = parse_qsl(body.decode(), max_num_fields=_MAX_PARTS)
    except ValueError:
        raise BadRequest("The form cannot be read.") from None
    values = _single(MultiDict(pairs))
    if stand_in not in values:
        raise _wrong_files(field, 0)
    return values


async def _parse(files: "_Files") -> tuple[Any, Any]:
    parser = FormDataParser(
        cls=MultiDict,
        max_form_memory_size=_MAX_FIELD_BYTES,
        max_form_parts=_MAX_PARTS,
        silent=False,
        stream_factory=files.open,
    )
    if request.mimetype != "multipart/form-data":
        raise BadRequest("Send the file as multipart/form-data.")
    length = request.content_length
    try:
        return await parser.parse(request.body, request.mimetype, length, request.mimetype_params)
    except ValueError:
        raise BadRequest("The multipart form cannot be read.") from None


def _wrong_files(field: str, number: int) -> Invalid:
    detail = f"Send exactly one file, in the field '{field}'; {number} came."
    return Invalid(detail, errors={field: [detail]})


def _single(values: Any) -> dict[str, str]:
    """Return each field once; what a browser leaves empty was not given."""
    repeated = {name: ["Give it once."] for name in values if len(values.getlist(name)) > 1}
    if repeated:
        raise Invalid("A field is given more than once.", errors=repeated)
    return {name: value for name, value in values.items() if value != ""}


class _Files:
    """The files that a parser opens; all of them vanish unless they are kept."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder, self._max_bytes = folder, max_bytes
        self._files: list[_Limited] = []
        self.paths: list[Path] = []

    def open(self, *_: object) -> IO[bytes]:
        """Open a file for the next part."""
        number, name = tempfile.mkstemp(prefix="upload-", dir=self._folder)
        file = _Limited(os.fdopen(number, "w+b"), self._max_bytes)
        self._files.append(file)
        self.paths.append(Path(name))
        return file  # type: ignore[return-value]

    def keep(self) -> None:
        """Leave the files to somebody else."""
        self.paths = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            file.close()
        for path in self.paths:
            path.unlink(missing_ok=True)


class _Limited:
    """A file that refuses to grow beyond its limit."""

    def __init__(self, file: IO[bytes], max_bytes: int) -> None:
        self._file, self._left, self._max_bytes = file, max_bytes, max_bytes

    def write(self, data: bytes) -> int:
        self._left -= len(data)
        if self._left < 0:
            raise TooLarge(f"The file is larger than {self._max_bytes} bytes.")
        return self._file.write(data)

    def seek(self, offset: int) -> int:
        return self._file.seek(offset)

    def close(self) -> None:
        self._file.close()
