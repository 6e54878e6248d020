"""Attribute generations as a worker does them: a real model server writes, over HTTP."""

import asyncio

import pytest

from app.models.persona import PersonaSet
from services.benchmarks.domain.person_texts import MAX_LENGTHS, WRITING, writing_messages
from services.benchmarks.domain.personas import DescribedPersona
from services.benchmarks.domain.prompts import as_text
from services.benchmarks.domain.text_answers import parse_texts
from services.benchmarks.engine.ports import Unmetered
from services.benchmarks.generations.manifest import make_generation_manifest
from services.benchmarks.generations.ports import Writing
from services.benchmarks.generations.types import GenerationRequest
from services.benchmarks.runs.ports import Asking
from services.benchmarks.runs.types import EndpointSettings
from tests.support.simulated_models import simulated_model
from workers.benchmark_model.app import ServerSettings
from workers.benchmark_model.effects import parse_refusals
from workers.benchmark_model.model import SimulationSettings, answer
from workers.benchmark_model.troubles import TroubleSettings
from workers.generations import ServerWriter


def persona(number: int, **values) -> DescribedPersona:
    fields = {"age": 30 + number, "gender": "female", "origin_country": "Turkey",
              "religion": "Muslims"}  # fmt: skip
    return DescribedPersona(uuid=str(number), **(fields | values))


def writings(n: int, language: str = "en") -> list[Writing]:
    return [
        Writing(
            persona_id=number,
            messages=writing_messages(persona(number), language),
            retry_suffix=WRITING[language].retry,
        )
        for number in range(n)
    ]


def asking(url: str, probe=None, **values) -> Asking:
    request = GenerationRequest(dataset_id=1, model_name="simulated", **values)
    manifest = make_generation_manifest(request, PersonaSet(id=1), [])
    return Asking(
        base_url=url, key=None, manifest=manifest.content,
        endpoint=EndpointSettings(concurrency=4), probe=probe or {},
    )  # fmt: skip


def write(url: str, n: int, **values):
    """Return what was settled, by persona."""
    writer, settled = ServerWriter(allow_private=True), {}
    probe = writer.probe(asking(url, **values), writings(n))
    writer.write(
        asking(url, probe, **values), iter(writings(n)),
        lambda one: settled.__setitem__(one.persona_id, one), lambda: False, lambda *_: None,
        Unmetered(),
    )  # fmt: skip
    return settled


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_simulated_model_writes_what_is_demanded_and_the_same_again(language):
    text = as_text(writing_messages(persona(1), language))
    first = answer(SimulationSettings(), text)
    assert first == answer(SimulationSettings(), text)
    assert first != answer(SimulationSettings(seed=1), text)
    texts = parse_texts(first.text, MAX_LENGTHS).texts
    assert texts["name"].split()[0] in ("Ayşe", "Fatma", "Leyla")
    assert ("muslimisch" if language == "de" else "Muslim") in texts["biography"]


def test_the_simulated_model_keeps_a_name_that_is_given():
    text = as_text(writing_messages(persona(1, name="Ada Byron"), "en"))
    assert parse_texts(answer(SimulationSettings(), text).text, MAX_LENGTHS).texts["name"] == (
        "Ada Byron"
    )


async def test_everybody_is_written_about_through_bursts_broken_answers_and_a_schema():
    troubles = TroubleSettings(burst_every=10, burst_length=1, burst_wait_s=0.01)
    model = SimulationSettings(broken=0.3)
    async with simulated_model(ServerSettings(model=model, troubles=troubles)) as url:
        settled = await asyncio.to_thread(write, url, 12, max_attempts=10)
    assert len(settled) == 12
    read = [one for one in settled.values() if one.texts]
    assert len(read) >= 9
    assert max(one.attempt for one in read) > 1
    assert all(one.prompt_tokens > 0 for one in settled.values())


async def test_a_refusal_is_a_failure_of_its_own_kind():
    model = SimulationSettings(refusals=(parse_refusals("gender=female:1.0"),))
    async with simulated_model(ServerSettings(model=model)) as url:
        settled = await asyncio.to_thread(write, url, 2)
    assert {one.kind for one in settled.values()} == {"refusal"}
    assert not any(one.texts for one in settled.values())
