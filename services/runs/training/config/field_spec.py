"""How one hyper-parameter describes itself, so that forms and schemas are generated from it.

A setting is a dataclass field whose metadata holds a ``FieldSpec``; reading a value from
outside (JSON, a form) happens here, in one place, with one wording of what is wrong.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

CENTRALIZED = "centralized"
FEDERATED = "federated"
BOTH = (CENTRALIZED, FEDERATED)


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    """One setting as a form shows it; bounds are inclusive."""

    type: str
    label: str
    help: str
    group: str
    name: str = ""
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    modes: tuple[str, ...] = BOTH
    advanced: bool = False
    nullable: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the spec as the schema endpoint shows it."""
        shown = {
            "name": self.name,
            "group": self.group,
            "type": "text" if self.type == "sizes" else self.type,
            "label": self.label,
            "help": self.help,
            "default": _shown(self.default),
            "modes": list(self.modes),
            "advanced": self.advanced,
            "nullable": self.nullable,
        }
        if self.minimum is not None:
            shown["minimum"] = self.minimum
        if self.maximum is not None:
            shown["maximum"] = self.maximum
        if self.choices:
            shown["choices"] = list(self.choices)
        return shown


class BadValueError(ValueError):
    """A value from outside that a setting cannot take; the text says what would be right."""


def setting(type_: str, group: str, label: str, help_: str, *, default: Any, **options: Any) -> Any:
    """Return a dataclass field that carries its own ``FieldSpec``."""
    spec = FieldSpec(type=type_, label=label, help=help_, group=group, default=default, **options)
    return field(default=default, metadata={"spec": spec})


def named(name: str, spec: FieldSpec) -> FieldSpec:
    """Return the spec under the name of its field."""
    return replace(spec, name=name)


def jsonable(value: Any) -> Any:
    """Return a setting's value as JSON knows it: tuples become lists."""
    return list(value) if isinstance(value, tuple) else value


def _shown(default: Any) -> Any:
    # a list of any length has no input of its own in a form: it is typed as text
    if isinstance(default, tuple):
        return ", ".join(str(item) for item in default)
    return default


def read(spec: FieldSpec, value: Any) -> Any:
    """Return ``value`` as the setting's type; raise ``BadValueError`` with a sentence otherwise."""
    if value is None:
        if spec.nullable:
            return None
        raise BadValueError(f"{spec.name} is missing; it must be {expected(spec)}.")
    return _READERS[spec.type](spec, value)


def expected(spec: FieldSpec) -> str:
    """Return what the setting takes, as the end of a sentence."""
    if spec.type == "boolean":
        return "true or false"
    if spec.type == "choice":
        return "one of " + ", ".join(spec.choices)
    if spec.type == "text":
        return "a text"
    if spec.type == "size":
        return f"a height and a width {_range(spec)}, such as [256, 256]"
    if spec.type == "sizes":
        return f"whole numbers {_range(spec)}, such as [64, 32]"
    bounds = _range(spec)
    number = f"a whole number {bounds}" if spec.type == "integer" else f"a number {bounds}"
    return number.rstrip()


def _range(spec: FieldSpec) -> str:
    low, high = spec.minimum, spec.maximum
    if low is not None and high is not None:
        return f"from {low} to {high}"
    if low is not None:
        return f"of at least {low}"
    return f"of at most {high}" if high is not None else ""


def _refuse(spec: FieldSpec, value: Any) -> BadValueError:
    shown = repr(value)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    return BadValueError(f"{spec.name} is {shown}; it must be {expected(spec)}.")


def _in_range(spec: FieldSpec, number: float) -> bool:
    low = -math.inf if spec.minimum is None else spec.minimum
    high = math.inf if spec.maximum is None else spec.maximum
    return low <= number <= high


def _read_number(spec: FieldSpec, value: Any) -> float:
    # bool is an int to Python, and a person who sends true for a learning rate is mistaken
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refuse(spec, value)
    try:
        number = float(value)
    except OverflowError:
        raise _refuse(spec, value) from None
    if not math.isfinite(number) or not _in_range(spec, number):
        raise _refuse(spec, value)
    return number


def _read_integer(spec: FieldSpec, value: Any) -> int:
    number = _read_number(spec, value)
    if not number.is_integer():
        raise _refuse(spec, value)
    return int(value)


def _read_boolean(spec: FieldSpec, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _refuse(spec, value)
    return value


def _read_choice(spec: FieldSpec, value: Any) -> str:
    if not isinstance(value, str) or value not in spec.choices:
        raise _refuse(spec, value)
    return value


def _read_text(spec: FieldSpec, value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise _refuse(spec, value)
    return value.strip()


def _read_sizes(spec: FieldSpec, value: Any) -> tuple[int, ...]:
    if isinstance(value, str):
        value = _numbers_in(spec, value)
    if isinstance(value, Mapping) or not isinstance(value, Sequence):
        raise _refuse(spec, value)
    if not 1 <= len(value) <= 8:
        raise _refuse(spec, value)
    try:
        return tuple(_read_integer(spec, item) for item in value)
    except BadValueError:
        raise _refuse(spec, value) from None


def _numbers_in(spec: FieldSpec, text: str) -> list[int]:
    parts = text.replace("x", ",").replace("×", ",").split(",")
    try:
        return [int(part) for part in parts]
    except ValueError:
        raise _refuse(spec, text) from None


def _read_size(spec: FieldSpec, value: Any) -> tuple[int, ...]:
    sizes = _read_sizes(spec, value)
    if len(sizes) != 2:
        raise _refuse(spec, value)
    return sizes


_READERS: Mapping[str, Callable[[FieldSpec, Any], Any]] = {
    "integer": _read_integer,
    "number": _read_number,
    "boolean": _read_boolean,
    "choice": _read_choice,
    "text": _read_text,
    "size": _read_size,
    "sizes": _read_sizes,
}
