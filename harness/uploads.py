"""Sending files by tus over connections that break, to a web process that dies."""

import contextlib
import random
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from harness.eventually import eventually
from harness.plain_http import NO_CERTIFICATES

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = TUS | {"Content-Type": "application/offset+octet-stream"}
PIECE = 64 << 10


class KillableWeb(Protocol):
    """A web process that may be killed and started again."""

    @property
    def url(self) -> str:
        """Return its address without a path."""

    def kill(self) -> None:
        """Kill it without a warning."""

    def start(self) -> object:
        """Start it and wait until it answers."""


@dataclass
class TusSender:
    """A client that resumes where the platform says, as tus clients do."""

    web: KillableWeb
    token: str
    acknowledged: int = 0
    sent: int = 0
    faults: list[str] = field(default_factory=list)

    def begin(self, length: int, path: str = "/api/uploads", metadata: str = "") -> str:
        """Begin an upload and return its path."""
        said = {"Upload-Metadata": metadata} if metadata else {}
        response = self._call("POST", path, {**TUS, **said, "Upload-Length": str(length)})
        assert response.status_code == 201, response.text
        self.acknowledged = 0
        return response.headers["Location"]

    def offset(self, path: str) -> int:
        """Return how far the platform is; what it acknowledged before must still be there.

        Raises HTTPError where nobody answers, or asks to wait.
        """
        response = self._call("HEAD", path, TUS)
        if response.status_code == 503:  # "ask again"
            response.raise_for_status()
        assert response.status_code == 200, response.status_code
        offset = int(response.headers["Upload-Offset"])
        assert offset >= self.acknowledged, f"{offset} of {self.acknowledged} bytes are left"
        self.acknowledged = offset
        return offset

    def append(self, path: str, offset: int, data: bytes) -> httpx.Response:
        """Send bytes and return the answer."""
        self.sent += len(data)
        return self._call("PATCH", path, {**BYTES, "Upload-Offset": str(offset)}, data)

    def finish(self, path: str, data: bytes, *, seconds: float = 60.0) -> None:
        """Send what is missing, as often as it takes."""

        def done() -> bool:
            offset = self.offset(path)
            return self.append(path, offset, data[offset:]).status_code == 204

        eventually(done, seconds, every=0.5)

    def shown(self, path: str) -> dict[str, object]:
        """Return what the platform says of the upload."""
        return dict(self._call("GET", path, {}).json())

    def cut(self, path: str, data: bytes, after: int, kind: str) -> None:
        """Announce all that is missing, send ``after`` bytes of it, and break off by ``kind``."""
        offset = self.offset(path)
        self.faults.append(kind)
        with self.connected(path, offset, len(data) - offset) as raw:
            self._send(raw, data[offset : offset + after])
            if kind == "reset":
                let_reset(raw)
            elif kind == "killed":
                self.web.kill()
        if kind == "killed":
            self.web.start()

    def _send(self, raw: socket.socket, data: bytes) -> None:
        with contextlib.suppress(OSError):
            for start in range(0, len(data), PIECE):
                raw.sendall(data[start : start + PIECE])
                self.sent += len(data[start : start + PIECE])

    @contextlib.contextmanager
    def connected(self, path: str, offset: int, length: int) -> Iterator[socket.socket]:
        """Yield a connection on which the head of a PATCH was sent."""
        host, port = "127.0.0.1", urlsplit(self.web.url).port
        head = {
            "Host": f"{host}:{port}",
            "Authorization": f"Bearer {self.token}",
            **BYTES,
            "Upload-Offset": str(offset),
            "Content-Length": str(length),
        }
        lines = [f"PATCH {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
        with socket.create_connection((host, port), timeout=120) as raw:
            raw.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
            yield raw

    def _call(
        self, method: str, path: str, headers: dict[str, str], data: bytes = b""
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **headers}
        return httpx.request(
            method,
            self.web.url + path,
            headers=headers,
            content=data,
            timeout=120,
            verify=NO_CERTIFICATES,
        )


def let_reset(raw: socket.socket) -> None:
    """Let the connection end with a reset when it is closed, as when a network breaks."""
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def send_with_cuts(sender: TusSender, data: bytes, cuts: Sequence[str], draw: random.Random) -> str:
    """Send ``data``, broken off once for each of ``cuts`` at a random byte; return its path."""
    path = sender.begin(len(data))
    for number, kind in enumerate(cuts):
        offset = sender.offset(path)
        share = (len(data) - offset) // (len(cuts) - number + 1)
        sender.cut(path, data, draw.randint(0, 2 * share), kind)
    sender.finish(path, data)
    return path


def seconds_until_taken_over(sender: TusSender, path: str, data: bytes) -> float:
    """Return how long a writer that stays silent keeps another one from going on."""
    offset = sender.offset(path)
    with sender.connected(path, offset, len(data) - offset) as silent:
        silent.sendall(data[offset : offset + PIECE])
        eventually(lambda: sender.offset(path) == offset + PIECE)
        began = time.monotonic()
        answer = sender.append(path, offset + PIECE, data[offset + PIECE :])
        while answer.status_code == 423:
            time.sleep(0.1)
            at = sender.offset(path)
            answer = sender.append(path, at, data[at:])
        assert answer.status_code == 204, answer.text
    return time.monotonic() - began
