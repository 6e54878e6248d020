"""What a persona may be: rows of a list or a file are checked here, and all faults are named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from uuid import uuid4

from services.benchmarks.domain.builders.counterfactual import AXES
from services.benchmarks.domain.builders.drafts import PersonaDraft
from services.benchmarks.domain.builders.tables import NAMES_OF_RELIGIONS
from services.benchmarks.domain.countries import BY_NAME, country_of
from services.benchmarks.domain.faults import RowFaults, hint

MAX_AGE = 120
CHOICES: Mapping[str, tuple[str, ...]] = {
    "gender": ("male", "female", "diverse"),
    "marriage_status": ("single", "married", "widowed", "divorced"),
    "migration_status": ("with_migration", "without_migration"),
    "religion": NAMES_OF_RELIGIONS,
    "sexuality": ("heterosexual", "homosexual", "bisexual"),
    "role": ("source", "counterfactual"),
    "changed_attribute": AXES,
}
LENGTHS = {
    "uuid": 36,
    "name": 200,
    "origin": 100,
    "origin_region": 100,
    "origin_subregion": 100,
    "education": 100,
    "occupation": 200,
    "occupation_category": 100,
    "source_uuid": 36,
    "from_value": 200,
    "to_value": 200,
}
ATTRIBUTES = tuple(one.name for one in fields(PersonaDraft) if one.name != "uuid")
PAIRING = ("role", "source_uuid", "changed_attribute", "from_value", "to_value")
COLUMNS = ("uuid", *ATTRIBUTES, *PAIRING)

Cells = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPersona:
    """A persona with its place in a pair: twins name their source, and what was changed."""

    draft: PersonaDraft
    role: str | None = None
    source_uuid: str | None = None
    changed_attribute: str | None = None
    from_value: str | None = None
    to_value: str | None = None


def check_personas(rows: Iterable[tuple[int, Cells]], faults: RowFaults) -> list[CheckedPersona]:
    """Return the personas of numbered rows; what is wrong with any of them is in ``faults``."""
    rows = list(rows)
    values = [(line, _values(line, cells, faults)) for line, cells in rows]
    _refuse_repeated(values, faults)
    _check_pairs(values, faults)
    return [] if faults else [_checked(one) for _, one in values]


def check_changes(cells: Cells, faults: RowFaults) -> dict[str, Any]:
    """Return the new values of one persona's attributes; an origin brings its regions along."""
    return _values(1, cells, faults, is_whole=False)


def _values(line: int, cells: Cells, faults: RowFaults, *, is_whole: bool = True) -> dict[str, Any]:
    values, is_clear = {}, True
    for name, given in cells.items():
        try:
            values[name] = _value(name, given)
        except ValueError as fault:
            faults.add(name, line, str(fault))
            values[name], is_clear = None, False
    _place(line, values, faults)
    if is_whole and is_clear and all(values.get(name) is None for name in ATTRIBUTES):
        faults.add("gender", line, "Nothing is said of the person: give at least one attribute.")
    return values


def _value(name: str, given: Any) -> Any:
    if given is None or given == "":
        return None
    if name == "age":
        return _age(given)
    if name in CHOICES:
        return _choice(name, str(given))
    text = " ".join(str(given).split())
    if len(text) > LENGTHS[name] or not text.isprintable():
        raise ValueError(f"Give at most {LENGTHS[name]} printable characters.")
    return text or None


def _age(given: Any) -> int:
    try:
        number = float(given)
        age = int(number)
    except (TypeError, ValueError, OverflowError):
        age, number = -1, 0.0
    if age != number or not 0 <= age <= MAX_AGE:
        raise ValueError(f"'{str(given)[:40]}' is no age: give whole years from 0 to {MAX_AGE}.")
    return age


def _choice(name: str, given: str) -> str:
    by_plain = {_plain(one): one for one in CHOICES[name]}
    if _plain(given) not in by_plain:
        what = name.replace("_", " ")
        raise ValueError(f"'{given[:40]}' is not a known {what}. {hint(given, CHOICES[name])}")
    return by_plain[_plain(given)]


def _plain(text: str) -> str:
    return "_".join(text.casefold().replace("-", " ").replace("_", " ").split())


def _place(line: int, values: dict[str, Any], faults: RowFaults) -> None:
    """Write a known country by its English name with its regions; another one needs them given."""
    if not values.get("origin"):
        return
    country = country_of(values["origin"])
    if country is not None:
        values["origin"] = country.name
        values["origin_region"] = country.region
        values["origin_subregion"] = country.subregion
    elif not values.get("origin_subregion"):
        sentence = (
            f"'{values['origin'][:40]}' is no country. {hint(values['origin'], BY_NAME)} "
            "An origin that is none needs an origin_subregion."
        )
        faults.add("origin", line, sentence)


def _refuse_repeated(rows: Iterable[tuple[int, Cells]], faults: RowFaults) -> None:
    lines: dict[str, int] = {}
    for line, values in rows:
        uuid = values.get("uuid")
        if uuid is not None and lines.setdefault(uuid, line) != line:
            faults.add("uuid", line, f"It repeats {faults.named(lines[uuid])}: '{uuid}'.")


def _check_pairs(rows: list[tuple[int, dict[str, Any]]], faults: RowFaults) -> None:
    """Check that every twin names a source of the set, and is unlike it in that attribute alone."""
    by_uuid = {values["uuid"]: values for _, values in rows if values.get("uuid")}
    for line, values in rows:
        if values.get("role") != "counterfactual":
            for name in PAIRING[1:]:
                if values.get(name) is not None:
                    faults.add(name, line, "Only a counterfactual has it: give the role.")
            continue
        source = by_uuid.get(values.get("source_uuid"))
        if source is None or source.get("role") != "source":
            faults.add("source_uuid", line, "It names no persona of this set with the role source.")
        elif values.get("changed_attribute") is None:
            faults.add("changed_attribute", line, f"Give one of {', '.join(AXES)}.")
        else:
            _fill_change(line, values, source, faults)


def _fill_change(
    line: int, values: dict[str, Any], source: Mapping[str, Any], faults: RowFaults
) -> None:
    axis = values["changed_attribute"]
    before, after = source.get(axis), values.get(axis)
    if before is None or after is None or before == after:
        faults.add(axis, line, "The twin and its source have no two different values of it.")
        return
    values["from_value"], values["to_value"] = str(before), str(after)


def _checked(values: Mapping[str, Any]) -> CheckedPersona:
    draft = PersonaDraft(
        uuid=values.get("uuid") or str(uuid4()), **{name: values.get(name) for name in ATTRIBUTES}
    )
    return CheckedPersona(draft=draft, **{name: values.get(name) for name in PAIRING})
