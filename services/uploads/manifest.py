"""What uploads bring to the platform."""

from app.domains import HOUR, Domain, PeriodicTask
from services.uploads.files import UploadFiles
from services.uploads.sweep import sweep_uploads

FOLDER = "uploads"  # in the platform's home

DOMAIN = Domain(
    name="uploads",
    tasks=(
        PeriodicTask(
            seconds=HOUR / 4,
            run=lambda it: sweep_uploads(it.database, UploadFiles(it.folder.parent / FOLDER)),
        ),
    ),
)
