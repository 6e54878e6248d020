"""Every case of servers.json over real HTTP: its class, attempts, breaker and rating."""

import asyncio

import pytest

from services.benchmarks.domain.option_logprobs import option_logprobs
from services.benchmarks.domain.prompts import PromptTemplate, retry_suffix
from services.benchmarks.engine.ask import ask_items
from services.benchmarks.engine.client import ModelClient, RunEndingError
from services.benchmarks.engine.faults import Trouble
from services.benchmarks.engine.patience import WaitingClock
from services.benchmarks.engine.ports import ACCEPTED, AskItem
from services.benchmarks.engine.reading import read_answer
from services.benchmarks.engine.settings import AskSettings
from tests.support.model_servers import CASES, case_server

MESSAGES = [{"role": "system", "content": "Judge."}, {"role": "user", "content": "How kind?"}]
PROBED = {"SV-058"}  # the answer alone shows nothing: see test_probe
ENDING = {Trouble.CONFIGURATION, Trouble.AUTHENTICATION}
ASKED = {
    name: case
    for name, case in CASES.items()
    if name not in PROBED and case["endpoint"] != "models"
}


def settings_for(server, case, **more) -> AskSettings:
    values = {"seed": 1, "logprobs": True, "concurrency": 1}
    if case["response"].get("transport") == "hang":  # the others come, however late
        values["timeout_s"] = 0.3
    endpoint = case["endpoint"] if case["endpoint"] != "any" else "chat"
    return AskSettings(
        base_url=server.url(case["id"]),
        model="m",
        api_key="secret-key",
        allow_private=True,
        endpoint=endpoint,
        **(values | more),
    )


class FastClock:
    """A clock that goes on by waiting alone, which costs no time: ``waited`` is what it shows."""

    def __init__(self) -> None:
        self.waited = 0.0

    def now(self) -> float:
        return self.waited

    async def sleep(self, seconds: float) -> None:
        self.waited += seconds
        await asyncio.sleep(0)

    def as_clock(self) -> WaitingClock:
        return WaitingClock(now=self.now, sleep=self.sleep)


async def first_verdict(server, case):
    settings = settings_for(server, case)
    async with ModelClient(settings) as client:
        verdict, _ = await client.exchange(MESSAGES)
        return verdict, read_answer(verdict, settings)


async def ask_one(server, case, **more):
    settings = settings_for(server, case, **more)
    clock, outcomes, states = FastClock(), [], []
    item = AskItem(key=1, messages=MESSAGES, retry_suffix=retry_suffix(PromptTemplate()))
    async with ModelClient(settings) as client:
        totals = await ask_items(
            [item], client, settings, outcomes.append, lambda: False, states.append,
            clock=clock.as_clock(),
        )  # fmt: skip
    return outcomes[0], states, clock, totals


@pytest.mark.parametrize("name", ASKED)
async def test_an_answer_has_the_class_of_its_case(name):
    case = CASES[name]
    async with case_server() as server:
        verdict, answer = await first_verdict(server, case)
    expected = case["expect"]
    assert answer.group == expected["class"], verdict.detail
    assert verdict.counts_for_breaker == expected["breaker"]
    assert (answer.parsed.rating if answer.parsed else None) == expected.get("rating")
    if "kind" in expected:
        assert answer.kind == expected["kind"]
    if isinstance(expected.get("retry"), bool) and answer.group == Trouble.ITEM:
        assert answer.retry == expected["retry"]
    if "tokens" in expected:
        tokens = expected["tokens"] or {"prompt": None, "completion": None}
        assert verdict.reply.prompt_tokens == tokens["prompt"]
        assert verdict.reply.completion_tokens == tokens["completion"]
    if "options" in expected:
        options = option_logprobs(verdict.reply.logprobs, verdict.reply.text)
        assert options == {int(key): value for key, value in expected["options"].items()}
    if isinstance(expected.get("wait_s"), list) and verdict.wait_s:
        low, high = expected["wait_s"]
        assert low <= verdict.wait_s <= high
    assert "secret-key" not in verdict.detail


@pytest.mark.parametrize("name", ASKED)
async def test_trouble_of_the_server_uses_no_attempt_and_is_overcome(name):
    case = CASES[name]
    expected = case["expect"]
    async with case_server() as server:
        if expected["class"] in ENDING:
            with pytest.raises(RunEndingError) as ended:
                await ask_one(server, case)
            assert ended.value.group == expected["class"]
            assert str(ended.value)
            return
        outcome, _, clock, totals = await ask_one(server, case)
    if expected["class"] == Trouble.ITEM:
        retried = 1 if outcome.kind == "refusal" else 2
        assert outcome.attempt == (1 + retried if expected["retry"] else 1)
        assert (outcome.kind, outcome.rating) == (expected["kind"], None)
        return
    assert (outcome.status, outcome.attempt) == (ACCEPTED, 1)
    assert outcome.rating == expected.get("rating", 4)
    if isinstance(expected.get("wait_s"), list):
        low, high = expected["wait_s"]
        assert low <= clock.waited <= high
    if expected["class"] == Trouble.ADAPT:
        assert totals.shape.changes or name == "SV-022"


def test_the_pack_is_whole():
    assert len(CASES) == 69


async def test_two_500s_that_carried_log_probabilities_drop_them():
    case = CASES["SV-022"] | {"expect": CASES["SV-022"]["expect"] | {"class": "always"}}

    async with case_server(cases={"SV-022": case}) as server:
        answers = server.response

        def without_logprobs_it_works(one, kind):
            response = answers(one, kind)
            return response if server.log[-1][2].get("logprobs") else CASES["SV-002"]["response"]

        server.response = without_logprobs_it_works
        outcome, states, _, totals = await ask_one(server, case)
    assert (outcome.rating, outcome.attempt, outcome.options) == (2, 1, None)
    assert totals.shape.changes == ("logprobs: none",)
    assert [one.reason for one in states if one.event == "adapted"] == ["logprobs: none"]


async def test_a_retried_item_carries_the_suffix_once():
    async with case_server() as server:
        await ask_one(server, CASES["SV-007"])
        prompts = [body["messages"][-1]["content"] for _, _, body in server.log]
    suffix = retry_suffix(PromptTemplate())
    assert [prompt.count(suffix) for prompt in prompts] == [0, 1, 1]


@pytest.mark.parametrize(
    ("base_url", "kind"),
    [("http://127.0.0.1:9/v1", "refused"), ("http://nowhere.invalid/v1", "dns")],
)
async def test_a_server_that_is_not_there_is_a_fault_of_the_server(base_url, kind):
    settings = AskSettings(base_url=base_url, model="m", allow_private=True)
    async with ModelClient(settings) as client:
        verdict, _ = await client.exchange(MESSAGES)
    assert (verdict.group, verdict.kind) == (Trouble.DOWN, kind)


async def test_https_at_a_server_without_it_is_said():
    async with case_server() as server:
        settings = AskSettings(
            base_url=server.url("SV-001").replace("http:", "https:"), model="m", allow_private=True
        )
        async with ModelClient(settings) as client:
            verdict, _ = await client.exchange(MESSAGES)
    assert (verdict.group, verdict.kind) == (Trouble.DOWN, "tls")
