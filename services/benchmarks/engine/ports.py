"""What asking takes and what it hands back: items, their outcomes, a meter of tokens."""

from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Protocol

from services.benchmarks.domain.prompts import Message
from services.benchmarks.engine.shape import RequestShape

ACCEPTED, FAILED = "accepted", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskItem:
    """One question: ``key`` is the caller's; ``retry_suffix`` is added once from attempt 2 on."""

    key: Hashable
    messages: list[Message]
    retry_suffix: str = ""


@dataclass(slots=True, kw_only=True)
class ItemOutcome:
    """How an item ended: ``status`` is accepted or failed, ``kind`` ok or the kind of failure.

    ``attempt`` counts from 1; tokens are those of all attempts, None where the server counts
    none, and ``uncounted`` the requests of which it counts none although they may have cost some;
    ``seconds`` is the time of all requests. ``kinds`` are those of the attempts before.
    ``options`` are log-probabilities of 1 to 5, None where not offered. ``texts`` are by key, where
    texts were demanded.
    """

    key: Hashable
    status: str
    kind: str
    attempt: int
    rating: int | None = None
    raw: str = ""
    rationale: str | None = None
    reasoning: str | None = None
    flags: tuple[str, ...] = ()
    finish_reason: str | None = None
    detail: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    uncounted: int = 0
    seconds: float = 0.0
    requests: int = 0
    kinds: tuple[str, ...] = ()
    options: dict[int, float] | None = None
    texts: Mapping[str, str] | None = None


@dataclass(slots=True)
class AskTotals:
    """What a call of ``ask_items`` did; ``discarded`` were in flight when it was stopped.

    ``shape`` is that of the last requests: its changes belong into the manifest.
    """

    accepted: int = 0
    failed: int = 0
    discarded: int = 0
    stopped: bool = False
    shape: RequestShape | None = None


Accept = Callable[[ItemOutcome], Awaitable[None] | None]


class RequestMeter(Protocol):
    """Counts the tokens of each answer, and says whether a further request may be sent."""

    def count(self, prompt: int, completion: int, uncounted: int) -> None:
        """Count one answer."""

    def may_send(self) -> bool:
        """Whether there is money left."""


class Unmetered:
    """Counts nothing and lets everything pass."""

    def count(self, prompt: int, completion: int, uncounted: int) -> None:
        """Count nothing."""

    def may_send(self) -> bool:
        """Return True."""
        return True
