"""Asking many items: refill, patience, stopping, and what never becomes a failure."""

import asyncio
import time
from collections import Counter

import pytest

from services.benchmarks.domain.personas import DescribedPersona
from services.benchmarks.domain.prompts import PromptTemplate, build_messages, retry_suffix
from services.benchmarks.engine.ask import IDLE_S, WATCH_S, ask_items
from services.benchmarks.engine.client import ModelClient, RunEndingError
from services.benchmarks.engine.faults import Trouble
from services.benchmarks.engine.patience import BreakerState
from services.benchmarks.engine.ports import ACCEPTED, FAILED, AskItem
from services.benchmarks.engine.settings import AskSettings
from tests.support.model_servers import CASES, good_answer, ok, scripted_server
from tests.support.simulated_models import simulated_model
from workers.benchmark_model.app import ServerSettings
from workers.benchmark_model.model import SimulationSettings
from workers.benchmark_model.troubles import TroubleSettings

TEMPLATE = PromptTemplate(language="en")
DOWN = {"transport": "closed_before_response"}
STATUS_500 = {**ok({"error": {"message": "x", "type": "InternalServerError"}}), "status": 500}


def items(n):
    for number in range(n):
        persona = DescribedPersona(uuid=str(number), age=20 + number % 50, gender="female")
        messages = build_messages(persona, "kind", TEMPLATE)
        yield AskItem(key=number, messages=messages, retry_suffix=retry_suffix(TEMPLATE))


def settings_of(url, **values):
    defaults = {"model": "simulated", "allow_private": True, "concurrency": 8}
    return AskSettings(base_url=url, **(defaults | values))


async def ask(settings, questions, *, should_stop=lambda: False, accept=None, states=None):
    outcomes = []
    async with ModelClient(settings) as client:
        totals = await ask_items(
            questions, client, settings, accept or outcomes.append, should_stop,
            (states if states is not None else []).append,
        )  # fmt: skip
    return outcomes, totals


async def ask_scripted(script, questions, **values):
    more = {name: values.pop(name) for name in ("states", "should_stop") if name in values}
    async with scripted_server(script) as served:
        settings = settings_of(served.url("SV-001"), model="m", **values)
        outcomes, totals = await ask(settings, questions, **more)
    return outcomes, totals, served


async def test_every_item_is_answered_once_with_many_in_flight():
    async with simulated_model() as url:
        outcomes, totals = await ask(settings_of(url), items(60))
    assert sorted(one.key for one in outcomes) == list(range(60))
    assert {one.status for one in outcomes} == {ACCEPTED}
    assert all(one.rating in range(1, 6) and one.attempt == 1 for one in outcomes)
    assert all(one.prompt_tokens > 50 and one.completion_tokens for one in outcomes)
    assert (totals.accepted, totals.failed, totals.stopped) == (60, 0, False)


async def test_only_a_connection_that_was_kept_open_is_tried_again_at_once():
    """SV-041: a new one that ends is a fault of the server, and no second request beside a limit."""

    def script(number, _):
        return DOWN if number in (1, 3) else ok(good_answer())

    question = next(items(1)).messages
    async with scripted_server(script) as served:
        client = ModelClient(settings_of(served.url("SV-001"), model="m"))
        async with client:
            groups = [(await client.exchange(question))[0].group for _ in range(3)]
    assert groups == [Trouble.DOWN, Trouble.ANSWER, Trouble.ANSWER]
    assert len(served.log) == 4


async def test_items_are_drawn_as_they_are_needed():
    drawn = 0

    def counted():
        nonlocal drawn
        for item in items(10_000):
            drawn += 1
            yield item

    outcomes = []
    async with simulated_model() as url:
        settings = settings_of(url)
        await ask(
            settings, counted(), accept=outcomes.append, should_stop=lambda: len(outcomes) > 5
        )
    assert drawn <= len(outcomes) + settings.concurrency


