"""Starting somebody else's server in a private folder, and ending it with all of its children."""

import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil

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
            _wait(client, process, folder)
            yield client
    finally:
        _end(process)


def _wait(client: httpx.Client, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError((folder / "server.log").read_text()[-2000:])
        with suppress(httpx.HTTPError):
            if client.get("/").status_code < 500:
                return
        time.sleep(0.1)
    raise RuntimeError("The server did not answer in time.")


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
