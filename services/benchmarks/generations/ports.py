"""What an attribute generation needs of the engine, and what it hands to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.benchmarks.domain.prompts import Message
from services.benchmarks.runs.ports import Asking, TokenMeter


@dataclass(frozen=True, kw_only=True, slots=True)
class Writing:
    """One persona whose texts are demanded, and what is added once when it is asked again."""

    persona_id: int
    messages: Sequence[Message]
    retry_suffix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SettledWriting:
    """A persona that is settled: with its ``texts`` by key, or the ``kind`` of its failure.

    ``attempt`` counts from 1. ``raw`` is the last answer, at most 2,000 characters of it. The
    tokens are those of all attempts.
    """

    persona_id: int
    texts: Mapping[str, str] | None
    kind: str | None
    attempt: int
    raw: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    uncounted_requests: int = 0


class Writer(Protocol):
    """Lets a model write. Trouble of the server is waited for; CannotScore ends the run."""

    def probe(self, asking: Asking, writings: Sequence[Writing]) -> dict[str, Any]:
        """Return what the server can do, as JSON, tried on these; raises CannotScore."""

    def write(
        self,
        asking: Asking,
        writings: Iterator[Writing],
        accept: Callable[[SettledWriting], None],
        should_stop: Callable[[], bool],
        on_server: Callable[[str, str | None], None],
        meter: TokenMeter,
    ) -> None:
        """Ask for every persona's texts and call ``accept`` for each that is settled.

        Returns within 2 s once ``should_stop`` says so, and sends nothing where ``meter`` does not
        let it. Raises CannotScore.
        """
