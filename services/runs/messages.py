"""What a training says of itself: one sentence, and the same as a code with its values.

The database keeps the English sentence, as logs and clients read it. Pages in another language get
the code and the values beside it. These are read from the sentence by the template that wrote it,
so that runs of earlier releases have them too.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from app.outage_kinds import SENTENCES

Value = str | int
_SCORED = ": accuracy {accuracy}"
_ON_SITES = f"{_SCORED} on {{rows}} validation rows of {{sites}} sites"
_UNTRAINED, _ROUND, _EPOCH = (
    "Untrained model measured",
    "Round {done} of {total}",
    "Epoch {done} of {total}",
)
TEMPLATES: Mapping[str, str] = {
    "untrained": _UNTRAINED,
    "untrained_accuracy": _UNTRAINED + _SCORED,
    "untrained_on_sites": _UNTRAINED + _ON_SITES,
    "round": _ROUND,
    "round_accuracy": _ROUND + _SCORED,
    "round_on_sites": _ROUND + _ON_SITES,
    "epoch": _EPOCH,
    "epoch_accuracy": f"{_EPOCH}: validation accuracy {{accuracy}}",
    "rounds_trained": "All {total} rounds are trained.",
    "epochs_trained": "All {total} epochs are trained.",
    "stopped_after_round": "Stopped after round {done} of {total}; the best so far is kept.",
    "stopped_after_epoch": "Stopped after epoch {done} of {total}; the best so far is kept.",
    "stopped_early": "Stopped early after epoch {done} of {total}: {metric} no longer improved.",
    "nothing_trained": "Stopped while the sites were queried for their data; nothing was trained.",
} | {f"waits_{outage}": sentence for outage, sentence in SENTENCES.items()}


@dataclass(frozen=True, kw_only=True)
class CodedMessage:
    """A sentence as a code of ``TEMPLATES`` and its values; both empty for any other sentence."""

    code: str | None = None
    params: Mapping[str, Value] = field(default_factory=dict)


def message_text(code: str, **values: object) -> str:
    """Return the sentence of a code. Raises KeyError for a missing value."""
    return TEMPLATES[code].format(**values)


def coded(message: str | None) -> CodedMessage:
    """Return the code and the values of a sentence."""
    for code, pattern in _patterns().items() if message else ():
        matches = pattern.fullmatch(message or "")
        if matches:
            return CodedMessage(
                code=code, params={name: _value(text) for name, text in matches.groupdict().items()}
            )
    return CodedMessage()


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    """Return the templates as patterns; a value is a word or a number."""
    return {code: re.compile(_pattern(template)) for code, template in TEMPLATES.items()}


def _pattern(template: str) -> str:
    parts = re.split(r"\{(\w+)\}", template)
    return "".join(
        rf"(?P<{part}>[\w.]+)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
    )


def _value(text: str) -> Value:
    return int(text) if text.isdigit() else text
