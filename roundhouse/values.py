"""From whatever a training holds to what the platform takes: plain numbers, texts and names."""

import json
import math
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from roundhouse.errors import warn

MAX_NAME_LENGTH = 250
MAX_PARAM_LENGTH = 6_000
MAX_TAG_LENGTH = 5_000
MAX_LINE_LENGTH = 8_000
MAX_PARAMS = 2_000
MAX_TAGS = 100
MAX_STEP = 2**53 - 1
SHARES = frozenset(("accuracy", "precision", "recall", "f1", "f1_score", "auroc", "auc"))
ROUNDING = 1e-9  # a weighted mean of ones may be 1.0000000000000002


def text_of(value: Any, longest: int, what: str) -> str:
    """Return a text that JSON and every database can hold.

    Where it is too long it is cut, with a warning that says of ``what``.
    """
    text = str(value).replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    return _cut(text, longest, what)


def line_of(value: Any, longest: int, what: str) -> str:
    """Return a text on one line, of what can be seen, cut as in ``text_of``; it may be empty."""
    text = "".join(letter if letter.isprintable() else " " for letter in str(value))
    return _cut(" ".join(text.split()), longest, what).strip()


def _cut(text: str, longest: int, what: str) -> str:
    if len(text) > longest:
        warn(f"{what} has {len(text):,} characters; only the first {longest:,} are kept")
    return text[:longest]


def name_of(name: Any) -> str | None:
    """Return the name of a metric, parameter or tag; None, with a warning, for one that is none."""
    text = str(name)
    if 1 <= len(text) <= MAX_NAME_LENGTH and text.isprintable() and text == text.strip():
        return text
    warn(f"{text[:60]!r} is no name: 1 to {MAX_NAME_LENGTH} printable characters are; left out")
    return None


def number_of(value: Any) -> float | None:
    """Return a number, None where it is not finite.

    Raises TypeError or ValueError for what is no number.
    """
    if hasattr(value, "item"):  # scalars of numpy and torch, and tensors of one element
        value = value.item()
    number = float(value)
    return number if math.isfinite(number) else None


def flat(values: Mapping[Any, Any], between: str, before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the values of nested dictionaries with joined names."""
    for name, value in values.items():
        full_name = f"{before}{name}"
        if isinstance(value, Mapping):
            yield from flat(value, between, f"{full_name}{between}")
        else:
            yield full_name, value


def metrics_of(metrics: Mapping[Any, Any]) -> dict[str, float | None]:
    """Return the metrics that are numbers; anything else is left out with a warning."""
    numbers: dict[str, float | None] = {}
    for given, value in flat(metrics, "/"):
        name = name_of(given)
        if name is None:
            continue
        try:
            numbers[name] = number_of(value)
        except (TypeError, ValueError, RuntimeError, OverflowError):
            warn(f"the metric {name!r} is no number but a {type(value).__name__}; left out")
    return numbers


def params_of(params: Mapping[Any, Any]) -> dict[str, Any]:
    """Return parameters as plain values; a list becomes its JSON."""
    named = ((name_of(name), value) for name, value in flat(params, "."))
    return {name: _plain(value, name) for name, value in named if name is not None}


def tags_of(tags: Mapping[Any, Any]) -> dict[str, str | None]:
    """Return tags as texts; None takes a tag away."""
    named = ((name_of(name), value) for name, value in tags.items())
    return {
        name: None if value is None else text_of(value, MAX_TAG_LENGTH, f"the tag {name!r}")
        for name, value in named
        if name is not None
    }


class Few:
    """Lets the names that came first pass, as many as the platform keeps, and no others."""

    def __init__(self, limit: int, what: str) -> None:
        self._limit, self._what = limit, what
        self._known: set[str] = set()

    def of(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return what is kept of ``values``."""
        kept = {name: value for name, value in values.items() if self._passes(name)}
        if len(kept) < len(values):
            warn(f"at most {self._limit} {self._what} are kept; the others are left out")
        return kept

    def forget(self, names: Iterable[str]) -> None:
        """Make room for others."""
        self._known.difference_update(names)

    def _passes(self, name: str) -> bool:
        if len(self._known) < self._limit:
            self._known.add(name)
        return name in self._known


class Labels:
    """The parameters and tags of one run, as the platform takes them."""

    def __init__(self) -> None:
        self._params = Few(MAX_PARAMS, "parameters")
        self._tags = Few(MAX_TAGS, "tags")

    def params(self, given: Mapping[Any, Any]) -> dict[str, Any]:
        """Return parameters as plain values."""
        return self._params.of(params_of(given))

    def tags(self, given: Mapping[Any, Any]) -> dict[str, str | None]:
        """Return tags as texts; None takes one away."""
        kept = self._tags.of(tags_of(given))
        self._tags.forget(name for name, value in kept.items() if value is None)
        return kept


def _plain(value: Any, name: str) -> Any:
    if hasattr(value, "item"):
        narrow = str(getattr(value, "dtype", "")).endswith("float32")
        with suppress(TypeError, ValueError, RuntimeError):  # more than one element
            value = value.item()
        if narrow and isinstance(value, float) and math.isfinite(value):
            value = _shortest(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, list | tuple):
        value = json.dumps(value, default=str)
    return text_of(value, MAX_PARAM_LENGTH, f"the parameter {name!r}")


def _shortest(value: float) -> float:
    """Return the number that a person wrote, of a float32: 1e-5 for 9.999999747378752e-06."""
    narrow = struct.pack("f", value)
    texts = (f"{value:.{digits}g}" for digits in range(6, 10))
    return next((one for one in map(float, texts) if struct.pack("f", one) == narrow), value)


def json_of(value: Any, what: str = "a value") -> Any:
    """Return a value of which JSON knows every part; what is not finite becomes None."""
    if isinstance(value, Mapping):
        return {str(name): json_of(part, repr(str(name))) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [json_of(part, what) for part in value]
    if isinstance(value, int) and abs(value) >= 2**63:
        return str(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return text_of(value, MAX_PARAM_LENGTH, what)
    try:
        return number_of(value)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return text_of(value, MAX_PARAM_LENGTH, what)


def evaluation_of(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a server measured as plain values.

    A share outside 0 to 1 is left out with a warning: the platform would refuse the whole round.
    """
    values: dict[str, Any] = json_of(metrics)
    for name in SHARES & values.keys():
        value = values[name]
        if not isinstance(value, int | float) or isinstance(value, bool):
            continue
        if -ROUNDING <= value <= 1 + ROUNDING:
            values[name] = min(1.0, max(0.0, float(value)))
        else:
            del values[name]
            warn(f"{name} is {value:g}, but a share is from 0 to 1 (not a percentage); left out")
    return values
