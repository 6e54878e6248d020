"""Messages for Slack: nobody is mentioned by chance, and nothing is longer than Slack takes."""

import json
from dataclasses import replace

from services.channels.sending.slack import slack_body
from tests.unit.services.channels.test_signatures import ENVELOPE


def test_a_message_has_text_and_blocks() -> None:
    body = json.loads(slack_body(ENVELOPE))
    assert body["text"].startswith("*Alert: It did not start*\nNothing ran since Monday.")
    assert [block["type"] for block in body["blocks"]] == ["header", "section", "context"]
    assert "<https://roundhouse.example.org/alerts|Open in Roundhouse>" in body["text"]


def test_a_message_is_in_the_language_of_its_channel() -> None:
    body = json.loads(slack_body(replace(ENVELOPE, language="de", phase="recovered")))
    assert body["blocks"][0]["text"]["text"] == "Behoben: It did not start"
    assert "Schweregrad: kritisch" in body["blocks"][2]["elements"][0]["text"]


def test_nobody_is_mentioned_by_a_text() -> None:
    hostile = replace(ENVELOPE, title="<!channel>", text="<!everyone> & <http://x|y>")
    body = json.loads(slack_body(hostile))
    assert "<!" not in body["text"]
    assert "<!" not in body["blocks"][1]["text"]["text"]
    assert "&lt;!everyone&gt; &amp;" in body["text"]


def test_a_long_text_is_cut_to_what_slack_takes() -> None:
    body = json.loads(slack_body(replace(ENVELOPE, title="t" * 500, text="<" * 5000)))
    assert len(body["blocks"][0]["text"]["text"]) == 150
    section = body["blocks"][1]["text"]["text"]
    assert len(section) <= 3000
    assert section.endswith(";…")


def test_a_message_without_a_text_has_a_section_all_the_same() -> None:
    body = json.loads(slack_body(replace(ENVELOPE, text="")))
    assert body["blocks"][1]["text"]["text"] == "It did not start"
