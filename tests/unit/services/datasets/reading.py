"""Runs the readers on bytes, in this process, for tests of what they say."""

from pathlib import Path

import pytest

from services.datasets.inspection.faults import UploadError
from services.datasets.inspection.images import inspect_images
from services.datasets.inspection.table import inspect_table
from services.datasets.limits import InspectionLimits
from services.datasets.types import DatasetSummary, ReaderOptions

READERS = {"table": inspect_table, "images": inspect_images}


def read(
    kind: str,
    data: bytes,
    folder: Path,
    options: ReaderOptions | None = None,
    limits: InspectionLimits | None = None,
) -> DatasetSummary:
    """Return what a reader finds in an upload."""
    (folder / "upload").write_bytes(data)
    return READERS[kind](
        folder / "upload",
        folder / "canonical",
        options or ReaderOptions(),
        limits or InspectionLimits(),
    )


def refusal(kind: str, data: bytes, folder: Path, **bounds: object) -> UploadError:
    """Return why a reader refuses an upload."""
    with pytest.raises(UploadError) as caught:
        read(kind, data, folder, **bounds)  # type: ignore[arg-type]
    return caught.value


def messages(fault: UploadError) -> str:
    """Return all that a refusal says."""
    return "\n".join(text for texts in fault.errors.values() for text in texts)
