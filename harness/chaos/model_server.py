"""A simulated model that notes all that was sent to it, run by ``Machine.add_program``.

Each answer leaves a line of its time and the digest of its prompt, which outlives the process.
"""

import asyncio
import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

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


def main(port: str, path: str, latency: str) -> None:
    """Serve on a port until this process is ended; an answer takes ``latency`` seconds."""
    say_ready()
    server = NotingServer(ServerSettings(latency_s=float(latency)), Path(path))
    asyncio.run(serve_server(server, "127.0.0.1", int(port), asyncio.Event()))
