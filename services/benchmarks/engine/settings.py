"""How the items of a run are asked: decoding, patience, limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field

AUTO, CHAT, COMPLETIONS = "auto", "chat", "completions"


@dataclass(frozen=True, kw_only=True)
class AskSettings:
    """The settings of one run; ``decoding()`` is what of them belongs into the manifest.

    Times are in seconds. ``api_key`` is never printed; ``aliases`` are further names under which
    the server may answer. ``max_lengths`` are of an answer that has texts in place of a rating: the
    most characters by key.
    """

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    allow_private: bool = False
    endpoint: str = AUTO
    temperature: float = 0.0
    seed: int | None = None
    max_tokens: int = 256
    constrained: bool = True
    logprobs: bool = False
    include_rationale: bool = False
    lenient: bool = False
    aliases: tuple[str, ...] = ()
    max_lengths: Mapping[str, int] | None = None

    max_attempts: int = 3
    max_refusal_retries: int = 1
    concurrency: int = 8
    requests_per_minute: float | None = None
    timeout_s: float = 120.0
    total_timeout_s: float = 600.0
    connect_timeout_s: float = 10.0
    breaker_threshold: int = 5
    max_backoff_s: float = 60.0
    max_wait_s: float = 600.0
    alike_failures: int = 20

    def decoding(self) -> dict[str, object]:
        """Return what changes an answer: a run is repeated, or resumed, with the same values."""
        names = (
            "model",
            "temperature",
            "seed",
            "max_tokens",
            "constrained",
            "logprobs",
            "include_rationale",
            "lenient",
            "max_attempts",
            "max_refusal_retries",
        )
        return {name: getattr(self, name) for name in names}
