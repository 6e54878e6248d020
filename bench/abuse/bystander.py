"""Another person, in a process of its own: asks who they are again and again and notes how long.

``python -m bench.abuse.bystander URL TOKEN`` writes a line "began milliseconds" for each answer,
both by the monotonic clock, until its standard input ends.
"""

import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Self

import httpx

PATH = "/api/auth/me"
PAUSE = 0.03  # seconds between two questions
PATIENCE = 120.0


class Bystander:
    """The process and what it has noted so far."""

    def __init__(self, url: str, token: str) -> None:
        self._command = [sys.executable, "-m", "bench.abuse.bystander", url, token]
        self._noted: list[tuple[float, float]] = []

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, kind: type | None, error: object, trace: TracebackType | None) -> None:
        self._process.stdin.close()  # type: ignore[union-attr]
        self._process.wait(PATIENCE)

    def since(self, began: float, until: float) -> list[float]:
        """Return the milliseconds of the answers to what was sent within these moments."""
        return [taken for sent, taken in list(self._noted) if began <= sent < until]

    def _read(self) -> None:
        for line in self._process.stdout:  # type: ignore[union-attr]
            sent, taken = line.split()
            self._noted.append((float(sent), float(taken)))


def main(url: str, token: str) -> None:
    """Ask until nobody listens."""
    over = threading.Event()

    def end() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=end, daemon=True).start()
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=url, headers=headers, timeout=PATIENCE, trust_env=False) as http:
        while not over.wait(PAUSE):
            began = time.monotonic()
            http.get(PATH).raise_for_status()
            print(began, (time.monotonic() - began) * 1000, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
