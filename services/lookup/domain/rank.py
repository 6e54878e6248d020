"""How close a name is to what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass

# Other words that people type for a kind, in both languages of the pages.
KIND_WORDS = {
    "run": "run",
    "runs": "run",
    "training": "run",
    "lauf": "run",
    "study": "study",
    "studies": "study",
    "sweep": "study",
    "experiment": "study",
    "studie": "study",
    "studien": "study",
    "federation": "federation",
    "federations": "federation",
    "föderation": "federation",
    "dataset": "dataset",
    "datasets": "dataset",
    "data": "dataset",
    "datensatz": "dataset",
    "daten": "dataset",
    "model": "model",
    "models": "model",
    "weights": "model",
    "checkpoint": "model",
    "modell": "model",
    "gewichte": "model",
}
MIN_FUZZY_LETTERS = 3
WILDCARDS = "%_/"


@dataclass(frozen=True, kw_only=True)
class Match:
    """A row whose name or number matches; ``status`` is that of a run."""

    kind: str
    id: int
    name: str
    status: str | None = None


def requested_kinds(text: str, kinds: Sequence[str]) -> tuple[Sequence[str], list[str]]:
    """Return the kinds that ``text`` names and its other words; all kinds if it names none."""
    words = text.lower().split()
    named = {KIND_WORDS[word] for word in words if word in KIND_WORDS}
    if not named:
        return kinds, words
    return (
        [kind for kind in kinds if kind in named],
        [word for word in words if word not in KIND_WORDS],
    )


def in_order_pattern(text: str) -> str | None:
    """Return a LIKE pattern (escape /) of the letters in their order; None for too few."""
    letters = [letter for letter in text if not letter.isspace()]
    if len(letters) < MIN_FUZZY_LETTERS:
        return None
    escaped = ["/" + letter if letter in WILDCARDS else letter for letter in letters]
    return "%" + "%".join(escaped) + "%"


def ranked(matches: Sequence[Match], words: Sequence[str], limit: int) -> list[Match]:
    """Return the closest matches first; equally close ones by kind, the newest first."""
    text = " ".join(words)
    return sorted(matches, key=lambda match: distance(match, text))[:limit]


def distance(match: Match, text: str) -> int:
    """Return 0 for the name or number itself, up to 5 for letters that are merely in order."""
    name = match.name.lower()
    if text in (name, str(match.id)):
        return 0
    if name.startswith(text):
        return 1
    if f" {text}" in name:
        return 2
    if text in name:
        return 3
    return 4 if all(word in name for word in text.split()) else 5