async def test_stopping_aborts_what_is_in_flight_and_waits_for_no_answer():
    requests = []

    def never(number, body):
        requests.append(number)
        return {"transport": "hang"}

    outcomes, totals, _ = await ask_scripted(
        never, items(50), should_stop=lambda: len(requests) == 8
    )
    assert WATCH_S + IDLE_S < 1  # seconds until a stop is noticed: no more than two in all
    assert outcomes == []
    assert (totals.stopped, totals.discarded) == (True, 8)


async def test_refusals_and_broken_answers_are_failures_of_their_items():
    model = SimulationSettings(broken=0.5)
    async with simulated_model(ServerSettings(model=model)) as url:
        outcomes, totals = await ask(settings_of(url), items(60))
    at_retry = [one for one in outcomes if one.status == ACCEPTED and one.attempt > 1]
    assert totals.accepted + totals.failed == 60
    assert at_retry
    assert all(
        len(one.kinds) == one.attempt - 1 and one.requests == one.attempt for one in at_retry
    )
    assert all(one.attempt == 3 and one.kind != "ok" for one in outcomes if one.status == FAILED)


async def test_bursts_of_429_cost_no_attempt():
    troubles = TroubleSettings(burst_every=10, burst_length=3, burst_wait_s=0.05)
    states = []
    async with simulated_model(ServerSettings(troubles=troubles)) as url:
        outcomes, _ = await ask(settings_of(url), items(30), states=states)
    assert Counter((one.status, one.attempt) for one in outcomes) == {(ACCEPTED, 1): 30}
    assert {one.event for one in states} == {"waiting"}
    assert min(one.concurrency for one in states) < 8


async def test_a_server_that_dies_and_returns_loses_no_item():
    troubles = TroubleSettings(die_after=20, dead_s=2.0)  # long enough to be met five times
    states = []
    async with simulated_model(ServerSettings(troubles=troubles)) as url:
        outcomes, _ = await ask(settings_of(url, max_backoff_s=0.3), items(60), states=states)
    assert Counter((one.status, one.attempt) for one in outcomes) == {(ACCEPTED, 1): 60}
    moves = [one.breaker for one in states if one.event == "breaker"]
    assert moves[:2] == [BreakerState.OPEN, BreakerState.HALF_OPEN]
    assert moves[-1] == BreakerState.CLOSED


async def test_while_the_breaker_is_open_one_request_at_a_time_tries():
    def script(number, body):
        return STATUS_500 if number <= 14 else ok(good_answer())

    states = []
    outcomes, _, served = await ask_scripted(script, items(20), states=states, max_backoff_s=0.1)
    tried = sum(one.breaker == BreakerState.HALF_OPEN for one in states if one.event == "breaker")
    assert {one.status for one in outcomes} == {ACCEPTED}
    assert 2 <= tried <= 7  # eight were in flight when it opened
    assert len(served.log) == 34


async def test_a_stop_while_the_breaker_is_open_ends_at_once():
    states = []
    outcomes, totals, served = await ask_scripted(
        lambda number, body: STATUS_500,
        items(20),
        states=states,
        should_stop=lambda: any(one.breaker == BreakerState.OPEN for one in states),
    )
    assert len(served.log) <= 2 * 8  # nobody went on trying
    assert (outcomes, totals.stopped) == ([], True)


async def test_an_item_that_alone_brings_the_server_down_is_left_at_last():
    def script(number, body):
        return STATUS_500 if "Age: 27" in body["messages"][-1]["content"] else ok(good_answer())

    outcomes, totals, _ = await ask_scripted(
        script, items(200), max_backoff_s=0.001, breaker_threshold=50, concurrency=4
    )  # fmt: skip
    assert totals.accepted + totals.failed == 200
    assert {one.kind for one in outcomes if one.status == FAILED} == {"server_error"}
    assert {one.attempt for one in outcomes if one.status == FAILED} == {1}


async def test_a_key_that_is_withdrawn_ends_the_run_and_keeps_the_answers():
    refused = {**ok({"error": {"code": "invalid_api_key"}}), "status": 401}
    kept = []

    def script(number, body):
        return ok(good_answer()) if number <= 10 else refused

    async with scripted_server(script) as server:
        settings = settings_of(server.url("SV-001"), model="m")
        with pytest.raises(RunEndingError) as ended:
            await ask(settings, items(50), accept=kept.append)
    assert (ended.value.group, ended.value.kind) == ("authentication", "key")
    assert len(kept) == 10


