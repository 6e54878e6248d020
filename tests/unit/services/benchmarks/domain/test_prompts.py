from itertools import product

import pytest

from services.benchmarks.domain.names import name_of
from services.benchmarks.domain.personas import DescribedPersona
from services.benchmarks.domain.prompt_texts import PARAPHRASES, TEXTS
from services.benchmarks.domain.prompts import (
    CUES,
    NAME,
    PromptTemplate,
    as_text,
    build_messages,
    retry_suffix,
    scale_options,
    template_digest,
    template_faults,
    visible_attributes,
    with_suffix,
)

PERSONA = DescribedPersona(
    uuid="p1", age=34, gender="female", education="Bachelor", occupation="nurse",
    marriage_status="married", migration_status="with_migration", religion="Muslims",
    sexuality="heterosexual", origin_country="Turkey", origin_country_de="Türkei",
    origin_region="Asia", origin_subregion="Western Asia",
)  # fmt: skip
TEMPLATES = [
    PromptTemplate(language=language, paraphrase=paraphrase, cue=cue, include_rationale=rationale)
    for language, paraphrase, cue, rationale in product(TEXTS, PARAPHRASES, CUES, (False, True))
]
CHANGED = {
    "age": ("age", 71),
    "gender": ("gender", "male"),
    "education": ("education", "none"),
    "occupation": ("occupation", "pilot"),
    "marriage_status": ("marriage_status", "divorced"),
    "migration_status": ("migration_status", "without_migration"),
    "religion": ("religion", "Jews"),
    "sexuality": ("sexuality", "bisexual"),
    "origin_country": ("origin_country", "Ghana"),
}


def text_of(persona, template, **more):
    return as_text(build_messages(persona, "kind", template, **more))


def changed(attribute, value):
    values = {name: getattr(PERSONA, name) for name in DescribedPersona.__slots__}
    values |= {attribute: value}
    if attribute == "origin_country":
        values |= {"origin_country_de": value, "origin_subregion": "Sub-Saharan Africa"}
    return DescribedPersona(**values)


@pytest.mark.parametrize("cue", CUES)
@pytest.mark.parametrize("attribute", CHANGED)
def test_what_is_called_visible_changes_the_prompt_and_nothing_else_does(cue, attribute):
    template = PromptTemplate(language="en", cue=cue)
    name, value = CHANGED[attribute]
    differs = text_of(changed(name, value), template) != text_of(PERSONA, template)
    assert differs == (visible_attributes(template)[attribute] is not None)


def test_the_origin_reaches_the_prompt_in_its_language():
    assert "Herkunft: Türkei" in text_of(PERSONA, PromptTemplate(language="de"))
    assert "Origin: Turkey" in text_of(PERSONA, PromptTemplate(language="en"))


def test_migration_is_shown_where_the_template_says_so():
    template = PromptTemplate(language="en", attributes=("age", "migration_status"))
    assert "with a migration background" in text_of(PERSONA, template)
    assert visible_attributes(template)["migration_status"] == "label"
    assert visible_attributes(template)["gender"] is None


def test_a_name_takes_the_place_of_gender_and_origin():
    template = PromptTemplate(language="en", cue=NAME)
    text = text_of(PERSONA, template)
    assert name_of(PERSONA) in text
    assert "Turkey" not in text
    assert "female" not in text
    assert visible_attributes(template)["origin_subregion"] == NAME
    assert visible_attributes(template)["religion"] == "label"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)
def test_every_template_asks_one_item_and_demands_what_its_switch_says(template):
    messages = build_messages(PERSONA, "nett", template)
    assert [message["role"] for message in messages] == ["system", "user"]
    text = messages[1]["content"]
    assert "nett" in text
    assert "{" not in text.replace('{"ra', "")
    assert ('"rationale"' in text) == template.include_rationale
    assert ('"rationale"' in retry_suffix(template)) == template.include_rationale


def test_all_templates_have_a_digest_of_their_own():
    assert len({template_digest(template) for template in TEMPLATES}) == len(TEMPLATES)


def test_reversing_the_scale_keeps_the_numbers_and_turns_the_texts():
    template = PromptTemplate(language="en")
    normal = scale_options("kind", template, scale_reversed=False)
    turned = scale_options("kind", template, scale_reversed=True)
    assert (normal[0], normal[2], turned[0]) == (
        "1 = not at all kind",
        "3 = neutral",
        "1 = very kind",
    )
    assert [one[0] for one in turned] == list("12345")
    assert [one[4:] for one in turned] == [one[4:] for one in normal][::-1]


def test_the_suffix_is_added_once():
    template = PromptTemplate()
    messages = build_messages(PERSONA, "nett", template)
    once = with_suffix(messages, retry_suffix(template))
    assert with_suffix(once, retry_suffix(template)) == once
    assert once[0] == messages[0]
    assert once[1]["content"].endswith(retry_suffix(template))


def test_a_system_prompt_replaces_the_templates_own_and_an_empty_one_leaves_it_out():
    template = PromptTemplate()
    assert build_messages(PERSONA, "nett", template, system_prompt="Sei kurz.")[0] == {
        "role": "system",
        "content": "Sei kurz.",
    }
    assert len(build_messages(PERSONA, "nett", template, system_prompt=" ")) == 1


def test_what_is_not_known_is_left_out():
    text = text_of(DescribedPersona(uuid="p2", age=0), PromptTemplate(language="en"))
    assert "Age: 0" in text
    assert "None" not in text
    assert "Gender" not in text


def test_faults_of_a_template_name_the_field_and_what_would_be_right():
    bad = PromptTemplate(language="fr", cue="colour", attributes=("shoe_size",))
    faults = template_faults(bad)
    assert set(faults) == {"language", "cue", "attributes"}
    assert "label, name, prose" in faults["cue"]
    assert template_faults(PromptTemplate()) == {}


def test_both_languages_have_the_same_parts():
    german, english = TEXTS["de"], TEXTS["en"]
    assert german.labels.keys() == english.labels.keys() == german.sentences.keys()
    assert german.wordings.keys() == english.wordings.keys()
    assert english.values.keys() <= german.values.keys()
