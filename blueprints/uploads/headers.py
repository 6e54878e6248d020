"""What the headers of tus 1.0 say: pure functions on texts.

https://tus.io/protocols/resumable-upload
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.errors import RoundhouseError
from services.uploads.errors import UploadRequestInvalid

if TYPE_CHECKING:
    from hashlib import _Hash

VERSION = "1.0.0"
EXTENSIONS = (
    "creation,creation-with-upload,creation-defer-length,checksum,expiration,termination,"
    "concatenation"
)
CONTENT_TYPE = "application/offset+octet-stream"
CHECKSUMS: Mapping[str, "Callable[[], _Hash]"] = {
    "sha256": hashlib.sha256,
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
}
MAX_DIGITS = 18  # a number of bytes that every database can hold
MAX_METADATA = 8192
_NUMBER = re.compile(r"[0-9]+")
_KEY = re.compile(r"[!-+\--~]{1,100}")  # printable ASCII without blank and comma


class WrongVersion(RoundhouseError):
    """The client speaks another version of tus."""

    code = "tus_version"
    status = 412

    def __init__(self) -> None:
        super().__init__(f"Send Tus-Resumable: {VERSION}.")


class WrongContentType(RoundhouseError):
    """The body of a PATCH is of another type."""

    code = "content_type"
    status = 415

    def __init__(self) -> None:
        super().__init__(f"Send the bytes with Content-Type: {CONTENT_TYPE}.")


@dataclass(frozen=True)
class Checksum:
    """What the bytes of one request must hash to."""

    algorithm: str
    digest: bytes


def check_version(value: str | None) -> None:
    """Refuse a request that does not speak our version. Raises WrongVersion."""
    if value != VERSION:
        raise WrongVersion


def check_content_type(value: str | None) -> None:
    """Refuse a body that is not the bytes of a file. Raises WrongContentType."""
    if (value or "").partition(";")[0].strip().lower() != CONTENT_TYPE:
        raise WrongContentType


def parse_size(name: str, value: str | None) -> int:
    """Return a number of bytes. Raises UploadRequestInvalid for anything but plain digits."""
    if value is None or not _NUMBER.fullmatch(value):
        raise _invalid(name, f"{name} is a number of bytes, such as 1048576.")
    return int(value[:MAX_DIGITS]) if len(value) <= MAX_DIGITS else 10**MAX_DIGITS


def parse_length(length: str | None, defer: str | None) -> int | None:
    """Return the length of the whole file, None where it comes later.

    Raises UploadRequestInvalid unless exactly one of the two headers is given.
    """
    if defer is None:
        return parse_size("Upload-Length", length)
    if defer != "1" or length is not None:
        raise _invalid("Upload-Defer-Length", "Send Upload-Length, or Upload-Defer-Length: 1.")
    return None


def parse_metadata(value: str | None) -> dict[str, str]:
    """Return the pairs of ``key base64,key base64``; a key alone has an empty text.

    Raises UploadRequestInvalid for a key twice, and for what is no base64 of UTF-8.
    """
    pairs: dict[str, str] = {}
    if len(value or "") > MAX_METADATA:
        raise _invalid("Upload-Metadata", f"Upload-Metadata has at most {MAX_METADATA} letters.")
    for pair in (value or "").split(",") if value and value.strip() else []:
        key, _, encoded = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in pairs:
            raise _invalid("Upload-Metadata", f"Name each key once: {key[:40]!r} is none.")
        pairs[key] = _decoded(key, encoded)
    return pairs


def _decoded(key: str, encoded: str) -> str:
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        raise _invalid("Upload-Metadata", f"{key} is no text in UTF-8 and base64.") from None
    if "\0" in text:
        raise _invalid("Upload-Metadata", f"{key} cannot hold the NUL character.")
    return text


def format_metadata(pairs: Mapping[str, str]) -> str:
    """Return pairs as ``parse_metadata`` reads them."""
    return ",".join(
        f"{key} {base64.b64encode(text.encode()).decode()}" if text else key
        for key, text in pairs.items()
    )


def parse_checksum(value: str | None) -> Checksum | None:
    """Return what ``sha1 base64`` says. Raises UploadRequestInvalid for an unknown algorithm."""
    if value is None:
        return None
    algorithm, _, encoded = value.strip().partition(" ")
    if algorithm not in CHECKSUMS:
        raise _invalid("Upload-Checksum", f"Use one of {', '.join(CHECKSUMS)}.")
    try:
        return Checksum(algorithm, base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError):
        raise _invalid("Upload-Checksum", "The checksum is written in base64.") from None


def parse_concat(value: str | None, prefix: str) -> tuple[bool, list[str] | None]:
    """Return whether an upload is partial, and the ids that a final one is made of.

    Only addresses below ``prefix`` are read, and of these only the last part, which is an id.
    Raises UploadRequestInvalid.
    """
    if value is None:
        return False, None
    kind, _, addresses = value.partition(";")
    if kind.strip() == "partial" and not addresses:
        return True, None
    if kind.strip() != "final" or not addresses.strip():
        raise _invalid("Upload-Concat", "Send partial, or final; and the addresses of the parts.")
    return False, [_id_of(address, prefix) for address in addresses.split()]


def _id_of(address: str, prefix: str) -> str:
    try:
        path = urlsplit(address).path
    except ValueError:
        path = ""
    folder, _, upload_id = path.rpartition("/")
    if folder != prefix or not upload_id.isalnum():
        raise _invalid("Upload-Concat", f"{address[:80]!r} is no upload of {prefix}.")
    return upload_id


def _invalid(header: str, detail: str) -> UploadRequestInvalid:
    return UploadRequestInvalid(detail, errors={header: [detail]})
