"""What a server and a model can do, measured before the first item; the answer is in the manifest.

Nothing is believed that an answer does not show: log-probabilities count when they came back, a
seed when answers repeat, a prompt as whole when its first word is given back.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.benchmarks.domain.option_logprobs import option_logprobs, option_mass
from services.benchmarks.domain.prompts import Message
from services.benchmarks.domain.thoughts import has_thoughts
from services.benchmarks.engine.ask import LOGPROBS_TRIES
from services.benchmarks.engine.client import Fields, ModelClient, RunEndingError, timed
from services.benchmarks.engine.faults import CONTEXT, AnswerVerdict, Trouble
from services.benchmarks.engine.identity import (
    identity_of,
    native_digest,
    native_route,
    row_of,
    rows_of,
)
from services.benchmarks.engine.patience import OnState, ServerGate, WaitingClock
from services.benchmarks.engine.probe_remarks import add_refusals, add_warnings
from services.benchmarks.engine.probe_result import (
    CUT,
    IN_TEXT,
    NO,
    NO_REASONING,
    SPLIT_OFF,
    UNKNOWN,
    WHOLE,
    YES,
    ProbeResult,
    Repeats,
)
from services.benchmarks.engine.probe_texts import (
    is_recalled,
    recall_question,
    short_recall_question,
)
from services.benchmarks.engine.reading import read_answer
from services.benchmarks.engine.settings import AskSettings
from services.benchmarks.engine.shape import RequestShape

REPEATS = 20
TOO_LONG = "The longest prompt of the plan does not fit into the model's context."
MAX_NAME = 200  # characters of a model's name that are kept
MAX_TRIES = 8  # faults of the server that the probe waits for
MIN_WINDOW = 200  # tokens; a smaller count of a long prompt is no window but no count
MAX_CHARACTERS_PER_TOKEN = 12
SAME_COUNT = 0.01  # share by which counts of two prompts may differ and yet be of one window


async def probe_model(
    client: ModelClient,
    settings: AskSettings,
    sample: Sequence[Message],
    longest: Sequence[Message],
    *,
    repeats: int = REPEATS,
    tries: int = MAX_TRIES,
    on_state: OnState = lambda _: None,
    clock: WaitingClock | None = None,
) -> ProbeResult:
    """Measure the server of ``client`` with a ``sample`` prompt and the ``longest`` of the plan.

    The client is left in the shape that works; ``tries`` faults of the server at one request are
    waited for. Raises RunEndingError where nothing can be asked:
    a wrong key, an unknown or another model, no answer after several tries.
    """
    probe = _Probe(client, settings, ServerGate(settings, on_state, clock), tries)
    await probe.list_models()
    await probe.ready(sample)
    await probe.repeat(sample, repeats)
    await probe.recall(longest)
    return probe.finish()


class _Probe:
    def __init__(
        self, client: ModelClient, settings: AskSettings, gate: ServerGate, tries: int
    ) -> None:
        self.client = client
        self.settings = settings
        self.gate = gate
        self.result = ProbeResult(model=settings.model)
        self.verdicts: list[AnswerVerdict] = []
        self.with_logprobs = 0
        self.tries = tries

    async def list_models(self) -> None:
        """Note whether the model is listed; a server without a list is no fault."""
        verdict = await self._patiently(self.client.list_models)
        if verdict.group == Trouble.AUTHENTICATION or verdict.kind == "address":
            raise RunEndingError(verdict.group, verdict.kind, verdict.detail)
        body = verdict.reply.body if verdict.reply is not None else None
        names = [str(row.get("id")) for row in rows_of(body, "data")]
        self.result.models = [name[:MAX_NAME] for name in names[:1000]]
        if names:
            self.result.listed = YES if self.settings.model in names else NO
        await self._identify(row_of(body, self.settings.model))

    async def _identify(self, row: Mapping[str, Any]) -> None:
        """Note which weights stand behind the name, as far as the server says."""
        identity = identity_of(row)
        route = native_route(row)
        if identity["digest"] is None and route is not None:
            verdict = await self.client.native(route)
            body = verdict.reply.body if verdict.reply is not None else None
            digest = native_digest(route, body, self.settings.model)
            identity |= {"digest": digest, "source": route if digest else None}
        self.result.identity = identity

    async def ready(self, sample: Sequence[Message]) -> None:
        """Find the shape that works: one answer decides, since a list is not readiness."""
        verdict = await self._ask(sample)
        if verdict.kind == CONTEXT:
            self.result.refusals.append(TOO_LONG)
        if verdict.reply is not None:
            self.result.answered_by = (verdict.reply.model or "")[:MAX_NAME] or None
            self.result.usage = verdict.reply.prompt_tokens is not None

    async def repeat(self, sample: Sequence[Message], repeats: int) -> None:
        """Ask one prompt again and again, alone and then all at once."""
        started = timed()
        alone = [await self._ask(sample) for _ in range(repeats)]
        self.result.seconds_per_answer = (timed() - started) / repeats if repeats else None
        lanes = [number % self.settings.concurrency for number in range(repeats)]
        tasks = [asyncio.create_task(self._ask(sample, lane=lane)) for lane in lanes]
        try:
            loaded = list(await asyncio.gather(*tasks))
        finally:
            for task in tasks:
                task.cancel()
        self.result.alone = _repeats(alone)
        self.result.under_load = _repeats(loaded)
        self.verdicts = alone + loaded

    async def recall(self, longest: Sequence[Message]) -> None:
        """Ask for a word at the beginning: of the longest prompt, of a longer one, of a short."""
        messages = list(longest)
        size = sum(len(message["content"]) for message in messages)
        is_formatted = self.client.shape.response_format is not None
        plain: Fields = {"response_format": {"type": "text"}} if is_formatted else {}
        first = await self._ask(recall_question(messages), fields=plain)
        reply = first.reply
        self.result.longest_prompt_tokens = reply.prompt_tokens if reply else None
        if first.kind == CONTEXT:
            self.result.refusals.append(TOO_LONG)
        elif reply is not None and is_recalled(reply.text):
            self.result.prompt = WHOLE
        else:
            longer = await self._ask(recall_question(messages, size // 2 + 200), fields=plain)
            short = await self._ask(short_recall_question(), fields=plain)
            self.result.prompt = _judge_window(first, longer, short, size)

    async def _ask(
        self, messages: Sequence[Message], *, lane: int = 0, fields: Fields | None = None
    ) -> AnswerVerdict:
        """Return the first verdict on the prompt itself; wait and adapt until there is one."""

        async def exchange() -> AnswerVerdict:
            verdict, sent = await self.client.exchange(messages, lane=lane, fields=fields)
            self._count(verdict)
            if verdict.group == Trouble.ADAPT:
                self._adapt(verdict, sent)
            return verdict

        verdict = await self._patiently(exchange)
        if verdict.group in (Trouble.ANSWER, Trouble.ITEM):
            return verdict
        raise RunEndingError(verdict.group, verdict.kind, verdict.detail)

    def _adapt(self, verdict: AnswerVerdict, sent: RequestShape) -> None:
        self.with_logprobs += verdict.kind == "logprobs_500"
        if verdict.kind != "logprobs_500" or self.with_logprobs >= LOGPROBS_TRIES:
            self.client.adapt(verdict, sent)

    async def _patiently(self, send: Callable[[], Any]) -> AnswerVerdict:
        """Return the first verdict that is no fault of the server, or the last one."""
        tries = 0
        while True:
            await self.gate.enter()
            verdict: AnswerVerdict = await send()
            self.gate.note(verdict)
            tries += verdict.group in (Trouble.BUSY, Trouble.DOWN)
            is_over = verdict.group not in (Trouble.BUSY, Trouble.DOWN, Trouble.ADAPT)
            if is_over or tries >= self.tries:
                return verdict
            if verdict.group == Trouble.DOWN:
                await self.gate.rest(tries, verdict.wait_s)

    def _count(self, verdict: AnswerVerdict) -> None:
        self.result.requests += 1
        self.result.uncounted_requests += verdict.is_uncounted
        if verdict.reply is not None:
            self.result.prompt_tokens += verdict.reply.prompt_tokens or 0
            self.result.completion_tokens += verdict.reply.completion_tokens or 0

    def finish(self) -> ProbeResult:
        """Return the result with everything that the answers show."""
        result, shape = self.result, self.client.shape
        result.shape, result.changes, result.endpoint = shape, shape.changes, shape.endpoint
        readings = [read_answer(one, self.settings) for one in self.verdicts]
        result.kinds = dict(Counter(one.kind for one in readings))
        result.json_mode = shape.response_format or NO
        result.reasoning = _reasoning(self.verdicts)
        _add_logprobs(result, self.verdicts, self.settings)
        add_refusals(result, len(readings))
        add_warnings(result, shape, self.settings)
        return result


def _repeats(verdicts: Sequence[AnswerVerdict]) -> Repeats:
    texts = Counter(one.reply.text for one in verdicts if one.reply is not None)
    most = max(texts.values(), default=0)
    return Repeats(n=len(verdicts), distinct=len(texts), same=most)


def _judge_window(
    first: AnswerVerdict, longer: AnswerVerdict, short: AnswerVerdict, size: int
) -> str:
    """Return whether a prompt whose first word did not come back was cut.

    Cut: the model gives the word back where little stands behind it; or the server counts the
    same tokens in prompts of different length, or far fewer than ``size`` characters need.
    """
    if longer.kind == CONTEXT:
        return WHOLE  # this server refuses what is too long
    count = first.reply.prompt_tokens if first.reply else None
    more = longer.reply.prompt_tokens if longer.reply else None
    if count is not None and more is not None and count >= MIN_WINDOW:
        is_same = abs(more - count) <= SAME_COUNT * count
        if is_same or count * MAX_CHARACTERS_PER_TOKEN < size:
            return CUT
    is_short_recalled = short.reply is not None and is_recalled(short.reply.text)
    return CUT if is_short_recalled else UNKNOWN


def _reasoning(verdicts: Sequence[AnswerVerdict]) -> str:
    replies = [one.reply for one in verdicts if one.reply is not None]
    if any(one.reasoning for one in replies):
        return SPLIT_OFF
    return IN_TEXT if any(has_thoughts(one.text or "") for one in replies) else NO_REASONING


def _add_logprobs(
    result: ProbeResult, verdicts: Sequence[AnswerVerdict], settings: AskSettings
) -> None:
    """Note whether log-probabilities came back, and whether they agree with the texts."""
    if not settings.logprobs:
        return
    masses: list[float] = []
    for verdict in verdicts:
        parsed = read_answer(verdict, settings).parsed
        reply = verdict.reply
        if parsed is None or parsed.rating is None or reply is None:
            continue
        options = option_logprobs(reply.logprobs, reply.text or "")
        if options:
            masses.append(option_mass(options))
            result.logprob_mismatches += max(options, key=options.__getitem__) != parsed.rating
    result.logprobs = YES if masses else NO
    result.logprob_mass = sum(masses) / len(masses) if masses else None
