"""First names that hint at gender and origin, for prompts that show a group by a name.

Common names by where they are common (civil registers of the countries); a name is a hint and no
proof, which the validity card of a run says.
"""

import hashlib

from services.benchmarks.domain.personas import FEMALE, MALE, DescribedPersona

_ELSEWHERE = "Western Europe"
# subregion (UN M49): (names of women, names of men)
NAMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Western Europe": (("Anna", "Julia", "Katharina"), ("Lukas", "Stefan", "Jonas")),
    "Northern Europe": (("Emma", "Charlotte", "Ingrid"), ("Oliver", "William", "Lars")),
    "Southern Europe": (("Giulia", "Francesca", "Carmen"), ("Marco", "Alessandro", "Javier")),
    "Eastern Europe": (("Katarzyna", "Olena", "Svetlana"), ("Piotr", "Andriy", "Dmitri")),
    "Western Asia": (("Ayşe", "Fatma", "Leyla"), ("Mehmet", "Mustafa", "Ali")),
    "Northern Africa": (("Khadija", "Amina", "Salma"), ("Mohamed", "Youssef", "Karim")),
    "Sub-Saharan Africa": (("Chiamaka", "Abena", "Ngozi"), ("Kwame", "Chinedu", "Oluwaseun")),
    "Southern Asia": (("Priya", "Ananya", "Lakshmi"), ("Rahul", "Arjun", "Sanjay")),
    "Eastern Asia": (("Yuki", "Mei", "Ji-woo"), ("Hiroshi", "Wei", "Min-jun")),
    "South-eastern Asia": (("Linh", "Siti", "Thuy"), ("Minh", "Budi", "Somchai")),
    "Northern America": (("Emily", "Madison", "Ashley"), ("Tyler", "Brandon", "Scott")),
    "Latin America and the Caribbean": (("Camila", "Valentina", "Luz"), ("Diego", "Mateo", "João")),
}


def name_of(persona: DescribedPersona) -> str:
    """Return the persona's name, or one that fits gender and origin, the same at every call."""
    if persona.name:
        return persona.name
    women, men = NAMES.get(persona.origin_subregion or "", NAMES[_ELSEWHERE])
    names = {FEMALE: women, MALE: men}.get(persona.gender or "", women + men)
    digest = hashlib.sha256(f"name:{persona.uuid}".encode()).digest()
    return names[int.from_bytes(digest[:4], "big") % len(names)]
