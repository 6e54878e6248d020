"""Receives a multipart form with one file, straight to disk.

The framework's own parser keeps files in the system's temporary folder and takes as many as
come; here one file goes to a folder of ours, and is cut off at the limit even when the request
does not say how long it is.
"""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl

from quart import request
from werkzeug.datastructures import MultiDict

from app.errors import BadRequest, Invalid
from app.http.blueprint import read_body
from app.http.forms import (
    MAX_FIELD_BYTES,
    MAX_PARTS,
    URLENCODED,
    HashedFile,
    content_of_form,
    parse_multipart,
)
from app.http.idempotency import awaits_content, note_content


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
    if stand_in is not None and request.mimetype == URLENCODED:
        return await _plain_values(field, stand_in)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _Files(folder, max_bytes) as files:
        values, received = await parse_multipart(files.open, timeout_seconds)
        if awaits_content():
            note_content(content_of_form(values, received))
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
    body = await read_body(MAX_FIELD_BYTES)
    note_content(body)
    try:
        pairs = parse_qsl(body.decode(), max_num_fields=MAX_PARTS)
    except ValueError:
        raise BadRequest("The form cannot be read.") from None
    values = _single(MultiDict(pairs))
    if stand_in not in values:
        raise _wrong_files(field, 0)
    return values


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
        self._files: list[HashedFile] = []
        self.paths: list[Path] = []

    def open(self, *_: object) -> HashedFile:
        """Open a file for the next part."""
        number, name = tempfile.mkstemp(prefix="upload-", dir=self._folder)
        file = HashedFile(self._max_bytes, os.fdopen(number, "w+b"), is_hashed=awaits_content())
        self._files.append(file)
        self.paths.append(Path(name))
        return file

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
