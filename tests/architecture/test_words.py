"""The words of the tree: the field's standard terms, and one class for one name."""

import ast
import json
import re
from collections import Counter
from functools import cache

import pytest

from services.runs.training.config.config import GROUPS, specs
from tests.architecture.sources import ROOT, TOOLS, named, python_files, tree

OURS = ("app", "services", "workers", *TOOLS)  # schemas are named after what they show
INSTEAD = {
    r"(?:MOST|LONGEST|LARGEST)_\w+": "MAX_",
    r"(?:FEWEST|SHORTEST|SMALLEST)_\w+": "MIN_",
    r"\w*Teller|_?teller": "Reporter, reporter",
    r"\w*Courier|_?courier": "Transport, transport",
    r"_?[Hh]eart": "Heartbeat, heartbeat",
    r"ImpatientGrid": "TimeoutGrid",
    r"Together": "GroupCommit",
    r"Begun|Taken|Kept": "what was opened, accepted or ranked",
    r"\w*housework\w*|\w*ticking\w*": "periodic_tasks, scheduler_loop",
    r"[Ww]hat_?[Ii]f\w*": "leave_one_out",
}
UNWANTED = re.compile("|".join(f"(?:{word})" for word in INSTEAD))
PARTS = {
    "told": "reported, or what it is: values, answer, message",
    "tell": "report, publish, notify",
    "tells": "reports",
    "wanted": "query, expected, requested",
    "asked": "requested, query, sent_at",
    "anew": "again",
    "deed": "action, handler",
    "deeds": "actions, handlers",
    "forgive": "reset_attempts",
}
NOUNS = {"found": "matches, rows, results: what it is"}
EXCEPT = {  # (file, name): why it stays
    ("app/models/federation.py", "wanted"): "a column",
    ("services/federations/registry.py", "wanted"): "that column",
    ("services/federations/states.py", "wanted"): "that column, and the field that is dumped",
    ("services/federations/update.py", "wanted"): "that column",
    ("services/federations/limits.py", "wanted"): "that column",
    ("blueprints/federations/schemas.py", "wanted"): "a field of the wire",
    ("app/storage/bucket.py", "tell"): "overrides the method of a file object",
}
BRITISH = re.compile(
    r"\b\w*(?:isation|ising|ised|colour|behaviour|centre|neighbour|labelled)(?:s|d)?\b",
    re.IGNORECASE,
)
AMERICAN_TOO = {"raised", "rising", "promised", "advised", "revised", "supervised", "raising"}
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def identifiers(module: ast.Module):
    """Yield every name that the module defines or uses."""
    for node in ast.walk(module):
        for field in ("id", "attr", "arg", "name"):
            name = getattr(node, field, None)
            if isinstance(name, str):
                yield name


@cache
def used() -> frozenset[tuple[str, str]]:
    """Return every pair of a file and a name in it."""
    files = python_files("app", "services", "blueprints", "workers", "roundhouse", *TOOLS)
    return frozenset((named(path), name) for path in files for name in identifiers(tree(path)))


def is_private(name: str) -> bool:
    """Return whether a name holds a word that only this tree would use."""
    return name in NOUNS or any(part.lower() in PARTS for part in PART.findall(name))


def test_identifiers_are_in_the_standard_terms_of_the_field():
    assert {pair for pair in used() if UNWANTED.fullmatch(pair[1])} == set()


def test_no_identifier_holds_a_private_word():
    """Compare with all exceptions, so that one that is no longer needed fails as well."""
    assert {pair for pair in used() if is_private(pair[1])} == EXCEPT.keys()


@pytest.mark.parametrize("tops", [OURS, ("blueprints",)])
def test_every_class_has_a_name_of_its_own(tops: tuple[str, ...]):
    names = Counter(
        node.name
        for path in python_files(*tops)
        for node in tree(path).body
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, times in names.items() if times > 1] == []


def british(text: str) -> set[str]:
    """Return the words of ``text`` that pages, which say "centralized", would spell otherwise."""
    return {word for word in BRITISH.findall(text.lower()) if word not in AMERICAN_TOO}


def test_pages_spell_as_the_wire_does():
    texts = json.loads((ROOT / "static/src/texts/en.json").read_text(encoding="utf-8"))
    settings = [text for spec in specs().values() for text in (spec.label, spec.help)]
    said = " ".join([*texts.values(), *settings, *(title for _, title in GROUPS)])
    assert british(said) == set()
    assert british("Raised centralised labelled colours") == {"centralised", "labelled", "colours"}


@pytest.mark.parametrize("code", ["MOST_RUNS = 1", "def f(teller): pass", "class Kept: pass"])
def test_the_gate_knows_an_unwanted_word(code):
    assert any(UNWANTED.fullmatch(name) for name in identifiers(ast.parse(code)))


def test_the_gate_lets_ordinary_names_pass():
    for name in ("MAX_RUNS", "heartbeat", "taken_at", "storyteller_id"):
        assert not UNWANTED.fullmatch(name)


@pytest.mark.parametrize(
    "name", ["found", "tell_lists", "RunsWanted", "_Told", "ASKED", "asked_at"]
)
def test_the_gate_knows_a_private_word_in_any_spelling(name):
    assert is_private(name)


@pytest.mark.parametrize(
    "name", ["NotFound", "none_found", "toldo", "unwanted", "tasked", "retell"]
)
def test_the_gate_leaves_words_that_only_hold_the_letters(name):
    assert not is_private(name)
