"""The events of the socket as TypeScript: a page that reads a field knows that it exists."""

import dataclasses
import types
from collections.abc import Iterable, Mapping, Sequence
from typing import Union, get_args, get_origin

from app.events import Event

HEAD = """/** What each kind of event carries. Written by `python -m docs.generate`: do not edit. */

export interface EventData {
"""
NAMES = {int: "number", float: "number", str: "string", bool: "boolean", type(None): "null"}


def events_typescript(kinds: Iterable[type[Event]]) -> str:
    """Return the text of the file: one interface with the data of each kind by its type."""
    return (
        HEAD
        + "".join(_entry(kind) for kind in kinds)
        + "}\n\n"
        + ("export type EventType = keyof EventData;\n")
    )


def _entry(kind: type[Event]) -> str:
    fields = "".join(
        f"    {one.name}: {typescript(one.type)};\n" for one in dataclasses.fields(kind)
    )
    return f"  {kind.type}: {{\n{fields}  }};\n"


def typescript(annotation: object) -> str:
    """Return a Python type as TypeScript. Raises TypeError for one that no event may carry."""
    if annotation in NAMES:
        return NAMES[annotation]  # type: ignore[index]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (types.UnionType, Union):
        return " | ".join(typescript(one) for one in arguments)
    if origin in (list, tuple, Sequence):
        return f"{typescript(arguments[0])}[]"
    if origin in (dict, Mapping) and arguments[0] is str:
        return f"Record<string, {typescript(arguments[1])}>"
    raise TypeError(
        f"{annotation!r} has no counterpart in TypeScript here; add it to docs/typescript.py."
    )
