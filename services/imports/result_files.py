"""Finding a run's result file: in the configured folder and nowhere else."""

import os
import stat
from pathlib import Path

from services.imports.errors import NothingToBackfill, ResultsMissing

MAX_BYTES = 32 * 1024 * 1024  # bytes


def read_result_file(folder: Path, run_id: int) -> bytes:
    """Return the content of ``results_<run_id>.json`` in ``folder``.

    Raises ResultsMissing when there is none inside the folder, and NothingToBackfill for one
    that is too large.
    """
    name = f"results_{run_id}.json"
    try:
        path = (folder / name).resolve(strict=True)
        if not path.is_relative_to(folder.resolve(strict=True)):
            raise ResultsMissing(f"{name} is a link that leads out of the results folder.")
        return _content(path, name)
    except (OSError, RuntimeError):  # missing, unreadable, a loop of links
        raise ResultsMissing(f"There is no readable file {name} in the results folder.") from None


def _content(path: Path, name: str) -> bytes:
    # a pipe must not make us wait, and a link that appears only now is not followed
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ResultsMissing(f"{name} is not a file.")
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise NothingToBackfill(f"{name} is larger than {MAX_BYTES // 2**20} MiB.")
    return content
