"""Starting somebody else's server in a private folder, and ending it with all of its children."""

import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil

from harness.eventually import eventually

PATIENCE_SECONDS = 90


@contextmanager
def private_folder() -> Iterator[Path]:
    """Yield a folder that goes away again."""
    with tempfile.TemporaryDirectory(prefix="rh-peer-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def serving(
    command: Sequence[str], url: str, folder: Path, environment: Mapping[str, str]
) -> Iterator[httpx.Client]:
    """Yield a client of the server once it answers."""
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=dict(environment), stdout=log, stderr=subprocess.STDOUT
        )
    try:
        with httpx.Client(base_url=url, timeout=120, trust_env=False) as client:
            eventually(lambda: _answers(client, process, folder), PATIENCE_SECONDS, every=0.1)
            yield client
    finally:
        _end(process)


def _answers(client: httpx.Client, process: "subprocess.Popen[bytes]", folder: Path) -> bool:
    if process.poll() is not None:
        raise RuntimeError((folder / "server.log").read_text()[-2000:])
    with suppress(httpx.HTTPError):
        return client.get("/").status_code < 500
    return False


def _end(process: "subprocess.Popen[bytes]") -> None:
    with suppress(psutil.NoSuchProcess):
        family = [
            *psutil.Process(process.pid).children(recursive=True),
            psutil.Process(process.pid),
        ]
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()
    process.wait()
