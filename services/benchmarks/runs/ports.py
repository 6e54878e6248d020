"""What a benchmark needs of the engine that asks a model, and what it hands to it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.models.benchmark import BenchmarkModel
from app.models.persona import Persona
from services.benchmarks.runs.types import EndpointSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemKey:
    """One item: a trait of a persona, in an order of the scale, in one wording, cue and repeat.

    ``wording`` and ``cue`` are places in the lists of the manifest.
    """

    persona_id: int
    trait_id: int
    scale_order: str
    wording: int = 0
    cue: int = 0
    repeat: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """An item with what its prompt is made of; ``texts`` are those a model wrote, by key."""

    key: ItemKey
    persona: Persona
    trait: Mapping[str, Any]
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class SettledItem:
    """An item that is settled: with a ``rating`` of 1 to 5, or with the ``kind`` of its failure.

    ``attempt`` counts from 1. ``raw`` is at most 2,000 characters of the last answer. The tokens
    are those of all attempts. ``probabilities`` are of the options "1" to "5", where offered.
    ``flags`` are remarks on an accepted answer (``domain.answers.FLAGS``).
    """

    key: ItemKey
    rating: int | None
    kind: str | None
    attempt: int
    raw: str
    latency_ms: int
    prompt_tokens: int = 0
    completion_tokens: int = 0
    uncounted_requests: int = 0
    probabilities: Mapping[str, float] | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Where and how items are asked: the server, what decides answers, how fast."""

    base_url: str
    key: str | None
    manifest: Mapping[str, Any]
    endpoint: EndpointSettings
    probe: Mapping[str, Any]


KeyReader = Callable[[BenchmarkModel], str | None]  # the key of a server in plain text


class TokenMeter(Protocol):
    """Counts tokens as answers come, and says whether there is money for a further request."""

    def count(self, prompt: int, completion: int, uncounted: int) -> None:
        """Count one answer; ``uncounted`` is 1 where the server did not count its tokens."""

    def may_send(self) -> bool:
        """Whether a further request may be sent."""


class Asker(Protocol):
    """Asks a model. Trouble of the server is waited for; CannotScore ends the run."""

    def probe(self, asking: Asking, items: Iterator[Item]) -> dict[str, Any]:
        """Return what the server can do, as JSON, tried on these items; raises CannotScore."""

    def ask(
        self,
        asking: Asking,
        items: Iterator[Item],
        accept: Callable[[SettledItem], None],
        should_stop: Callable[[], bool],
        on_server: Callable[[str, str | None], None],
        meter: TokenMeter,
    ) -> None:
        """Ask every item and call ``accept`` for each that is settled.

        Returns within 2 s once ``should_stop`` says so, and sends nothing where ``meter`` does not
        let it: what is in flight is waited for, what has no answer stays open. ``on_server`` is
        called with "open" or "waiting" and a sentence. Raises CannotScore.
        """
