"""The threads that work while the training goes on: one sends, one gives signs of life.

They are two, because a large file may take longer to send than a run may be silent.
"""

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from roundhouse.api import Api
from roundhouse.delivery import Delivery
from roundhouse.errors import Refused, Unreachable, harmless, warn
from roundhouse.spool import SpoolReader, SpoolWriter

SEND_SECONDS = 0.5
FIRST_PAUSE = 0.5
MAX_PAUSE = 30.0
AT_THE_END = 1.0  # the longest pause once the training is over


class Sender:
    """Sends a spool until ``finish`` is called."""

    def __init__(
        self,
        writer: SpoolWriter,
        reader: SpoolReader,
        api: Api,
        beat_seconds: float,
        on_stop: Callable[[], None],
        on_begin: Callable[[], None],
    ) -> None:
        self.delivery = Delivery(reader, api)
        self._writer, self._api = writer, api
        self._beat_seconds = beat_seconds
        self._on_stop, self._on_begin = on_stop, on_begin
        self._finishing = threading.Event()
        self._ended = threading.Event()
        self._given_up = False
        self._away = False
        self._stuck = False
        self._thread = threading.Thread(target=self._work, name="roundhouse", daemon=True)
        self._heartbeat = threading.Thread(target=self._beat, name="roundhouse-beat", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()
        self._heartbeat.start()

    def finish(self, seconds: float, seconds_away: float) -> bool:
        """Send what is left and return whether everything has arrived.

        It takes ``seconds`` at the most, and ``seconds_away`` while the platform is away or the
        disk is full.
        """
        self._finishing.set()
        deadline = time.monotonic() + seconds
        given_up_at = time.monotonic() + seconds_away
        while self._thread.is_alive() and time.monotonic() < deadline:
            self._thread.join(0.05)
            if (self._away or self._stuck) and time.monotonic() > given_up_at:
                break
        return self.delivery.is_done

    @harmless
    def _work(self) -> None:
        pause = 0.0
        while not self._given_up and not self.delivery.is_done:
            self._rest(pause)
            try:
                self._writer.sync()
                self._turn()
                pause, self._away, self._stuck = 0.0, False, False
            except Unreachable as fault:
                self._say_away(fault)
                pause = self._next_pause(pause, fault.wait)
            except (OSError, ValueError) as fault:  # the disk is full, or was for a moment
                warn(f"the spool cannot be read or written: {fault}")
                self._stuck = True
                pause = self._next_pause(pause, 0.0)
            except Refused as refusal:
                self._given_up = True
                kept = f"what is logged stays in {self._writer.folder}"
                warn(f"nothing more is sent: {refusal}; {kept}")
        self._ended.set()

    def _rest(self, pause: float) -> None:
        """Wait for the next turn; the end of the training cuts a long pause short."""
        if self._finishing.is_set():
            time.sleep(min(pause, AT_THE_END))
        else:
            self._finishing.wait(pause or SEND_SECONDS)

    def _turn(self) -> None:
        """Send everything that is there."""
        if self.delivery.run_id is None:
            self.delivery.begin()
            self._on_begin()
        while self.delivery.send_part():
            self._away = False  # a platform that answers is not away, however much is left to send

    @harmless
    def _beat(self) -> None:
        while not self._ended.wait(self._beat_seconds):
            run_id = self.delivery.run_id
            if run_id is None or self._away:
                continue
            with suppress(Unreachable, Refused):  # the other thread finds out the same
                if self._api.beat(run_id):
                    self._on_stop()

    def _say_away(self, fault: Unreachable) -> None:
        if not self._away:
            warn(f"{self._api.url} cannot be reached; the training goes on and is sent later")
        self._away = True

    def _next_pause(self, last: float, requested: float) -> float:
        doubled = min(max(2 * last, FIRST_PAUSE), MAX_PAUSE)
        return max(requested, doubled * random.uniform(0.8, 1.2))  # noqa: S311 - no secret
