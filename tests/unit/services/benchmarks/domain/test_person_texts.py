"""What is demanded of a model that writes about a person, and what of its answer is kept."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.benchmarks.domain.person_texts import (
    KEYS,
    MAX_LENGTHS,
    WRITING,
    writing_digest,
    writing_messages,
)
from services.benchmarks.domain.personas import DescribedPersona
from services.benchmarks.domain.reveals import revealed
from services.benchmarks.domain.text_answers import parse_texts
from tests.support.depth import examples

PERSONA = DescribedPersona(
    uuid="p", age=34, gender="female", origin_country="Turkey", origin_country_de="Türkei",
    religion="Muslims", migration_status="with_migration", biography="An old one.",
)  # fmt: skip
GOOD = {"name": "Leyla Kaya", "appearance": "Tall.", "biography": "Grew up by the sea."}


def test_the_prompt_has_every_attribute_and_no_earlier_text():
    text = writing_messages(PERSONA, "de")[-1]["content"]
    assert text.splitlines()[:5] == [
        "Alter: 34", "Geschlecht: weiblich", "Herkunft: Türkei", "Religion: muslimisch",
        "Migration: mit Migrationshintergrund",
    ]  # fmt: skip
    assert "An old one." not in text
    assert all(f'"{key}"' in text for key in KEYS)


def test_a_system_prompt_replaces_the_own_one_and_an_empty_one_goes():
    assert writing_messages(PERSONA, "en", "Be brief.")[0]["content"] == "Be brief."
    assert len(writing_messages(PERSONA, "en", " ")) == 1


def test_texts_of_each_language_have_their_own_digest():
    assert len({writing_digest(language) for language in WRITING}) == len(WRITING)


@pytest.mark.parametrize(
    ("answer", "finish_reason", "kind"),
    [
        (json.dumps(GOOD), "stop", "ok"),
        (f"```json\n{json.dumps([GOOD])}\n```", "stop", "ok"),
        (f"Here it is: {json.dumps(GOOD)} Anything else?", "stop", "ok"),
        (json.dumps(GOOD | {"name": ""}), "stop", "text_missing"),
        (json.dumps(GOOD | {"name": 7}), "stop", "text_missing"),
        (json.dumps(GOOD | {"name": "x" * 201}), "stop", "text_too_long"),
        (json.dumps(GOOD)[:40], "length", "truncated"),
        ("I'm sorry, but I can't help with that.", "stop", "refusal"),
        ('{"error": "I cannot assist with this."}', "stop", "refusal"),
        ("Leyla is tall.", "stop", "no_json"),
        ("", "stop", "empty"),
    ],
)
def test_an_answer_is_read_strictly(answer, finish_reason, kind):
    assert parse_texts(answer, MAX_LENGTHS, finish_reason=finish_reason).kind == kind


def test_texts_lie_on_one_line_and_can_be_printed():
    text = "One.\n\nTwo\u0000 \ud800three."
    parsed = parse_texts(json.dumps(GOOD | {"biography": text}), MAX_LENGTHS)
    assert parsed.texts["biography"] == "One. Two three."


@settings(max_examples=examples(100))
@given(st.text(), st.text(max_size=300), st.text(max_size=50))
def test_whatever_comes_is_texts_within_their_limits_or_a_kind(name, biography, around):
    answer = around + json.dumps(GOOD | {"name": name, "biography": biography}) + around
    parsed = parse_texts(answer, MAX_LENGTHS)
    if parsed.texts is None:
        assert parsed.kind != "ok"
        return
    for key, text in parsed.texts.items():
        assert 0 < len(text) <= MAX_LENGTHS[key]
        assert text.isprintable()
        text.encode()


def test_attributes_that_a_text_names_are_revealed_and_parts_of_words_are_not():
    text = "A Muslim from Turkey, 34, with a female friend. Femaleness is no word for it."
    assert set(revealed(PERSONA, text, "en")) == {"religion", "origin_country", "age", "gender"}
    assert list(revealed(PERSONA, "Nonmuslims, 1934, Turkeys", "en")) == []
