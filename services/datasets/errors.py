"""What can go wrong with datasets, in words for people."""

from app.errors import Conflict, Invalid, NotFound, Unavailable

DAMAGED = (
    "The stored rows of this dataset are not the ones that were uploaded. Upload the file again."
)


class DatasetNotFound(NotFound):
    """There is no such dataset, or it is not the caller's to see."""

    code = "dataset_not_found"


class UploadRefused(Invalid):
    """The file cannot be trained on; ``errors`` names each member, row or column."""

    code = "upload_refused"


class DatasetInUse(Conflict):
    """A run that is not over yet needs the dataset."""

    code = "dataset_in_use"


class DatasetReadOnly(Conflict):
    """A built-in dataset belongs to nobody and never changes."""

    code = "dataset_read_only"


class DatasetDamaged(Conflict):
    """The stored rows are not the ones that were uploaded."""

    code = "dataset_damaged"


class InspectionUnavailable(Unavailable):
    """The process that reads uploads could not do its work, through no fault of the file."""

    code = "inspection_unavailable"
