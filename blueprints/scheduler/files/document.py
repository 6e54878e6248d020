"""Reading a file of schedules: each entry is a body of the API with an owner, checked as that."""

from collections.abc import Mapping
from typing import Any

import yaml
from marshmallow import fields, validate

from app.errors import Invalid
from app.http.blueprint import load
from blueprints.scheduler.files.lines import read_yaml
from blueprints.scheduler.params import read_params
from blueprints.scheduler.schemas_schedules import ScheduleBody, without_none
from services.scheduler.files.types import FileRefused, FileSchedule, Key
from services.scheduler.schedules.definition import ScheduleDefinition

MAX_BYTES = 5_000_000
HEAD = "# Schedules of this installation: python -m app schedules plan, then apply.\n"


class FileEntry(ScheduleBody):
    """A schedule in a file: of whom it is, and by name what it depends on."""

    owner = fields.String(required=True, validate=validate.Length(3, 320))
    waits_for = fields.String(
        allow_none=True, validate=validate.Length(1, 200), data_key="depends_on"
    )

    class Meta:
        """Without the number that the API has in the place of the name."""

        exclude = ("depends_on",)


def read_document(text: str, owner: str | None = None) -> list[FileSchedule]:
    """Return the schedules of a file, of ``owner`` where an entry names nobody.

    Raises FileRefused with every fault, by line and path.
    """
    if len(text) > MAX_BYTES:
        raise FileRefused([f"The file has more than {MAX_BYTES:,} characters."])
    document, lines = read_yaml(text)
    entries = _list_of(document)
    faults: list[str] = []
    read: dict[Key, FileSchedule] = {}
    for number, values in enumerate(entries):
        path = f"schedules[{number}]"
        try:
            entry = _entry(values, path, lines[number], owner)
        except Invalid as wrong:
            faults += _said(wrong, path, lines[number])
            continue
        first = read.setdefault(entry.key, entry)
        if first is not entry:
            owner, name = entry.key
            faults.append(f"{entry.place('name')}: {owner} has '{name}' already, at {first.path}.")
    if faults:
        raise FileRefused(faults)
    return list(read.values())


def write_document(entries: list[dict[str, Any]]) -> str:
    """Return a file with these entries."""
    text: str = yaml.safe_dump(
        {"schedules": entries}, sort_keys=False, allow_unicode=True, width=100
    )
    return HEAD + text


def _list_of(document: Any) -> list[Any]:
    if not isinstance(document, Mapping) or set(document) != {"schedules"}:
        raise FileRefused(["line 1: A file has one field, schedules, and nothing beside it."])
    entries = document["schedules"]
    if entries is None:
        return []
    if not isinstance(entries, list):
        raise FileRefused(["line 1: schedules must be a list."])
    return entries


def _entry(values: Any, path: str, lines: Mapping[str, int], of: str | None) -> FileSchedule:
    if not isinstance(values, dict):
        raise Invalid("An entry has fields: name, owner, kind and when.")
    if of is not None:
        values = {"owner": of} | values
    given = without_none(load(FileEntry(), values, "entry"))
    owner, depends_on = given.pop("owner").strip().lower(), given.pop("waits_for", None)
    given["params"] = read_params(given["kind"], given["params"])
    return FileSchedule(
        owner=owner,
        definition=ScheduleDefinition(**given),
        depends_on=depends_on,
        path=path,
        lines=lines,
    )


def _said(wrong: Invalid, path: str, lines: Mapping[str, int]) -> list[str]:
    """Return the faults of an entry, each with the line of its field."""
    errors = wrong.errors or {"": [wrong.detail]}
    return [
        f"line {lines.get(name.partition('.')[0], lines[''])}: "
        f"{path}{'.' if name else ''}{name}: {sentence}"
        for name, said in errors.items()
        for sentence in said
    ]
