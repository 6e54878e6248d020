"""What the simulated model writes about a person: name, appearance and biography.

The name fits gender and origin, and the biography repeats what the prompt says of the person, as
such models do: who reads it learns of groups that no other line shows.
"""

import hashlib
import json
import re

from services.benchmarks.domain.names import NAMES
from workers.benchmark_model.effects import PersonGroup
from workers.benchmark_model.reading import shows

_LINE = re.compile(r"^(?!Format)([^\W\d_][^:{}\n]{0,30}): (.+)$", re.MULTILINE)
_NAMED = ("Name",)
_SURNAMES = ("Berger", "Kaya", "Novak", "Silva", "Okafor", "Lindholm", "Haddad", "Moreau", "Tanaka")
_APPEARANCES = {
    True: (
        "Mittelgroß, mit kurzem dunklem Haar und ruhigem Blick.",
        "Groß und schlank, trägt meist eine Brille und einfache Kleidung.",
        "Eher klein, mit offenem Gesicht und lebhaften Gesten.",
    ),
    False: (
        "Of medium height, with short dark hair and a calm look.",
        "Tall and slim, mostly with glasses and in plain clothes.",
        "Rather small, with an open face and lively gestures.",
    ),
}
_LIFE = {
    True: "Bisher bekannt: {facts}. Lebt heute in einer kleinen Stadt und liest gern.",
    False: "What is known so far: {facts}. Lives in a small town today and likes to read.",
}


def is_writing_demanded(text: str) -> bool:
    """Return whether a prompt demands the texts about a person."""
    return '"appearance"' in text and '"biography"' in text


def person_in(text: str) -> str:
    """Return the lines of a prompt that describe the person."""
    return "\n".join(match[0] for match in _LINE.finditer(text))


def written_person(seed: int, text: str, salt: str) -> str:
    """Return the texts as a JSON object; the same prompt, seed and salt give the same one."""
    facts = {match[1]: match[2] for match in _LINE.finditer(text)}
    number = int.from_bytes(
        hashlib.blake2b(f"{seed}\x00writing\x00{text}\x00{salt}".encode(), digest_size=8).digest()
    )
    german = "JSON-Objekt" in text
    said = ", ".join(f"{label} {value}" for label, value in facts.items() if label not in _NAMED)
    known = said or ("nichts" if german else "nothing")
    values = {
        "name": facts.get("Name") or f"{_first_name(person_in(text), number)} {_surname(number)}",
        "appearance": _APPEARANCES[german][number % len(_APPEARANCES[german])],
        "biography": _LIFE[german].format(facts=known),
    }
    return json.dumps(values, ensure_ascii=False)


def _first_name(person: str, number: int) -> str:
    women, men = next(
        (
            names
            for region, names in NAMES.items()
            if shows(person, PersonGroup("origin_subregion", (region,)))
        ),
        NAMES["Western Europe"],
    )
    genders = {"female": women, "male": men}
    for gender, names in genders.items():
        if shows(person, PersonGroup("gender", (gender,))):
            return names[number % len(names)]
    both = women + men
    return both[number % len(both)]


def _surname(number: int) -> str:
    return _SURNAMES[(number >> 16) % len(_SURNAMES)]
