"""Calls to a SuperLink that may be away for a while: again and again, until patience is over."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import httpx

from services.engine_kit.errors import TrainingFailedError
from services.runs.training.engine.learning import Check

LINK_PATIENCE = 180.0  # seconds that a SuperLink may be away before the run gives up
RETRY_SECONDS = 1.0
REFUSED = range(400, 500)

Log = Callable[[str, str], None]
Answer = TypeVar("Answer")


@dataclass(kw_only=True)
class PatientLink:
    """The way to the SuperLink of ``federation``.

    ``check`` raises where the run is to stop; ``renew`` claims another run where ours has ended.
    """

    federation: str
    seconds: float
    log: Log
    check: Check
    renew: Callable[[], None]
    _lost_at: float | None = None

    def call(self, call: Callable[[], Answer]) -> Answer:
        """Call again while the SuperLink is away; raises ``TrainingFailedError`` in the end."""
        while True:
            try:
                answer = call()
            except httpx.HTTPStatusError as error:
                self._wait(f"it answered {error.response.status_code}")
                if error.response.status_code in REFUSED:
                    self._renew()  # the run ended while the SuperLink was away
            except httpx.HTTPError as error:
                self._wait(type(error).__name__)
            else:
                if self._lost_at is not None:
                    self._lost_at = None
                    self.log("info", "The SuperLink answers again.")
                return answer

    def _renew(self) -> None:
        try:
            self.renew()
        except httpx.HTTPError as error:
            self._wait(type(error).__name__)

    def _wait(self, reason: str) -> None:
        self.check()
        if self._lost_at is None:
            self._lost_at = time.monotonic()
            self.log("warning", f"The SuperLink does not answer ({reason}); waiting for it.")
        if time.monotonic() - self._lost_at > self.seconds:
            raise TrainingFailedError(
                f"The SuperLink of the federation {self.federation} has not answered "
                f"for {self.seconds:g} s. Start the federation, then resume this run: it goes on "
                "from its last finished round."
            )
        time.sleep(RETRY_SECONDS)
