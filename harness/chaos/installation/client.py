"""A client that repeats with the same key until it is answered: what any careful program does."""

import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

ANSWER_SECONDS = 30.0
STUCK_SECONDS = 45.0  # of answers that say "in a moment"
PATIENCE_SECONDS = 400.0  # of a platform that has to come back on a busy machine
PAUSE_SECONDS = 0.3
TRANSIENT = (429, 500, 502, 503, 504, 507)


class WritingStopped(Exception):
    """Nobody waits for the answer any more."""


class Refused(Exception):
    """The platform answers, and does not take it: ``status`` and what it says."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status} {text[:200]}")
        self.status = status


@dataclass
class RepeatingClient:
    """Sends each write under a key; ``stuck`` has those that were never answered."""

    url: str
    token: str
    is_over: Callable[[], bool]
    stuck: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)  # by status; 0: none came
    repeats: int = 0

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        self._http = httpx.Client(
            base_url=self.url, headers=headers, timeout=ANSWER_SECONDS, trust_env=False
        )

    def close(self) -> None:
        """Leave the connections."""
        self._http.close()

    def write(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Return the answer to a write that is sent until there is one.

        Raises Refused for an answer that says no, and WritingStopped.
        """
        key = secrets.token_hex(12)
        headers = {"Idempotency-Key": key, **options.pop("headers", {})}
        return self.ask(method, path, f"{method} {path} {key}", headers=headers, **options)

    def ask(self, method: str, path: str, name: str = "", **options: Any) -> httpx.Response:
        """Return the answer to a request, which may be sent any number of times."""
        began, waiting_since = time.monotonic(), 0.0
        while time.monotonic() - began < PATIENCE_SECONDS:
            answer = self._answer(method, path, options)
            if answer is not None and _is_waiting(answer):
                waiting_since = waiting_since or time.monotonic()
                if time.monotonic() - waiting_since > STUCK_SECONDS:
                    self.stuck.append(f"{name}: {answer.text[:120]}")
                    raise Refused(answer.status_code, answer.text)
            elif answer is not None and answer.status_code not in TRANSIENT:
                if answer.is_success:
                    return answer
                raise Refused(answer.status_code, answer.text)
            self._rest()
        raise Refused(0, f"{name or path}: no answer in {PATIENCE_SECONDS:g} s")

    def _answer(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response | None:
        try:
            answer = self._http.request(method, path, **options)
        except httpx.HTTPError:
            self.answers[0] += 1
            return None
        self.answers[answer.status_code] += 1
        return answer

    def _rest(self) -> None:
        self.repeats += 1
        if self.is_over():
            raise WritingStopped
        time.sleep(PAUSE_SECONDS)


def _is_waiting(answer: httpx.Response) -> bool:
    return answer.status_code == 409 and "Idempotency-Key" in answer.text
