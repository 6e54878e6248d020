"""What a summary is, and what of it the service hands to a worker, which may use an engine."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from services.benchmarks.domain.prompts import Message

TOO_LATE = "The model wrote no summary in time."
UNREADABLE = "The model's answer could not be read as a summary."


@dataclass(frozen=True, kw_only=True)
class SummaryOrder:
    """Which model is asked, by its name among the owner's, and the conversation."""

    model_name: str
    messages: list[Message]


@dataclass(frozen=True, kw_only=True)
class SummaryAnswer:
    """The model's text, or the sentence why there is none; tokens are those of all requests."""

    text: str | None = None
    error: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0


Summarise = Callable[[SummaryOrder], SummaryAnswer]
"""Asks a model. It raises nothing that the model or its server does."""


@dataclass(frozen=True, kw_only=True)
class SiteSummary:
    """A summary as it is kept: plain text of ``model_name`` about the page as of ``page_at``.

    ``error`` says why there is no text.
    """

    model_name: str
    page_at: str  # ISO 8601
    text: str | None
    error: str | None
    prompt_tokens: int
    completion_tokens: int

    @classmethod
    def of(cls, order: SummaryOrder, answer: SummaryAnswer, page_at: datetime) -> Self:
        """Return what is kept of an answer."""
        return cls(model_name=order.model_name, page_at=page_at.isoformat(), **vars(answer))

    def to_json(self) -> dict[str, Any]:
        """Return a form that is JSON."""
        return asdict(self)
