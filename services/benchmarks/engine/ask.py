"""Asks items with many requests in flight, and hands each finished one on as an outcome.

``concurrency`` coroutines draw from one iterator, so millions of items never lie in memory. A
fault of the server is waited for and never becomes a failure of an item.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from services.benchmarks.domain.answers import EMPTY, REFUSAL, SERVER_ERROR, TRUNCATED
from services.benchmarks.domain.option_logprobs import option_logprobs
from services.benchmarks.domain.prompts import Message, with_suffix
from services.benchmarks.engine.client import ModelClient, RunEndingError, timed
from services.benchmarks.engine.faults import AnswerVerdict, Trouble, sentence
from services.benchmarks.engine.patience import OnState, ServerGate, WaitingClock
from services.benchmarks.engine.reading import ReadAnswer, read_answer
from services.benchmarks.engine.settings import AskSettings
from services.benchmarks.engine.shape import RequestShape

ACCEPTED, FAILED = "accepted", "failed"
MAX_RAW = 2_000  # characters of an answer that are kept; it is read before it is cut
WATCH_S = 0.2
SLOW_S, SLOW_AGAIN_S = 60.0, 30.0
MAX_ITEM_FAULTS = 20  # of the server at one item, while it answers others
IDLE_S = 0.25
LOGPROBS_TRIES = 2  # an item's requests that fail with log-probabilities before they go
ALIKE = (TRUNCATED, EMPTY)


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


@dataclass(slots=True)
class _Progress:
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
        suffix = self.item.retry_suffix
        if self.attempt == 1 or not suffix:
            return self.item.messages
        return with_suffix(self.item.messages, suffix)


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


async def ask_items(
    items: Iterable[AskItem],
    client: ModelClient,
    settings: AskSettings,
    accept: Accept,
    should_stop: Callable[[], bool],
    on_state: OnState,
    *,
    clock: WaitingClock | None = None,
    meter: RequestMeter | None = None,
) -> AskTotals:
    """Ask all ``items`` and call ``accept`` with each outcome; return how many there were.

    ``accept`` may be a coroutine function: the item's place is refilled when it has returned.
    ``should_stop`` is asked every 0.2 s; requests in flight are then aborted and discarded.
    Once ``meter`` lets nothing pass no request is sent; those in flight are waited for, and an item
    that would be asked again stays open. Raises RunEndingError where no further item can be
    answered; what was accepted is kept.
    """
    gate = ServerGate(settings, on_state, clock)
    asking = _Asking(iter(items), client, settings, accept, gate, meter or Unmetered())
    return await asking.run(should_stop)


class _Asking:
    def __init__(
        self,
        items: Iterator[AskItem],
        client: ModelClient,
        settings: AskSettings,
        accept: Accept,
        gate: ServerGate,
        meter: RequestMeter,
    ) -> None:
        self.items = items
        self.meter = meter
        self.client = client
        self.settings = settings
        self.accept = accept
        self.gate = gate
        self.totals = AskTotals()
        self.sent_at: dict[int, float] = {}
        self.alike = 0
        self.rejected = 0
        self.exhausted = False

    async def run(self, should_stop: Callable[[], bool]) -> AskTotals:
        """Run all coroutines until the items, or patience, are over."""
        workers = [
            asyncio.create_task(self._work(number)) for number in range(self.settings.concurrency)
        ]
        everything: asyncio.Future[Any] = asyncio.gather(*workers)
        watcher = asyncio.create_task(self._watch(should_stop))
        ends: set[asyncio.Future[Any]] = {everything, watcher}
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if everything.done():
                everything.result()
            else:
                self.totals.stopped = watcher.result()
                self.totals.discarded = len(self.sent_at)
        finally:
            for task in (*workers, watcher):
                task.cancel()
            await asyncio.gather(*workers, watcher, everything, return_exceptions=True)
            self.totals.shape = self.client.shape
        return self.totals

    async def _watch(self, should_stop: Callable[[], bool]) -> bool:
        """Return when the run is to stop; report a request that waits long meanwhile."""
        quiet_until = 0.0
        while not should_stop():
            await asyncio.sleep(WATCH_S)
            oldest = timed() - min(self.sent_at.values(), default=timed())
            if oldest > SLOW_S and timed() > quiet_until:
                quiet_until = timed() + SLOW_AGAIN_S
                self.gate.report("slow", f"A request has been waiting for {oldest:.0f} s.")
        return True

    async def _work(self, number: int) -> None:
        while True:
            await self._turn(number)
            item = None if self.exhausted else next(self.items, None)
            if item is None:
                self.exhausted = True
                return
            outcome = await self._ask(_Progress(item), number)
            if outcome is None:
                self.exhausted = True
                return
            done = self.accept(outcome)
            if done is not None:
                await done
            self._count(outcome)

    async def _turn(self, number: int) -> None:
        """Wait while a busy server is asked by fewer than all; the last items wait for nobody."""
        while number >= self.gate.concurrency and not self.exhausted:
            await asyncio.sleep(IDLE_S)

    async def _ask(self, progress: _Progress, number: int) -> ItemOutcome | None:
        """Ask until there is a rating, or no attempt is left; None where no money is left."""
        while True:
            await self._turn(number)
            await self.gate.enter()
            if not self.meter.may_send():
                self.gate.leave()
                return None
            verdict = await self._request(progress, number)
            answer = read_answer(verdict, self.settings)
            outcome = self._step(progress, verdict, answer)
            if outcome is not None:
                return outcome
            if verdict.group == Trouble.DOWN or answer.kind == SERVER_ERROR:
                progress.downs += 1
                await self.gate.rest(progress.downs, verdict.wait_s)

    async def _request(self, progress: _Progress, number: int) -> AnswerVerdict:
        started = self.sent_at[number] = timed()
        noted = False
        try:
            verdict, sent = await self.client.exchange(progress.messages, lane=number)
            self.gate.note(verdict)
            noted = True
        finally:
            if noted:
                del self.sent_at[number]
            else:
                self.gate.leave()
        progress.seconds += timed() - started
        progress.requests += 1
        _add_tokens(progress, verdict)
        _count_tokens(self.meter, verdict)
        if verdict.group == Trouble.ADAPT:
            self._adapt(progress, verdict, sent)
        return verdict

    def _adapt(self, progress: _Progress, verdict: AnswerVerdict, sent: RequestShape) -> None:
        """Change the shape of all requests; log-probabilities go when an item failed twice."""
        if verdict.kind == "logprobs_500":
            progress.with_logprobs += 1
            if progress.with_logprobs < LOGPROBS_TRIES:
                return
        change = self.client.adapt(verdict, sent)
        if change:
            self.gate.report("adapted", change)

    def _step(
        self, progress: _Progress, verdict: AnswerVerdict, answer: ReadAnswer
    ) -> ItemOutcome | None:
        """Return the outcome, or None where the item is asked again."""
        group = answer.group
        if group == Trouble.ANSWER:
            return self._accepted(progress, verdict, answer)
        if group in (Trouble.CONFIGURATION, Trouble.AUTHENTICATION):
            return self._ending(progress, verdict)
        if group == Trouble.ADAPT:
            return None
        if group in (Trouble.BUSY, Trouble.DOWN):
            return self._server_fault(progress, verdict, answer)
        progress.refusals += answer.kind == REFUSAL
        is_last = progress.attempt >= self.settings.max_attempts or not answer.retry
        if is_last or progress.refusals > self.settings.max_refusal_retries:
            return _outcome(progress, verdict, answer, FAILED)
        progress.kinds.append(answer.kind)
        progress.attempt += 1
        return None

    def _accepted(
        self, progress: _Progress, verdict: AnswerVerdict, answer: ReadAnswer
    ) -> ItemOutcome:
        outcome = _outcome(progress, verdict, answer, ACCEPTED)
        if self.client.shape.top_logprobs and verdict.reply is not None:
            outcome.options = option_logprobs(verdict.reply.logprobs, verdict.reply.text or "")
        return outcome

    def _ending(self, progress: _Progress, verdict: AnswerVerdict) -> ItemOutcome:
        """Raise what ends the run; one request that is refused amid good ones fails its item."""
        if verdict.kind != "rejected" or not self.totals.accepted:
            raise RunEndingError(verdict.group, verdict.kind, verdict.detail)
        self.rejected += 1
        if self.rejected > self.settings.alike_failures:
            raise RunEndingError(verdict.group, verdict.kind, verdict.detail)
        return _outcome(progress, verdict, ReadAnswer(Trouble.ITEM, verdict.kind), FAILED)

    def _server_fault(
        self, progress: _Progress, verdict: AnswerVerdict, answer: ReadAnswer
    ) -> ItemOutcome | None:
        """Wait and ask again; an item that alone brings the server down is left at last."""
        healthy = self.gate.successes > progress.seen_successes
        progress.seen_successes = self.gate.successes
        progress.faults += healthy or answer.kind == SERVER_ERROR
        if progress.faults <= MAX_ITEM_FAULTS:
            return None
        return _outcome(progress, verdict, ReadAnswer(Trouble.ITEM, SERVER_ERROR), FAILED)

    def _count(self, outcome: ItemOutcome) -> None:
        """Count an outcome; raises RunEndingError where all of them fail alike."""
        if outcome.status == ACCEPTED:
            self.totals.accepted += 1
            self.alike = self.rejected = 0
            return
        self.totals.failed += 1
        self.alike = self.alike + 1 if outcome.kind in ALIKE else 0
        if self.alike >= self.settings.alike_failures:
            words = f"{self.alike} items in a row failed alike. {sentence(outcome.kind)}."
            raise RunEndingError(Trouble.CONFIGURATION, outcome.kind, words)


def _add_tokens(progress: _Progress, verdict: AnswerVerdict) -> None:
    reply = verdict.reply
    progress.uncounted += verdict.is_uncounted
    if reply is None:
        return
    if reply.prompt_tokens is not None:
        progress.prompt_tokens = (progress.prompt_tokens or 0) + reply.prompt_tokens
    if reply.completion_tokens is not None:
        progress.completion_tokens = (progress.completion_tokens or 0) + reply.completion_tokens


def _count_tokens(meter: RequestMeter, verdict: AnswerVerdict) -> None:
    reply = verdict.reply
    prompt = (reply.prompt_tokens if reply else None) or 0
    completion = (reply.completion_tokens if reply else None) or 0
    meter.count(prompt, completion, int(verdict.is_uncounted))


def _outcome(
    progress: _Progress, verdict: AnswerVerdict, answer: ReadAnswer, status: str
) -> ItemOutcome:
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
