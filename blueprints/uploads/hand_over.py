"""A finished upload in place of the file of a form."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from marshmallow import fields, validate

from app.http.gate import current_actor
from app.http.uploads import ReceivedForm
from blueprints.uploads.store import upload_store
from services.uploads.files import disk_errors, new_name
from services.uploads.read import opened

UPLOAD_ID = "upload_id"


def upload_id_field() -> fields.String:
    """Return the field of a form that names a finished upload instead of bringing a file."""
    return fields.String(load_default=None, validate=validate.Length(1, 64))


def take_upload(values: Mapping[str, str], folder: Path) -> ReceivedForm:
    """Return the form as if the upload that it names had come with it.

    The bytes get a second name in ``folder``, which stays theirs while somebody reads, whatever
    becomes of the upload. Raises UploadNotFound, UploadExpired, UploadUnfinished, UploadClaimed
    and DiskFull.
    """
    with opened(upload_store(), current_actor(), values[UPLOAD_ID]) as upload:
        path = folder / f"upload-{new_name()}"
        with disk_errors():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                os.link(upload.path, path)
            except OSError:  # another file system
                shutil.copyfile(upload.path, path)
    return ReceivedForm(path=path, filename=upload.filename, values=values)
