"""Asks items with many requests in flight, and hands each finished one on as an outcome.

``concurrency`` coroutines draw from one iterator, so millions of items never lie in memory. A
fault of the server is waited for and never becomes a failure of an item.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from services.benchmarks.domain.answers import EMPTY, REFUSAL, SERVER_ERROR, TRUNCATED
from services.benchmarks.domain.option_logprobs import option_logprobs
from services.benchmarks.engine.client import ModelClient, RunEndingError, timed
from services.benchmarks.engine.faults import AnswerVerdict, Trouble, sentence
from services.benchmarks.engine.patience import OnState, ServerGate, WaitingClock
from services.benchmarks.engine.ports import (
    ACCEPTED,
    FAILED,
    Accept,
    AskItem,
    AskTotals,
    ItemOutcome,
    RequestMeter,
    Unmetered,
)
from services.benchmarks.engine.progress import ItemProgress, add_tokens, outcome_of
from services.benchmarks.engine.reading import ReadAnswer, read_answer
from services.benchmarks.engine.settings import AskSettings
from services.benchmarks.engine.shape import RequestShape

WATCH_S = 0.2
SLOW_S, SLOW_AGAIN_S = 60.0, 30.0
MAX_ITEM_FAULTS = 20  # of the server at one item, while it answers others
IDLE_S = 0.25
LOGPROBS_TRIES = 2  # an item's requests that fail with log-probabilities before they go
ALIKE = (TRUNCATED, EMPTY)


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
            outcome = await self._ask(ItemProgress(item), number)
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

    async def _ask(self, progress: ItemProgress, number: int) -> ItemOutcome | None:
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

    async def _request(self, progress: ItemProgress, number: int) -> AnswerVerdict:
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
        add_tokens(progress, verdict)
        _count_tokens(self.meter, verdict)
        if verdict.group == Trouble.ADAPT:
            self._adapt(progress, verdict, sent)
        return verdict

    def _adapt(self, progress: ItemProgress, verdict: AnswerVerdict, sent: RequestShape) -> None:
        """Change the shape of all requests; log-probabilities go when an item failed twice."""
        if verdict.kind == "logprobs_500":
            progress.with_logprobs += 1
            if progress.with_logprobs < LOGPROBS_TRIES:
                return
        change = self.client.adapt(verdict, sent)
        if change:
            self.gate.report("adapted", change)

    def _step(
        self, progress: ItemProgress, verdict: AnswerVerdict, answer: ReadAnswer
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
            return outcome_of(progress, verdict, answer, FAILED)
        progress.kinds.append(answer.kind)
        progress.attempt += 1
        return None

    def _accepted(
        self, progress: ItemProgress, verdict: AnswerVerdict, answer: ReadAnswer
    ) -> ItemOutcome:
        outcome = outcome_of(progress, verdict, answer, ACCEPTED)
        if self.client.shape.top_logprobs and verdict.reply is not None:
            outcome.options = option_logprobs(verdict.reply.logprobs, verdict.reply.text or "")
        return outcome

    def _ending(self, progress: ItemProgress, verdict: AnswerVerdict) -> ItemOutcome:
        """Raise what ends the run; one request that is refused amid good ones fails its item."""
        if verdict.kind != "rejected" or not self.totals.accepted:
            raise RunEndingError(verdict.group, verdict.kind, verdict.detail)
        self.rejected += 1
        if self.rejected > self.settings.alike_failures:
            raise RunEndingError(verdict.group, verdict.kind, verdict.detail)
        return outcome_of(progress, verdict, ReadAnswer(Trouble.ITEM, verdict.kind), FAILED)

    def _server_fault(
        self, progress: ItemProgress, verdict: AnswerVerdict, answer: ReadAnswer
    ) -> ItemOutcome | None:
        """Wait and ask again; an item that alone brings the server down is left at last."""
        healthy = self.gate.successes > progress.seen_successes
        progress.seen_successes = self.gate.successes
        progress.faults += healthy or answer.kind == SERVER_ERROR
        if progress.faults <= MAX_ITEM_FAULTS:
            return None
        return outcome_of(progress, verdict, ReadAnswer(Trouble.ITEM, SERVER_ERROR), FAILED)

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


def _count_tokens(meter: RequestMeter, verdict: AnswerVerdict) -> None:
    reply = verdict.reply
    prompt = (reply.prompt_tokens if reply else None) or 0
    completion = (reply.completion_tokens if reply else None) or 0
    meter.count(prompt, completion, int(verdict.is_uncounted))
