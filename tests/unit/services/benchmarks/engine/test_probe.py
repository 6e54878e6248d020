"""What the probe finds out before the first item, against real servers on loopback."""

import json

import pytest

from services.benchmarks.domain.personas import DescribedPersona
from services.benchmarks.domain.prompts import PromptTemplate, build_messages
from services.benchmarks.engine.client import ModelClient, RunEndingError
from services.benchmarks.engine.probe import probe_model
from services.benchmarks.engine.probe_result import CUT, NO, UNKNOWN, WHOLE, YES, result_shape
from services.benchmarks.engine.settings import AskSettings
from tests.support.model_servers import CASES, case_server, good_answer, ok
from tests.support.simulated_models import simulated_model
from workers.benchmark_model.app import ServerSettings
from workers.benchmark_model.model import SimulationSettings
from workers.benchmark_model.troubles import TroubleSettings

PERSONA = DescribedPersona(uuid="p", age=34, gender="female", origin_country="Turkey")
ANSWERS = [
    name
    for name, case in CASES.items()
    if case["expect"]["class"] == "answer" and case["endpoint"] != "models" and name != "SV-042"
]


def messages(system=None):
    return build_messages(PERSONA, "kind", PromptTemplate(language="en"), system_prompt=system)


async def probe(url, *, longest=None, repeats=4, **values):
    defaults = {"model": "simulated", "allow_private": True, "concurrency": 4}
    settings = AskSettings(base_url=url, **(defaults | values))
    async with ModelClient(settings) as client:
        return await probe_model(
            client, settings, messages(), longest or messages(), repeats=repeats
        )


async def test_a_good_server_may_begin_and_is_described():
    async with simulated_model() as url:
        result = await probe(url, logprobs=True, seed=7)
    assert (result.may_begin, result.refusals, result.warnings) == (True, [], [])
    assert (result.listed, result.answered_by, result.endpoint) == (YES, "simulated", "chat")
    assert (result.prompt, result.logprobs, result.reasoning) == (WHOLE, YES, "none")
    assert result.logprob_mass == pytest.approx(0.998)
    assert result.alone.deterministic
    assert result.under_load.deterministic
    assert result.kinds == {"ok": 8}
    assert result.longest_prompt_tokens > 100
    assert json.loads(json.dumps(result.as_dict()))["may_begin"]
    assert result_shape(json.loads(json.dumps(result.as_dict()))) == result.shape


async def test_a_prompt_that_is_cut_silently_is_refused():
    long = messages("Judge. " * 2000)
    async with simulated_model(ServerSettings(context=1000)) as url:
        result = await probe(url, longest=long)
        assert (result.prompt, result.may_begin) == (CUT, False)
        assert "context length" in result.refusals[0]
        assert (await probe(url)).prompt == WHOLE


async def test_a_server_that_refuses_what_is_too_long_is_refused_with_the_reason():
    async with simulated_model(ServerSettings(context=1000, context_error=True)) as url:
        result = await probe(url, longest=messages("Judge. " * 2000))
    assert not result.may_begin
    assert "context" in result.refusals[0]


async def test_answers_that_differ_under_load_are_noticed():
    async with simulated_model(
        ServerSettings(drift=1.0, latency_s=0.01, model=SimulationSettings(seed=3))
    ) as url:
        result = await probe(url, repeats=12)
    assert (result.alone.deterministic, result.under_load.deterministic) == (True, False)
    assert "Answers differ under load." in result.warnings


async def test_log_probabilities_that_do_not_come_back_are_said():
    async with simulated_model(ServerSettings(logprobs=False)) as url:
        result = await probe(url, logprobs=True)
    assert (result.logprobs, result.logprob_mass) == (NO, None)
    assert any("log-probabilities" in one for one in result.warnings)


async def test_a_limited_server_is_waited_for():
    troubles = TroubleSettings(burst_every=3, burst_length=1, burst_wait_s=0.01)
    async with simulated_model(ServerSettings(troubles=troubles)) as url:
        assert (await probe(url)).may_begin


async def test_sample_answers_that_are_all_cut_are_refused():
    async with simulated_model() as url:
        result = await probe(url, max_tokens=1)
    assert not result.may_begin
    assert "max_tokens" in result.refusals[0]


async def test_a_model_that_refuses_everything_may_begin():
    async with simulated_model(ServerSettings(model=SimulationSettings(broken=1.0))) as url:
        result = await probe(url)
    assert result.may_begin
    assert "No sample answer could be read." in result.warnings


@pytest.mark.parametrize(
    ("server", "values", "kind"),
    [(ServerSettings(key="k"), {"api_key": "wrong-one"}, "key"), (ServerSettings(), {"model": "nope"}, "model")],
)  # fmt: skip
async def test_what_no_item_could_be_asked_with_ends_at_once(server, values, kind):
    async with simulated_model(server) as url:
        with pytest.raises(RunEndingError) as ended:
            await probe(url, **values)
    assert ended.value.kind == kind
    assert "wrong-one" not in str(ended.value)


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_server_that_answers_passes_whatever_its_quirk(name):
    case = CASES[name]
    async with case_server() as server:
        result = await probe(server.url(name), model="m", endpoint=case["endpoint"], repeats=2)
    assert result.may_begin, result.refusals
    assert (result.prompt, result.kinds) == (UNKNOWN, {"ok": 4})


async def test_a_window_that_every_long_prompt_fills_is_refused():
    async with case_server() as server:
        result = await probe(server.url("SV-058"), model="m", longest=messages("x" * 12_000))
    assert (result.prompt, result.may_begin) == (CUT, False)


async def test_another_model_ends_before_the_first_item_unless_it_is_an_alias():
    async with case_server() as server:
        url = server.url("SV-067")
        with pytest.raises(RunEndingError, match="Asked for m, answered by some-other-model"):
            await probe(url, model="m")
        result = await probe(url, model="m", aliases=("some-other-model",))
        assert result.may_begin


async def test_the_list_of_models_carries_the_key_and_is_no_readiness():
    async with case_server() as server:
        with pytest.raises(RunEndingError) as ended:
            await probe(server.url("SV-059"), model="m", api_key="k")
        assert ended.value.group == "authentication"
        empty = await probe(server.url("SV-065"), model="m", repeats=1)
        assert (empty.listed, empty.may_begin) == (UNKNOWN, True)
        assert "The server lists no models: the model is unverified." in empty.warnings
        listed = await probe(server.url("SV-066"), model="m", repeats=1)
        assert listed.listed == YES
        assert ("SV-066", "chat") in {entry[:2] for entry in server.log}


async def test_what_is_adapted_is_in_the_result_and_in_later_requests():
    async with case_server() as server:
        result = await probe(server.url("SV-051"), model="m", repeats=1)
    assert result.changes == ("temperature: server default",)
    assert any("not greedy" in one for one in result.warnings)
    assert all("temperature" not in body for _, _, body in server.log[2:] if body)


async def test_a_case_server_with_completions_only_is_asked_there():
    case = CASES["SV-063"] | {
        "endpoint": "chat",
        "expect": {"class": "always", "change": "the other"},
    }

    async with case_server(cases={"SV-063": case}) as server:
        server.response = lambda one, kind: (
            ok(good_answer()) if kind == "completions" else {**CASES["SV-063"]["response"]}
        )
        result = await probe(server.url("SV-063"), model="m", repeats=1)
    assert result.endpoint == "completions"
    assert any("no chat template" in one for one in result.warnings)
