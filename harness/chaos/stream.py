"""One file on its way over connections that break, to whichever web process answers."""

import select
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import cycle
from typing import TypeVar

import httpx

from harness.uploads import PIECE, KillableWeb, TusSender, let_reset

Answer = TypeVar("Answer")
RETRY_SECONDS = 0.1
PATIENCE_SECONDS = 600.0  # of a busy machine that starts what was killed


class Stream:
    """A client that goes on where the platform says it is, at the next web process if one dies.

    ``meanwhile`` is called between pieces and whenever it waits. What the platform acknowledged
    once must be there for ever: anything else raises AssertionError.
    """

    def __init__(
        self, webs: Sequence[KillableWeb], token: str, data: bytes, meanwhile: Callable[[], None]
    ) -> None:
        self._webs, self._meanwhile, self._data = cycle(webs), meanwhile, data
        self._connection = ExitStack()
        self._raw: socket.socket | None = None
        self._sent = 0
        self.sender = TusSender(next(self._webs), token)
        self.path = self._answer_of(lambda: self.sender.begin(len(data)))

    def send_to(self, end: int) -> None:
        """Send until byte ``end`` has left; what a death took with it is sent again."""
        while True:
            raw = self._connected()
            if self._sent >= end:
                return
            self._put(raw, self._data[self._sent : min(end, self._sent + PIECE)])
            self._meanwhile()

    def break_off(self, *, reset: bool) -> None:
        """Leave the connection, as a person does or as a network does."""
        if self._raw is not None and reset:
            let_reset(self._raw)
        self._leave()

    def kill_web(self) -> None:
        """Kill the web process that receives."""
        self.sender.web.kill()

    def finish(self) -> dict[str, object]:
        """Send the rest and return what the platform says of the upload."""
        while not self._is_there():
            self._wait()
        return self._answer_of(lambda: self.sender.shown(self.path))

    def _is_there(self) -> bool:
        self.send_to(len(self._data))
        is_well = _answers_well(self._connected())
        self._leave()
        return is_well and self._answer_of(lambda: self.sender.offset(self.path)) == len(self._data)

    def _connected(self) -> socket.socket:
        """Return the connection on which the next bytes may be sent."""
        if self._raw is None:
            self._sent = self._answer_of(lambda: self.sender.offset(self.path))
            self._raw = self._answer_of(self._connect)
        return self._raw

    def _connect(self) -> socket.socket:
        length = len(self._data) - self._sent
        return self._connection.enter_context(self.sender.connected(self.path, self._sent, length))

    def _put(self, raw: socket.socket, piece: bytes) -> None:
        try:
            if select.select([raw], [], [], 0)[0]:  # an answer before the end is a refusal
                raise ConnectionError
            raw.sendall(piece)
        except OSError:
            self._leave()
            self._wait()
        else:
            self._sent += len(piece)
            self.sender.sent += len(piece)

    def _leave(self) -> None:
        self._connection.close()
        self._raw = None

    def _answer_of(self, question: Callable[[], Answer]) -> Answer:
        """Return the answer of the web process, or of the next one that lives."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return question()
            except (httpx.HTTPError, OSError):
                if time.monotonic() > deadline:
                    raise
                self.sender.web = next(self._webs)
                self._wait()

    def _wait(self) -> None:
        self._meanwhile()
        time.sleep(RETRY_SECONDS)


def _answers_well(raw: socket.socket) -> bool:
    try:
        return raw.recv(100).startswith(b"HTTP/1.1 204")
    except OSError:
        return False
