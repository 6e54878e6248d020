"""A message for incoming webhooks of Slack, and of what takes the same (Mattermost, Teams by text).

Limits are Slack's: 150 characters for a header, 3000 for a section.
"""

from app import strict_json
from services.channels.sending.envelope import Envelope
from services.channels.sending.words import words_of

MAX_HEADER, MAX_SECTION = 150, 3000  # characters
_ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


def slack_body(envelope: Envelope) -> bytes:
    """Return the JSON: ``text`` for those that show nothing else, ``blocks`` for Slack."""
    words = words_of(envelope.language)
    title = f"{words[envelope.phase]}: {envelope.title}"
    link = f"<{_escaped(envelope.url)}|{words['open']}>"
    severity = f"{words['severity']}: {words[envelope.severity]}"
    header = {"type": "plain_text", "text": _clipped(title, MAX_HEADER)}
    blocks = [
        {"type": "header", "text": header},
        _section(_clipped_escaped(envelope.text or envelope.title)),
        {"type": "context", "elements": [_markdown(f"{severity} · {link}")]},
    ]
    text = f"*{_escaped(title)}*\n{_escaped(envelope.text)}\n{link}"
    return strict_json.dump_bytes({"text": text, "blocks": blocks})


def _section(text: str) -> dict[str, object]:
    return {"type": "section", "text": _markdown(text)}


def _markdown(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _clipped_escaped(text: str) -> str:
    """Return a text that is short enough once it is escaped, without half an entity at its end."""
    escaped = _escaped(text)
    if len(escaped) <= MAX_SECTION:
        return escaped
    return _escaped(_clipped(text, MAX_SECTION // 5))  # an entity has up to five characters


def _escaped(text: str) -> str:
    """Return a text in which nobody is mentioned and nothing is a link by chance."""
    for character, entity in _ENTITIES:
        text = text.replace(character, entity)
    return text
