"""The jobs of imports: a number in, one use case out."""

import resource

from app.process import cap
from app.resources import Resources
from services.imports import work
from services.imports.job_sync import import_id_of
from workers.attempt import Attempt

MAX_MEMORY = 4 * 1024**3  # bytes of addresses of a work-horse that reads a foreign file


def import_runs(attempt: Attempt, resources: Resources) -> None:
    """Read the file of the import that the job is about.

    The work-horse does nothing else, so its memory can be bounded: files are not trusted.
    """
    cap(resource.RLIMIT_AS, MAX_MEMORY)
    import_id = import_id_of(attempt.claim.subject)
    folder = resources.settings.home / "tmp"
    work.import_runs(import_id, attempt, resources.database, resources.store, folder)
