"""What a training says of itself, as a sentence and as a code with its values."""

import json
import re

import pytest

from app.supervisor.child import ROOT
from services.runs.messages import TEMPLATES, CodedMessage, coded, message_text
from services.runs.training.form import form_schema

VALUES = {"done": 3, "total": 10, "accuracy": "0.912", "rows": 40, "sites": 5, "metric": "val_loss"}
GERMAN = json.loads((ROOT / "static/src/texts/server.de.json").read_text())
KINDS = ("group", "preset", "setting", "message")  # forecasting has others beside them
PLACES = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("code", TEMPLATES)
def test_a_sentence_is_read_back_as_its_code_and_values(code):
    names = PLACES.findall(TEMPLATES[code])
    values = {name: VALUES[name] for name in names}
    assert coded(message_text(code, **values)) == CodedMessage(code=code, params=values)


@pytest.mark.parametrize(
    "text", [None, "", "Round 3 of very many", "Round 3 of 10!", "The disk is full."]
)
def test_any_other_sentence_has_no_code(text):
    assert coded(text) == CodedMessage()


@pytest.mark.parametrize("code", TEMPLATES)
def test_every_sentence_is_there_in_german_with_the_same_values(code):
    assert set(PLACES.findall(GERMAN[f"message.{code}"])) == set(PLACES.findall(TEMPLATES[code]))


def test_everything_that_the_form_shows_is_there_in_german_and_nothing_else_is():
    schema = form_schema()
    codes = {f"group.{group['name']}" for group in schema.groups}
    codes |= {f"preset.{preset['name']}" for preset in schema.presets}
    codes |= {f"preset.{preset['name']}.description" for preset in schema.presets}
    codes |= {f"setting.{field['name']}" for field in schema.fields}
    codes |= {f"setting.{field['name']}.help" for field in schema.fields if field.get("help")}
    codes |= {f"message.{code}" for code in TEMPLATES}
    ours = {code for code in GERMAN if code.partition(".")[0] in KINDS}
    assert ours == codes
    assert all(text.strip() for text in GERMAN.values())
