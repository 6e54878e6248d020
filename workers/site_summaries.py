"""The job of analysing a page of a web site, whose summary a language model may write."""

import time
from collections.abc import Callable
from typing import Any

from app.errors import RoundhouseError
from services.benchmarks.domain.answers import REFUSAL
from services.benchmarks.engine.faults import sentence
from services.benchmarks.engine.ports import ACCEPTED, AskItem, ItemOutcome, Unmetered
from services.benchmarks.models.secret import KeyVault
from services.benchmarks.runs.design import model_named
from services.benchmarks.runs.ports import Asking
from services.benchmarks.runs.types import EndpointSettings
from services.benchmarks.runs.writing import should_end
from services.scheduler.kinds.types import Params, WorkContext
from services.sites.perform import perform_analysis
from services.sites.summaries.prompt import MAX_LENGTHS, RETRY
from services.sites.summaries.types import TOO_LATE, UNREADABLE, SummaryAnswer, SummaryOrder
from workers.asking import ServerCalls

SECONDS = 90.0  # for one summary with all that is waited for, within the 600 of a visit
DECODING = {"temperature": 0.0, "seed": None, "max_new_tokens": 600}
ENDPOINT = EndpointSettings(concurrency=1, timeout_seconds=60.0)
MAX_ATTEMPTS = 2
BREAKER_FAULTS = 2  # in a row, until its reason is known here


def analyse_site(context: WorkContext, params: Params) -> dict[str, Any] | None:
    """Visit the page of an attempt of the kind ``site.analyse``."""
    return perform_analysis(context, params, summarise=Summariser(context))


class Summariser:
    """Asks the owner's models for summaries, over the client that benchmarks ask with."""

    def __init__(self, context: WorkContext, seconds: float = SECONDS) -> None:
        self._context = context
        self._seconds = seconds
        self._calls = ServerCalls(
            allow_private=context.settings.benchmark_private_addresses,
            more=lambda _: {
                "max_lengths": MAX_LENGTHS,
                "total_timeout_s": SECONDS,
                "breaker_threshold": BREAKER_FAULTS,
            },
        )
        self._waits_for: str | None = None

    def __call__(self, order: SummaryOrder) -> SummaryAnswer:
        """Return what the model wrote, or why it did not."""
        try:
            outcomes = self._ask(self._asking(order.model_name), order)
        except RoundhouseError as refused:
            return SummaryAnswer(error=refused.detail)
        if not outcomes:
            return SummaryAnswer(error=self._waits_for or TOO_LATE)
        return _answer(outcomes[0])

    def _asking(self, name: str) -> Asking:
        context = self._context
        with context.database.read() as session:
            model = model_named(session, context.actor, name)
        return Asking(
            base_url=model.base_url,
            key=KeyVault(context.settings.home).key_of(model),
            manifest={
                "model": model.name,
                "decoding": DECODING,
                "parsing": {"max_attempts": MAX_ATTEMPTS},
            },
            endpoint=ENDPOINT,
            probe={},
        )

    def _ask(self, asking: Asking, order: SummaryOrder) -> list[ItemOutcome]:
        outcomes: list[ItemOutcome] = []
        item = AskItem(key=0, messages=order.messages, retry_suffix=RETRY)
        self._calls.ask(
            asking, iter([item]), outcomes.append, self._ends(), self._note, Unmetered()
        )
        return outcomes

    def _note(self, _state: str, reason: str | None) -> None:
        self._waits_for = reason or self._waits_for

    def _ends(self) -> Callable[[], bool]:
        until = time.monotonic() + self._seconds
        return lambda: time.monotonic() > until or should_end(self._context.attempt)


def _answer(outcome: ItemOutcome) -> SummaryAnswer:
    text = (outcome.texts or {}).get("summary") if outcome.status == ACCEPTED else None
    return SummaryAnswer(
        text=text,
        error=None if text else outcome.detail or _failure(outcome.kind),
        prompt_tokens=outcome.prompt_tokens or 0,
        completion_tokens=outcome.completion_tokens or 0,
    )


def _failure(kind: str) -> str:
    return f"{sentence(REFUSAL)}." if kind == REFUSAL else UNREADABLE
