"""What a chunk says of itself, checked before a byte of it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.forecasting.domain.numbers import shown
from services.forecasting.errors import FieldRefused
from services.forecasting.files.create import HASH_FIELD
from services.forecasting.files.fields import checked_direction, checked_fields, checked_label
from services.forecasting.files.options import FIELD, checked_options
from services.forecasting.ids import checked_session_id
from services.forecasting.uploads import LABEL
from services.uploads.domain.labels import checked_sha256
from services.uploads.parts import MAX_PARTS

MAX_FILE_BYTES = 2**53 - 1  # what JSON numbers of browsers hold
SETTINGS = ("timeInfo", "zeitschritte")


@dataclass(frozen=True, kw_only=True)
class SessionChunk:
    """One of ``total`` chunks of a file, counted from 0.

    ``label`` is None where the chunk names none, ``upload_id`` where it names no upload.
    ``file_bytes`` is what the whole file is announced to have, 0 where it is not.
    ``fields`` are the known ones of the file, converted, ``settings`` those of the session.
    """

    index: int
    total: int
    file_name: str
    session_id: str
    direction: str
    label: str | None = None
    sha256: str | None = None
    upload_id: str | None = None
    file_bytes: int = 0
    fields: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


def parse_chunk(metadata: Mapping[str, Any], more: Mapping[str, Any]) -> SessionChunk:
    """Return a chunk from its ``metadata`` and the additional data of its form.

    Raises FieldRefused naming what is missing or wrong, and BadSessionId.
    """
    total = _whole("totalChunks", metadata.get("totalChunks"), 1, MAX_PARTS)
    given = file_fields(more)
    fields = checked_fields(given)
    if options := checked_options(given.get(FIELD)):
        fields[FIELD] = options
    label = given.get(LABEL) or metadata.get(LABEL)
    upload_id = metadata.get("uploadId", more.get("uploadId"))
    return SessionChunk(
        index=_whole("chunkIndex", metadata.get("chunkIndex"), 0, total - 1),
        total=total,
        file_name=checked_label("fileName", metadata.get("fileName")),
        session_id=checked_session_id(metadata.get("sessionId", metadata.get("session_id"))),
        direction=_direction(metadata.get("fileType")),
        label=None if label is None else checked_label(LABEL, label),
        sha256=announced_hash(metadata.get(HASH_FIELD, more.get(HASH_FIELD))),
        upload_id=None if upload_id is None else str(upload_id),
        file_bytes=_whole("fileSize", metadata.get("fileSize", 0), 0, MAX_FILE_BYTES),
        fields=fields,
        settings={name: more[name] for name in SETTINGS if more.get(name) is not None},
    )


def file_fields(more: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a file: those in ``fileMetadata``, and those beside it.

    Raises FieldRefused where fileMetadata is no object.
    """
    given = more.get("fileMetadata", {})
    if not isinstance(given, Mapping):
        raise FieldRefused("fileMetadata", f"fileMetadata is {shown(given)}, but no object.")
    apart = ("fileMetadata", "sessionInfo", "uploadId", HASH_FIELD, *SETTINGS)
    return {**{name: value for name, value in more.items() if name not in apart}, **given}


def announced_hash(value: object) -> str | None:
    """Return a SHA-256 in lower case, None without one; raises FieldRefused for another text."""
    if value is None or value == "":
        return None
    try:
        return checked_sha256(value if isinstance(value, str) else "")
    except ValueError as error:
        raise FieldRefused(HASH_FIELD, f"{HASH_FIELD} is {shown(value)}: {error}") from None


def _direction(value: object) -> str:
    try:
        return checked_direction(value)
    except FieldRefused as error:
        raise FieldRefused("fileType", error.detail.replace("type", "fileType", 1)) from None


def _whole(name: str, value: object, low: int, high: int) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    right = f"a whole number from {low} to {high}"
    raise FieldRefused(name, f"{name} is {shown(value)}, but it must be {right}.")
