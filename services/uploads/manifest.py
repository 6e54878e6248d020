"""What uploads bring to the platform."""

from app.domains import HOUR, Domain, PeriodicTask
from app.later import later
from services.uploads.files import UploadFiles

FOLDER = "uploads"  # in the platform's home

sweep_uploads = later("services.uploads.sweep:sweep_uploads")

DOMAIN = Domain(
    name="uploads",
    tasks=(
        PeriodicTask(
            seconds=HOUR / 4,
            run=lambda it: sweep_uploads(it.database, UploadFiles(it.folder.parent / FOLDER)),
        ),
    ),
)
