"""A foreign sample as one level of names: objects within it get paths with dots."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_DEPTH, MAX_FIELDS = 6, 2_000  # levels of objects; names in all samples together
EXAMPLES, MAX_EXAMPLE = 3, 60  # values that are shown of a field, and their characters
FlatSample = Mapping[str, Any]


def flattened(
    given: Mapping[str, Any], before: str = "", depth: int = 1
) -> Iterator[tuple[str, Any]]:
    """Yield (path, value) of everything in an object; lists are JSON text."""
    for name, value in given.items():
        path = f"{before}{_encodable(name)}"
        if isinstance(value, dict) and value and depth < MAX_DEPTH:
            yield from flattened(value, f"{path}.", depth + 1)
        elif isinstance(value, dict | list):
            yield path, _encodable(json.dumps(value, ensure_ascii=False)) if value else None
        else:
            yield path, _encodable(value) if isinstance(value, str) else value


def _encodable(text: str) -> str:
    """Return ``text`` with a question mark for half of a surrogate pair, which JSON may escape."""
    return text.encode("utf-8", "replace").decode()


@dataclass(kw_only=True)
class FieldNames:
    """The fields of all samples: how often each has a value, and examples of different ones."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    num_unlisted: int = 0  # values of fields beyond MAX_FIELDS

    def note(self, sample: FlatSample) -> None:
        """Take note of the fields of a sample."""
        for name, value in sample.items():
            if name not in self.examples and len(self.examples) >= MAX_FIELDS:
                self.num_unlisted += 1
                continue
            shown = self.examples.setdefault(name, [])
            if value is None or value == "":
                continue
            self.counts[name] += 1
            text = str(value)[:MAX_EXAMPLE]
            if len(shown) < EXAMPLES and text not in shown:
                shown.append(text)

    def to_json(self) -> list[dict[str, Any]]:
        """Return name, count of values and examples of each field, in the order of the file."""
        return [
            {"name": name, "count": self.counts[name], "examples": examples}
            for name, examples in self.examples.items()
        ]
