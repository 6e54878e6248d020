"""The simulated model: what is put in comes out, and only where the prompt shows it."""

import subprocess
import sys
from itertools import product
from statistics import mean

import httpx
import pytest
from click.testing import CliRunner

from app.supervisor.child import ROOT
from harness.eventually import PATIENCE_SECONDS
from harness.plain_http import NO_CERTIFICATES
from harness.ports import free_port
from services.benchmarks.domain.answers import parse_answer
from services.benchmarks.domain.personas import DescribedPersona
from services.benchmarks.domain.prompts import CUES, PromptTemplate, as_text, build_messages
from services.benchmarks.domain.traits import DEFAULT_TRAITS
from services.benchmarks.engine.ask import ask_items
from services.benchmarks.engine.client import ModelClient
from services.benchmarks.engine.ports import AskItem
from services.benchmarks.engine.settings import AskSettings
from tests.support.simulated_models import simulated_model, until_it_listens
from workers.benchmark_model.__main__ import main
from workers.benchmark_model.app import ServerSettings
from workers.benchmark_model.effects import PersonGroup, parse_effect, parse_refusals
from workers.benchmark_model.model import SimulationSettings, answer, rating_options
from workers.benchmark_model.reading import read_prompt, shows
from workers.benchmark_model.troubles import TroubleSettings, parse_burst

COMPETENT = next(one for one in DEFAULT_TRAITS if one.en == "competent")
LAZY = next(one for one in DEFAULT_TRAITS if one.en == "lazy")
COLD = next(one for one in DEFAULT_TRAITS if one.en == "cold")


def persona(number=0, **values):
    defaults = {"age": 20 + number % 60, "gender": "male", "religion": "Christians",
                "origin_country": "Turkey", "origin_country_de": "Türkei",
                "origin_subregion": "Western Asia", "marriage_status": "single"}  # fmt: skip
    return DescribedPersona(uuid=f"p{number}", **(defaults | values))


def prompt(one, trait, language="en", *, scale_reversed=False, **more):
    template = PromptTemplate(language=language, **more)
    adjective = trait.en if language == "en" else trait.de
    return as_text(build_messages(one, adjective, template, scale_reversed=scale_reversed))


def expected(settings, one, trait, language="en", *, scale_reversed=False, **more):
    """Return the aligned mean of the rating that the model gives."""
    text = prompt(one, trait, language, scale_reversed=scale_reversed, **more)
    options = rating_options(settings, read_prompt(text))
    value = sum(number * share for number, share in options.items())
    value = 6 - value if scale_reversed else value
    return value if trait.valence > 0 else 6 - value


def quiet(*effects, **values):
    return SimulationSettings(
        effects=tuple(map(parse_effect, effects)), person_sd=0, item_sd=0, trait_sd=0, **values
    )


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("scale_reversed", [False, True])
@pytest.mark.parametrize(
    ("trait", "gender", "value"),
    [(COMPETENT, "female", 3.4), (LAZY, "female", 3.4), (COLD, "female", 3.0), (COMPETENT, "male", 3.0)],
)  # fmt: skip
def test_an_effect_on_a_category_is_favourable_in_both_orders(
    language, scale_reversed, trait, gender, value
):
    settings = quiet("gender=female:+0.4@competence")
    one = persona(gender=gender)
    result = expected(settings, one, trait, language, scale_reversed=scale_reversed)
    assert result == pytest.approx(value)


@pytest.mark.parametrize(
    ("effect", "value"),
    [("age=65+:-0.5", 2.5), ("age=30-40:-0.5", 3), ("age=70:-0.5", 2.5), ("religion=Jews|Muslims:1", 4),
     ("origin=Turkey|Türkei:-0.2", 2.8), ("origin_subregion=Western Asia:-0.2", 2.8),
     ("marriage_status=single:0.1", 3.1), ("marriage_status=divorced:0.1", 3), ("gender=male:0.3@lazy", 2.7)],
)  # fmt: skip
def test_groups_are_read_in_the_text_of_every_cue(effect, value):
    one = persona(age=70, religion="Muslims")
    for cue in ("label", "prose"):
        assert expected(quiet(effect), one, LAZY, "de", cue=cue) == pytest.approx(value)


def test_a_name_shows_gender_and_origin():
    one = persona(gender="female")
    text = read_prompt(prompt(one, COMPETENT, cue="name")).person
    assert shows(text, PersonGroup("gender", ("female",)))
    assert shows(text, PersonGroup("origin_subregion", ("Western Asia",)))
    assert not shows(text, PersonGroup("gender", ("male",)))


@pytest.mark.parametrize("cue", CUES)
def test_what_is_not_in_the_prompt_has_no_effect(cue):
    settings = quiet("migration_status=with_migration:+2")
    one = persona(migration_status="with_migration")
    assert expected(settings, one, COMPETENT, cue=cue) == 3


def test_the_position_effect_goes_with_the_numbers():
    settings = quiet(position=0.5)
    assert expected(settings, persona(), COMPETENT) == 3.5
    assert expected(settings, persona(), COMPETENT, scale_reversed=True) == 2.5