async def test_answers_that_are_all_cut_end_the_run():
    cut = CASES["SV-009"]["response"]
    with pytest.raises(RunEndingError, match="max_tokens") as ended:
        await ask_scripted(lambda number, body: cut, items(100), alike_failures=5)
    assert ended.value.kind == "truncated"


async def test_one_request_that_is_refused_amid_good_ones_fails_its_item_only():
    bad = {**ok({"error": {"message": "odd", "type": "BadRequestError"}}), "status": 400}
    outcomes, _, _ = await ask_scripted(
        lambda number, body: bad if number == 15 else ok(good_answer()), items(30)
    )
    assert Counter(one.kind for one in outcomes) == {"ok": 29, "rejected": 1}


async def test_accept_may_be_a_coroutine_that_holds_its_place():
    running = peak = 0

    async def accept(outcome):
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        await asyncio.sleep(0.002)
        running -= 1

    async with simulated_model() as url:
        _, totals = await ask(settings_of(url, concurrency=4), items(20), accept=accept)
    assert totals.accepted == 20
    assert peak <= 4


async def test_what_accept_raises_reaches_the_caller():
    def accept(outcome):
        raise LookupError(outcome.key)

    async with simulated_model() as url:
        with pytest.raises(LookupError):
            await ask(settings_of(url), items(20), accept=accept)


async def test_a_rate_limit_of_our_own_spaces_the_requests():
    started = time.monotonic()
    async with simulated_model() as url:
        await ask(settings_of(url, requests_per_minute=3000), items(11))
    assert time.monotonic() - started >= 0.2


async def test_a_wait_beyond_the_cap_is_reported_as_a_pause():
    year = {**ok({"error": {"type": "rate_limit"}}), "status": 429}
    year["headers"] = {"retry-after": "31536000"}
    states = []
    outcomes, _, _ = await ask_scripted(
        lambda number, body: year if number == 1 else ok(good_answer()),
        items(2), states=states, max_wait_s=0.1, concurrency=1,
    )  # fmt: skip
    assert [(one.event, one.wait_s) for one in states] == [("paused", 31536000.0)]
    assert len(outcomes) == 2


class Purse:
    """Money for so many answers; what was counted is in ``prompts``."""

    def __init__(self, answers: int) -> None:
        self.answers = answers
        self.prompts: list[int] = []

    def count(self, prompt: int, completion: int, uncounted: int) -> None:
        self.prompts.append(prompt)

    def may_send(self) -> bool:
        return len(self.prompts) < self.answers


async def ask_with(purse, script, questions, **values):
    outcomes = []
    async with scripted_server(script) as served:
        settings = settings_of(served.url("SV-001"), model="m", **values)
        async with ModelClient(settings) as client:
            totals = await ask_items(
                questions, client, settings, outcomes.append, lambda: False, lambda _: None,
                meter=purse,
            )  # fmt: skip
    return outcomes, totals, served


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_no_request_is_sent_once_the_answers_have_cost_what_they_may(concurrency):
    purse = Purse(5)
    outcomes, totals, served = await ask_with(
        purse, lambda *_: ok(good_answer()), items(50), concurrency=concurrency
    )
    assert 5 <= len(served.log) <= 5 + concurrency - 1  # what was in flight is waited for
    assert len(outcomes) == len(purse.prompts) == len(served.log)
    assert (totals.stopped, totals.discarded) == (False, 0)


async def test_an_item_that_would_be_asked_again_stays_open_and_its_tokens_are_counted():
    bad = good_answer()
    bad["choices"][0]["message"]["content"] = "No idea."
    purse = Purse(2)
    outcomes, _, served = await ask_with(purse, lambda *_: ok(bad), items(3), concurrency=1)
    assert (outcomes, len(served.log), purse.prompts) == ([], 2, [10, 10])
