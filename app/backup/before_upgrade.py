"""A copy of the database as it was before a new release changed its schema."""

from contextlib import suppress
from pathlib import Path

from app.backup.archive import BackupError
from app.backup.databases import saved_database
from app.clock import now
from app.settings import Settings

FOLDER, PREFIX = "backups", "before-upgrade-"
KEPT = 3


def keep_copy(settings: Settings, revision: str) -> Path:
    """Copy the database, which is at ``revision``, into the home; keep only the newest copies.

    Objects are not copied: a new schema changes none of them. Raises BackupError.
    """
    folder = settings.home / FOLDER
    database = saved_database(settings.database_url)
    path = folder / f"{PREFIX}{now():%Y%m%d-%H%M%S-%f}-{revision}{Path(database.member).suffix}"
    draft = path.with_name(f".{path.name}.draft")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        database.dump(draft)
        draft.chmod(0o600)
        draft.replace(path)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    for old in sorted(folder.glob(f"{PREFIX}*"))[:-KEPT]:
        old.unlink()
    return path
