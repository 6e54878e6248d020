"""How far the asking of one item is, and the outcome that it becomes."""

from dataclasses import dataclass, field

from services.benchmarks.domain.prompts import Message, with_suffix
from services.benchmarks.engine.faults import AnswerVerdict
from services.benchmarks.engine.ports import AskItem, ItemOutcome
from services.benchmarks.engine.reading import ReadAnswer

MAX_RAW = 2_000  # characters of an answer that are kept; it is read before it is cut


@dataclass(slots=True)
class ItemProgress:
    """How far the asking of one item is."""

    item: AskItem
    attempt: int = 1
    refusals: int = 0
    faults: int = 0
    downs: int = 0
    with_logprobs: int = 0
    seen_successes: int = 0
    seconds: float = 0.0
    requests: int = 0
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    uncounted: int = 0
    kinds: list[str] = field(default_factory=list)

    @property
    def messages(self) -> list[Message]:
        """Return what the next attempt sends."""
        suffix = self.item.retry_suffix
        if self.attempt == 1 or not suffix:
            return self.item.messages
        return with_suffix(self.item.messages, suffix)


def add_tokens(progress: ItemProgress, verdict: AnswerVerdict) -> None:
    """Count the tokens of one answer."""
    reply = verdict.reply
    progress.uncounted += verdict.is_uncounted
    if reply is None:
        return
    if reply.prompt_tokens is not None:
        progress.prompt_tokens = (progress.prompt_tokens or 0) + reply.prompt_tokens
    if reply.completion_tokens is not None:
        progress.completion_tokens = (progress.completion_tokens or 0) + reply.completion_tokens


def outcome_of(
    progress: ItemProgress, verdict: AnswerVerdict, answer: ReadAnswer, status: str
) -> ItemOutcome:
    """Return how the item ended with this answer."""
    reply, parsed = verdict.reply, answer.parsed
    outcome = ItemOutcome(
        key=progress.item.key,
        status=status,
        kind=answer.kind,
        attempt=progress.attempt,
        prompt_tokens=progress.prompt_tokens,
        completion_tokens=progress.completion_tokens,
        uncounted=progress.uncounted,
        seconds=progress.seconds,
        requests=progress.requests,
        kinds=tuple(progress.kinds),
        detail=verdict.detail,
    )
    if reply is not None:
        outcome.raw = (reply.text or reply.refusal or "")[:MAX_RAW]
        outcome.reasoning = reply.reasoning[:MAX_RAW] if reply.reasoning else None
        outcome.finish_reason = reply.finish_reason
    if parsed is not None:
        outcome.rating, outcome.rationale = parsed.rating, parsed.rationale
        outcome.flags, outcome.texts = parsed.flags, parsed.texts
    return outcome
