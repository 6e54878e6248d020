"""The engine at a server that we did not write: llama.cpp with a tiny random model."""

import pytest

pytest.importorskip("xllamacpp", reason="a development requirement that is not installed here")
pytest.importorskip("gguf", reason="a development requirement that is not installed here")

from services.benchmarks.domain.personas import DescribedPersona
from services.benchmarks.domain.prompts import PromptTemplate, build_messages
from services.benchmarks.engine.ask import ask_items
from services.benchmarks.engine.client import ModelClient, RunEndingError
from services.benchmarks.engine.ports import ACCEPTED, AskItem
from services.benchmarks.engine.probe import probe_model
from services.benchmarks.engine.probe_result import YES
from services.benchmarks.engine.settings import AskSettings
from tests.support.tiny_llamas import NAME, llama_server, write_tiny_llama

TEMPLATE = PromptTemplate(language="en")


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    path = tmp_path_factory.mktemp("tiny") / "tiny.gguf"
    write_tiny_llama(path)
    with llama_server(path) as address:
        yield address


def messages(age=30, system=None):
    persona = DescribedPersona(uuid=str(age), age=age, gender="female")
    return build_messages(persona, "kind", TEMPLATE, system_prompt=system)


def settings_of(url, **values):
    defaults = {"model": NAME, "allow_private": True, "concurrency": 4, "max_tokens": 40, "seed": 1}
    return AskSettings(base_url=url, **(defaults | values))


async def probe(settings, longest=None):
    async with ModelClient(settings) as client:
        return await probe_model(client, settings, messages(), longest or messages(), repeats=3)


async def test_the_probe_measures_what_llama_cpp_offers(url):
    result = await probe(settings_of(url, logprobs=True))
    assert (result.listed, result.endpoint, result.json_mode) == (YES, "chat", "json_schema")
    assert (result.usage, result.logprobs, result.kinds) == (True, YES, {"ok": 6})
    assert result.alone.deterministic
    assert result.may_begin
    assert any("little of the probability" in one for one in result.warnings)


@pytest.mark.parametrize("endpoint", ["chat", "completions"])
async def test_constrained_answers_of_a_random_model_are_ratings(url, endpoint):
    settings, outcomes = settings_of(url, logprobs=True, endpoint=endpoint), []
    questions = (AskItem(key=age, messages=messages(age)) for age in range(20, 32))
    async with ModelClient(settings) as client:
        await ask_items(
            questions, client, settings, outcomes.append, lambda: False, lambda state: None
        )
    assert {one.key for one in outcomes} == set(range(20, 32))
    assert {one.status for one in outcomes} == {ACCEPTED}
    assert all(one.rating in one.options for one in outcomes)


async def test_without_constraint_a_random_model_only_fails_items(url):
    settings, outcomes = settings_of(url, constrained=False, alike_failures=100), []
    questions = (AskItem(key=age, messages=messages(age)) for age in range(20, 24))
    async with ModelClient(settings) as client:
        await ask_items(
            questions, client, settings, outcomes.append, lambda: False, lambda state: None
        )
    assert {one.status for one in outcomes} == {"failed"}
    assert all(one.completion_tokens for one in outcomes)


async def test_a_prompt_beyond_its_context_is_noticed_before_the_first_item(url):
    result = await probe(settings_of(url), messages(system="Judge. " * 1000))
    assert not result.may_begin
    assert "context" in result.refusals[0]


async def test_a_server_without_the_model_ends_before_the_first_item(url):
    with pytest.raises(RunEndingError):
        await probe(settings_of(url, model="another"))
