"""How one setting of a model describes itself, and how its value is read from outside.

A setting is a dataclass field whose metadata holds a ``ModelField``: form, HTTP schema and
documentation are made from it. ``minimum`` and ``maximum`` are what the server takes, the
``form_*`` bounds what the form offers.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.forecasting.models.errors import InvalidModelParams


@dataclass(frozen=True, kw_only=True)
class ModelField:
    """One setting as a form shows it; bounds are inclusive, but for ``above``."""

    type: str  # integer, number or choice
    label: str
    help: str
    wire: str = ""
    name: str = ""
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    form_minimum: float | None = None
    form_maximum: float | None = None
    form_step: float | None = None
    odd: bool = False
    choices: tuple[str, ...] = ()
    spellings: Mapping[str, str] = field(default_factory=dict)
    nullable: bool = False
    advanced: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the description as JSON; what does not apply is left out."""
        shown: dict[str, Any] = {
            "name": self.name,
            "wire": self.wire,
            "type": self.type,
            "label": self.label,
            "help": self.help,
            "default": self.default,
            "nullable": self.nullable,
            "advanced": self.advanced,
            "odd": self.odd,
        }
        bounds = ("minimum", "maximum", "above", "form_minimum", "form_maximum", "form_step")
        shown |= {one: getattr(self, one) for one in bounds if getattr(self, one) is not None}
        return shown | ({"choices": list(self.choices)} if self.choices else {})

    @property
    def expected(self) -> str:
        """Return what the setting takes, as the end of a sentence."""
        if self.type == "choice":
            return "one of " + ", ".join(self.choices)
        number = "number" if self.type == "number" else "whole number"
        odd = "an odd" if self.odd else "a"
        low = f"above {self.above:g} up" if self.above is not None else f"from {self.minimum:g}"
        return f"{odd} {number} {low} to {self.maximum:.10g}"


def model_setting(
    type_: str, label: str, help_: str, *, default: Any, wire: str = "", **options: Any
) -> Any:
    """Return a dataclass field that carries its own ``ModelField``."""
    spec = ModelField(type=type_, label=label, help=help_, default=default, wire=wire, **options)
    return field(default=default, metadata={"spec": spec})


def named_field(name: str, spec: ModelField) -> ModelField:
    """Return the description under the name of its field, which is its wire name by default."""
    return replace(spec, name=name, wire=spec.wire or name)


def read_value(spec: ModelField, value: object, field_name: str) -> Any:
    """Return ``value`` as the setting's type; what is empty or null becomes the default.

    Raises ``InvalidModelParams`` naming ``field_name``, the value and what would be right.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return spec.default
    try:
        return _READERS[spec.type](spec, value)
    except ValueError:
        raise InvalidModelParams(field_name, value, spec.expected) from None


def _read_number(spec: ModelField, value: object) -> float:
    number = _as_float(value)
    if not math.isfinite(number):
        raise ValueError("not finite")
    too_low = spec.minimum is not None and number < spec.minimum
    too_low = too_low or (spec.above is not None and number <= spec.above)
    if too_low or (spec.maximum is not None and number > spec.maximum):
        raise ValueError("out of range")
    return number


def _as_float(value: object) -> float:
    # a number in quotes is text, and a person who sends true for a number is mistaken
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("no number")
    try:
        return float(value)
    except OverflowError:
        raise ValueError("out of range") from None


def _read_integer(spec: ModelField, value: object) -> int:
    number = _read_number(spec, value)
    if not number.is_integer() or (spec.odd and number % 2 == 0):
        raise ValueError("not whole, or even")
    return int(number)


def _read_choice(spec: ModelField, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    text = value.strip().casefold()
    known = {choice.casefold(): choice for choice in spec.choices}
    chosen = known.get(text) or spec.spellings.get(text)
    if chosen is None:
        raise ValueError("unknown")
    return chosen


_READERS: Mapping[str, Callable[[ModelField, object], Any]] = {
    "integer": _read_integer,
    "number": _read_number,
    "choice": _read_choice,
}