def test_written_ratings_have_the_mean_that_was_put_in():
    settings = SimulationSettings(effects=(parse_effect("gender=female:+0.4"),))
    groups = [
        mean(
            parse_answer(answer(settings, prompt(persona(n, gender=gender), COMPETENT)).text).rating
            for n in range(200)
        )
        for gender in ("male", "female")
    ]
    assert groups[1] - groups[0] == pytest.approx(0.4, abs=0.2)


def test_refusals_and_broken_answers_come_in_their_shares():
    one = persona(gender="diverse")
    refusing = SimulationSettings(refusals=(parse_refusals("gender=diverse:1"),))
    assert parse_answer(answer(refusing, prompt(one, COLD, "de")).text).kind == "refusal"
    assert parse_answer(answer(refusing, prompt(persona(), COLD, "de")).text).rating
    broken = SimulationSettings(broken=1.0)
    texts = {answer(broken, prompt(persona(n), COLD)).text for n in range(30)}
    assert {parse_answer(text).rating for text in texts} == {None}
    assert len({parse_answer(text).kind for text in texts}) > 1


@pytest.mark.parametrize("parse", [parse_effect, parse_refusals, parse_burst])
@pytest.mark.parametrize("text", ["", "gender", "gender=female", "1:2", "5:5:1", "a=b:x"])
def test_options_that_cannot_be_read_are_refused_with_the_right_form(parse, text):
    with pytest.raises(ValueError, match="Write "):
        parse(text)


async def test_what_is_put_in_is_measured_through_prompts_http_and_reading():
    model = SimulationSettings(
        effects=(parse_effect("gender=female:+0.5@competence"),),
        position=0.3, person_sd=0, item_sd=0, trait_sd=0,
    )  # fmt: skip
    keys = list(product(range(40), ("male", "female"), (COMPETENT, LAZY), (False, True)))
    template, written = PromptTemplate(), {}
    questions = (
        AskItem(
            key=key,
            messages=build_messages(
                persona(key[0], gender=key[1]), key[2].de, template, scale_reversed=key[3]
            ),
        )
        for key in keys
    )
    async with simulated_model(ServerSettings(model=model)) as url:
        settings = AskSettings(base_url=url, model="simulated", allow_private=True)
        async with ModelClient(settings) as client:
            await ask_items(
                questions, client, settings,
                lambda one: written.update({one.key: one.rating}), lambda: False, lambda _: None,
            )  # fmt: skip

    def aligned(key):
        value = 6 - written[key] if key[3] else written[key]
        return value if key[2].valence > 0 else 6 - value

    groups = [mean(aligned(key) for key in keys if key[1] == one) for one in ("male", "female")]
    assert len(written) == len(keys)
    assert groups[1] - groups[0] == pytest.approx(0.5, abs=0.2)
    assert mean(written.values()) - 3 == pytest.approx(0.3, abs=0.15)


async def test_people_start_it_by_a_command_with_the_effects_they_choose():
    port = free_port()
    words = [
        "benchmark-model",
        "--port",
        str(port),
        "--effect",
        "gender=female:+1.5",
        "--name",
        "x",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "app", *words, "--person-sd", "0", "--item-sd", "0"], cwd=ROOT
    )
    try:
        await until_it_listens(port, seconds=120)
        text = prompt(persona(gender="female"), COMPETENT)
        body = {"model": "x", "temperature": 0, "messages": [{"role": "user", "content": text}]}
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS, verify=NO_CERTIFICATES) as client:
            answer = await client.post(f"http://127.0.0.1:{port}/v1/chat/completions", json=body)
        assert parse_answer(answer.json()["choices"][0]["message"]["content"]).rating >= 4
    finally:
        process.terminate()
        assert process.wait() == 0


def test_an_option_that_cannot_be_read_is_refused_in_words():
    result = CliRunner().invoke(main, ["--effect", "women:+1"])
    assert result.exit_code == 2
    assert "Write attribute=value:+0.4@competence" in result.output


async def test_it_speaks_like_an_openai_compatible_server():
    settings = ServerSettings(key="k", troubles=TroubleSettings(burst_every=4, burst_length=1))
    text = prompt(persona(), COMPETENT)
    async with (
        simulated_model(settings) as url,
        httpx.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS, verify=NO_CERTIFICATES) as client,
    ):
        assert (await client.get("/models")).status_code == 401
        client.headers["authorization"] = "Bearer k"
        assert (await client.get("/models")).json()["data"][0]["id"] == "simulated"
        body = {"model": "simulated", "temperature": 0}
        chat = {**body, "messages": [{"role": "user", "content": text}], "logprobs": True}
        first = (await client.post("/chat/completions", json=chat | {"top_logprobs": 5})).json()
        choice = first["choices"][0]
        assert parse_answer(choice["message"]["content"]).rating
        assert len(choice["logprobs"]["content"][1]["top_logprobs"]) == 5
        plain = (await client.post("/completions", json=body | {"prompt": text})).json()
        assert plain["choices"][0]["text"] == choice["message"]["content"]
        wrong = await client.post("/chat/completions", json=chat | {"model": "other"})
        assert (wrong.status_code, wrong.json()["error"]["param"]) == (404, "model")
        limited = await client.post("/chat/completions", json=chat)
        assert (limited.status_code, limited.headers["retry-after"]) == (429, "1")
        assert (await client.post("/embeddings", json={})).status_code == 404
        assert (await client.post("/completions", content=b"{")).status_code == 400
