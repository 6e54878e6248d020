"""The store of uploads of the running app."""

from dataclasses import dataclass
from datetime import timedelta

from quart import current_app

from app.http.resources import resources
from app.resources import Resources
from services.uploads.files import UploadFiles
from services.uploads.manifest import FOLDER
from services.uploads.types import UploadLimits, UploadStore


@dataclass(frozen=True)
class _Opened:
    parts: Resources
    store: UploadStore


def upload_store() -> UploadStore:
    """Return the one store of this process: it knows who writes to what."""
    parts, opened = resources(), current_app.extensions.get("uploads")
    if not isinstance(opened, _Opened) or opened.parts is not parts:
        opened = current_app.extensions["uploads"] = _Opened(parts, open_upload_store(parts))
    return opened.store


def open_upload_store(parts: Resources) -> UploadStore:
    """Return a store on the folder and with the limits of these settings."""
    settings = parts.settings
    return UploadStore(
        database=parts.database,
        files=UploadFiles(settings.home / FOLDER),
        limits=UploadLimits(
            max_bytes=settings.max_upload_bytes,
            quota_bytes=settings.upload_quota_bytes,
            lifetime=timedelta(seconds=settings.upload_lifetime_seconds),
        ),
    )
