"""Where things stand in a YAML file, and values as the API takes them: times stay texts."""

from collections.abc import Iterator
from typing import Any

import yaml

from services.scheduler.files.types import FileRefused

TIMESTAMP = "tag:yaml.org,2002:timestamp"


class PlainLoader(yaml.SafeLoader):
    """Reads plain values: what looks like a time is the text that stands there."""

    yaml_implicit_resolvers = {
        first: [one for one in resolvers if one[0] != TIMESTAMP]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read_yaml(text: str) -> tuple[Any, list[dict[str, int]]]:
    """Return a document, and the lines of each entry of its list ``schedules``, its own as ``""``.

    Raises FileRefused for what is no YAML, and for a field that stands twice.
    """
    try:
        root = yaml.compose(text, PlainLoader)
        twice = [] if root is None else list(_twice(root))
        if twice:
            raise FileRefused(twice)
        return PlainLoader(text).get_single_data(), _lines_of(root)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        at = "" if mark is None else f"line {mark.line + 1}, column {mark.column + 1}: "
        raise FileRefused([f"{at}This is no YAML: {wrong.problem}."]) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise FileRefused(["The file is no YAML that can be read."]) from None


def _twice(node: yaml.Node) -> Iterator[str]:
    """Yield a fault for each field that stands twice in one mapping."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if str(key.value) in seen:
                yield f"line {key.start_mark.line + 1}: '{str(key.value)[:60]}' stands here twice."
            seen.add(str(key.value))
            yield from _twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from _twice(one)


def _lines_of(root: yaml.Node | None) -> list[dict[str, int]]:
    entries = _child(root, "schedules")
    if not isinstance(entries, yaml.SequenceNode):
        return []
    return [_lines(one) for one in entries.value]


def _lines(entry: yaml.Node) -> dict[str, int]:
    lines = {"": entry.start_mark.line + 1}
    if isinstance(entry, yaml.MappingNode):
        lines |= {str(key.value): key.start_mark.line + 1 for key, _ in entry.value}
    return lines


def _child(node: yaml.Node | None, name: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for key, value in pairs if key.value == name), None)
