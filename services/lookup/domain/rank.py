"""How close a name is to what was typed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

MIN_FUZZY_LETTERS = 3
WILDCARDS = "%_/"


@dataclass(frozen=True, kw_only=True)
class Match:
    """A row whose name or number matches; ``status`` is that of a run."""

    kind: str
    id: int
    name: str
    status: str | None = None


def requested_kinds(
    text: str, words_by_kind: Mapping[str, Collection[str]]
) -> tuple[list[str], list[str]]:
    """Return the kinds that ``text`` asks for and its other words; all kinds if it names none.

    ``words_by_kind`` are the words, in lower case, that people type for each kind.
    """
    words = text.lower().split()
    named = [kind for kind, names in words_by_kind.items() if not set(names).isdisjoint(words)]
    if not named:
        return list(words_by_kind), words
    names = {name for of_kind in words_by_kind.values() for name in of_kind}
    return named, [word for word in words if word not in names]


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
