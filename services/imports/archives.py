"""A zip that is sent as a log: opened with the checks of every archive, or refused in words."""

import zipfile
from pathlib import Path

from services.datasets.inspection.archive import Archive, open_archive
from services.datasets.inspection.faults import UploadError
from services.datasets.limits import InspectionLimits
from services.imports.domain.evaluation import EvaluationError

BEGINNING = b"PK\x03\x04"
MAX_FAULTS = 3  # that one sentence names


def archive_at(path: Path, limits: InspectionLimits) -> Archive | None:
    """Return the archive at ``path``, None for a file that is none; raises EvaluationError."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            if file.read(4) == BEGINNING:
                raise EvaluationError("The archive is cut off: its directory is missing.")
        return None
    try:
        zipfile.ZipFile(path).close()
        return open_archive(path, limits)
    except UploadError as error:
        messages = [one for given in error.errors.values() for one in given]
        raise EvaluationError(" ".join(messages[:MAX_FAULTS])) from None
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeError):
        raise EvaluationError("The archive is damaged: its directory cannot be read.") from None
