"""Which field of a foreign sample is what of an item: stated, or suggested by the fields' names.

A field is named by its path in the sample, ``metadata.persona.gender``; a role may have a constant
in place of one, written ``=in``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.benchmarks.domain.attributes import ATTRIBUTES as ANALYSED
from services.benchmarks.domain.faults import hint
from services.benchmarks.domain.persona_rules import ATTRIBUTES, PAIRING

CONSTANT = "="
PROBABILITIES = tuple(f"probability_{n}" for n in range(1, 6))
# each role with what fields are often called that have it; the first that is there is suggested
ROLES: Mapping[str, tuple[str, ...]] = {
    "persona": ("persona_uuid", "persona_id", "persona", "person_id", "person"),
    "trait": ("trait_code", "trait_id", "trait", "adjective", "case"),
    "trait_adjective": ("trait_adjective", "adjective"),
    "trait_adjective_de": ("trait_adjective_de", "adjective_de"),
    "trait_category": ("trait_category", "category"),
    "trait_valence": ("trait_valence", "valence"),
    "order": ("scale_order", "order", "scale"),
    "wording": ("wording", "paraphrase"),
    "cue": ("cue",),
    "repeat": ("repeat", "epoch"),
    "rating": ("rating_raw", "rating"),
    "text": ("answer_raw", "completion", "response", "answer"),
    "outcome": ("outcome", "error"),
    "attempt": ("attempt",),
    "latency_ms": ("latency_ms", "gen_ms"),
    "prompt_tokens": ("prompt_tokens",),
    "completion_tokens": ("completion_tokens",),
    "model": ("model",),
    "finish": ("stop_reason", "finish_reason"),
    "prompt": ("input", "prompt"),
    "template": ("template",),
} | {name: (name,) for name in PROBABILITIES}
NEEDED = ("persona", "trait", "order")
OF_PERSON: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in (*ATTRIBUTES, *PAIRING)},
    "name": ("persona_name",),
    "gender": ("gender", "sex"),
    "origin": ("origin", "country"),
    "origin_region": ("origin_region", "region"),
    "origin_subregion": ("origin_subregion", "subregion"),
    "marriage_status": ("marriage_status", "marital_status"),
    "occupation": ("occupation", "job"),
}
_PARTS = ("attributes", "values", "shown", "lenient")


class MappingError(ValueError):
    """A mapping that is none: ``field`` is where, the message says what would be right."""

    def __init__(self, name: str, sentence: str) -> None:
        self.field = name
        super().__init__(sentence)


@dataclass(frozen=True, kw_only=True)
class ItemMapping:
    """Paths or constants by role and by attribute of the person.

    ``values`` says of a role or an attribute what a word of the file means here, such as
    ``{"gender": {"woman": "female"}}``. ``shown`` are the attributes that prompts showed, None
    where nobody said it. ``lenient`` reads ratings from prose as well.
    """

    roles: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    shown: tuple[str, ...] | None = None
    lenient: bool = False

    @property
    def paths(self) -> frozenset[str]:
        """Return the fields that have a role."""
        named = (*self.roles.values(), *self.attributes.values())
        return frozenset(one for one in named if not one.startswith(CONSTANT))

    def to_json(self) -> dict[str, Any]:
        """Return the mapping as ``mapping_of`` reads it."""
        return {
            **self.roles,
            "attributes": dict(self.attributes),
            "values": {name: dict(words) for name, words in self.values.items()},
            "shown": None if self.shown is None else list(self.shown),
            "lenient": self.lenient,
        }


def mapping_of(given: Any) -> ItemMapping:
    """Return a stated mapping; raises MappingError for what is none."""
    if not isinstance(given, dict):
        raise MappingError("mapping", "Give an object of roles and names of fields.")
    roles = {name: one for name, one in given.items() if name not in _PARTS and one is not None}
    _require_known("mapping", roles, (*ROLES, *_PARTS))
    attributes = _object(given, "attributes")
    _require_known("mapping.attributes", attributes, OF_PERSON)
    values = _object(given, "values")
    _require_known("mapping.values", values, (*ROLES, *OF_PERSON))
    lenient = given.get("lenient", False)
    if not isinstance(lenient, bool):
        raise MappingError("mapping.lenient", "Give true or false.")
    return ItemMapping(
        shown=_shown(given.get("shown")),
        roles=_texts("mapping", roles),
        attributes=_texts("mapping.attributes", attributes),
        values={
            name: _texts(f"mapping.values.{name}", _object(values, name, "mapping.values"))
            for name in values
        },
        lenient=lenient,
    )


def _shown(given: Any) -> tuple[str, ...] | None:
    if given is None:
        return None
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise MappingError("mapping.shown", "Give a list of attributes.")
    _require_known("mapping.shown", given, ANALYSED)
    return tuple(given)


def require_complete(mapping: ItemMapping, names: Collection[str], *, known_people: bool) -> None:
    """Raise MappingError where a role is missing that no item does without, or a field is unknown.

    With ``known_people`` the persons are those of a data set here, so that no attribute is needed.
    """
    for role in NEEDED:
        if role not in mapping.roles:
            raise MappingError(f"mapping.{role}", _needs(role, names))
    if not {"rating", "text"} & set(mapping.roles):
        raise MappingError("mapping.rating", _needs("rating", names))
    if not mapping.attributes and not known_people:
        sentence = "Name at least one attribute of the persons: groups are made of them."
        raise MappingError("mapping.attributes", sentence)
    for role, path in {**mapping.roles, **mapping.attributes}.items():
        if not path.startswith(CONSTANT) and path not in names:
            raise MappingError(
                f"mapping.{role}", f"No sample has '{path[:60]}'. {hint(path, names)}"
            )


def suggested(names: Collection[str]) -> ItemMapping:
    """Return the mapping that names of fields suggest, with nothing where none does."""
    plain: dict[str, str] = {}
    for name in names:
        plain.setdefault(_plain(name), name)
    for name in names:  # persona.id counts as persona_id where no field is called so
        plain.setdefault("_".join(map(_plain, name.split(".")[-2:])), name)
    roles = _first(ROLES, plain)
    attributes = _first(OF_PERSON, plain)
    if "trait_adjective" in roles and roles["trait_adjective"] == roles.get("trait"):
        del roles["trait_adjective"]
    return ItemMapping(roles=roles, attributes=attributes)


def _first(known: Mapping[str, tuple[str, ...]], plain: Mapping[str, str]) -> dict[str, str]:
    chosen = {role: next((plain[one] for one in also if one in plain), None)
              for role, also in known.items()}  # fmt: skip
    return {role: path for role, path in chosen.items() if path is not None}


def _plain(path: str) -> str:
    """Return the last part of a path as names are compared; a score's value has the score's."""
    last = path.removesuffix(".value").rpartition(".")[2]
    return "_".join(last.casefold().replace("-", " ").split())


def _needs(role: str, names: Collection[str]) -> str:
    listed = ", ".join(sorted(names)[:12])
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return f"Name the field that has the {role}. The samples have {listed}{more}."


def _object(given: Mapping[str, Any], name: str, before: str = "mapping") -> Mapping[str, Any]:
    value = given.get(name) or {}
    if not isinstance(value, dict):
        raise MappingError(f"{before}.{name}", "Give an object.")
    return value


def _texts(where: str, given: Mapping[str, Any]) -> dict[str, str]:
    for name, value in given.items():
        if not isinstance(value, str) or not value.strip():
            raise MappingError(f"{where}.{name}", "Give a text that is not empty.")
    return dict(given)


def _require_known(where: str, given: Collection[str], known: Collection[str]) -> None:
    for name in given:
        if name not in known:
            raise MappingError(where, f"There is no '{str(name)[:60]}'. {hint(str(name), known)}")
