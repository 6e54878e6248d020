"""What travels between the routes and the store of uploads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from app.db.engine import Database
from services.uploads.files import UploadFiles


@dataclass(frozen=True, kw_only=True)
class UploadLimits:
    """What one file (``max_bytes``) and one person (``quota_bytes``, 0 = any) may take.

    An upload that nobody touches for ``lifetime`` is deleted. A writer that says nothing for
    ``stall_seconds`` is replaced by the next one that asks.
    """

    max_bytes: int
    quota_bytes: int
    lifetime: timedelta
    stall_seconds: float = 4.0


@dataclass(frozen=True, kw_only=True)
class UploadStore:
    """The rows and the files of uploads; one per process, shared by all of its threads."""

    database: Database
    files: UploadFiles
    limits: UploadLimits


@dataclass(frozen=True, kw_only=True)
class NewUpload:
    """What is known of a file before its bytes come.

    ``length`` is None where it is not known yet. ``num_parts`` makes it an upload of numbered
    parts. ``sha256`` is the hash that the whole must have. ``reference`` finds it again.
    """

    filename: str
    length: int | None = None
    purpose: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    sha256: str | None = None
    reference: str | None = None
    num_parts: int | None = None
    is_partial: bool = False


@dataclass(frozen=True, kw_only=True)
class OpenedUpload:
    """A finished upload: its bytes at ``path`` (to read, never to change) and what it is."""

    id: str
    path: Path
    filename: str
    length: int
    sha256: str
