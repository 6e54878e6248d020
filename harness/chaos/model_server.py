"""``python -m harness.chaos.model_server``: a simulated model that notes all that it was asked.

Each answer leaves a line of its time and the digest of its prompt, which outlives the process.
"""

import asyncio
import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import orjson

from app.process import die_with_parent
from harness.chaos.machine import say_ready
from workers.benchmark_model.app import ModelServer, ServerSettings
from workers.benchmark_model.serving import serve_server


@dataclass(frozen=True, kw_only=True)
class LoggedRequest:
    """What was answered: the digest of its messages, at ``at`` (seconds since 1970)."""

    at: float
    digest: str


def digest_of(messages: Any) -> str:
    """Return a name of some messages that is the same here and there."""
    return hashlib.sha256(orjson.dumps(messages, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


class NotingServer(ModelServer):
    """Writes every question down before it is answered."""

    def __init__(self, settings: ServerSettings, path: Path) -> None:
        super().__init__(settings)
        self._notes = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def _complete(self, request: dict[str, Any], *, chat: bool) -> dict[str, Any]:
        line = f"{time.time()} {digest_of(request.get('messages'))}\n"
        os.write(self._notes, line.encode())
        return super()._complete(request, chat=chat)


def read_requests(path: Path) -> list[LoggedRequest]:
    """Return the questions of all processes that wrote to ``path``, the oldest first."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [LoggedRequest(at=float(at), digest=digest) for at, digest in map(str.split, lines)]


@click.command()
@click.argument("parent", type=int)
@click.argument("port", type=int)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--latency", default=0.0)
def main(parent: int, port: int, path: Path, latency: float) -> None:
    """Serve on PORT until PARENT ends."""
    die_with_parent(parent)
    say_ready()
    server = NotingServer(ServerSettings(latency_s=latency), path)
    asyncio.run(serve_server(server, "127.0.0.1", port, asyncio.Event()))


if __name__ == "__main__":
    main()
