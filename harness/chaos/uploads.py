"""Files that are sent while everything is killed: each must arrive as it was."""

import hashlib
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Event

from app.auth.actor import SYSTEM
from app.clock import now
from app.db.engine import Database
from app.models import User
from harness.chaos.machine import Machine, MachinePart
from harness.chaos.stream import Stream
from harness.ports import free_port
from services.accounts.tokens import add_token, scopes_for

MEGABYTE = 1 << 20
MAX_SIZE = 6 * MEGABYTE
STEP = 64 << 10  # bytes between two looks whether to break off
REST_SECONDS = 0.05  # after each piece: a file is then on its way for some seconds


class SendingStopped(Exception):
    """Nobody waits for the file any more."""


@dataclass(frozen=True)
class MachineWeb:
    """A web process that its machine starts again."""

    part: MachinePart
    url: str

    def kill(self) -> None:
        """Kill it without a warning."""
        if self.part.process is not None:
            self.part.process.kill()

    def start(self) -> None:
        """Leave that to the machine."""


def add_webs(machine: Machine, number: int) -> list[MachineWeb]:
    """Keep web processes alive on ports of their own."""
    webs = []
    for _ in range(number):
        port, name = free_port(), f"web {len(machine.parts)}"
        part = machine.add_program(name, "web", ROUNDHOUSE_PORT=str(port))
        webs.append(MachineWeb(part, f"http://127.0.0.1:{port}"))
    return webs


def uploader_token(database: Database) -> str:
    """Write somebody who may upload and return the secret of a token."""
    user = User(email="uploader@example.org", name="", role="member", created_at=now())
    with database.write() as unit:
        unit.session.add(user)
        unit.session.flush()
        return add_token(unit, SYSTEM, user.id, "chaos", scopes_for(user, None), None).secret


@dataclass
class Uploads:
    """Send one file after the other, and note which arrived as something else."""

    webs: Sequence[MachineWeb]
    token: str
    wrong: list[str] = field(default_factory=list)
    files: int = 0

    def __post_init__(self) -> None:
        self._over, self._cut, self._stopped = Event(), Event(), Event()
        pool = ThreadPoolExecutor(max_workers=1)  # it must not hold up who restarts the dead
        self._work = pool.submit(self._go_on, random.Random(0))
        pool.shutdown(wait=False)

    def cut(self) -> None:
        """Break the connection off at the byte that is sent now."""
        self._cut.set()

    def finish(self, meanwhile: Callable[[], None]) -> None:
        """End with the file that is on its way. Raises what the sender raised."""
        self._over.set()
        while not self._work.done():
            meanwhile()
            time.sleep(REST_SECONDS)
        self._work.result()

    def stop(self) -> None:
        """Leave the file that is on its way."""
        self._over.set()
        self._stopped.set()
        wait([self._work])

    def _go_on(self, chance: random.Random) -> None:
        while not self._over.is_set():
            data = chance.randbytes(chance.randrange(1, MAX_SIZE))
            try:
                self._send(Stream(self.webs, self.token, data, self._rest), data, chance)
            except AssertionError as error:
                self.wrong.append(f"an upload: {error}")
            except SendingStopped:
                return

    def _rest(self) -> None:
        if self._stopped.is_set():
            raise SendingStopped
        self._over.wait(REST_SECONDS)

    def _send(self, stream: Stream, data: bytes, chance: random.Random) -> None:
        end = 0
        while end < len(data):
            end = min(len(data), end + STEP)
            stream.send_to(end)
            if self._cut.is_set():
                self._cut.clear()
                stream.break_off(reset=chance.random() < 0.5)
        shown = stream.finish()
        self.files += 1
        if shown["sha256"] != hashlib.sha256(data).hexdigest():
            self.wrong.append(f"upload {stream.path} of {len(data)} bytes arrived as another")
