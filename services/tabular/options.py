"""What a person says about a file: the answers to what the file itself cannot say."""

import codecs
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import NoReturn
from zoneinfo import available_timezones

from app.errors import Invalid

DECIMALS = (".", ",")
THOUSANDS = (".", ",", "'", "\u2019", " ", "\u00a0", "\u202f", "")
DATE_ORDERS = ("day_first", "month_first", "year_first")
LABEL_POSITIONS = ("start", "end")
DUPLICATES = ("first", "last", "mean")
SEPARATORS = (";", ",", "\t", "|")
MAX_COLUMN = 100_000
MIN_KEYS, MAX_KEYS = 2, 4
MAX_CODES, MAX_CODE = 20, 1e300
_OFFSET = re.compile(r"(?:UTC)?[+-](?:0\d|1[0-4]):?(?:[0-5]\d)")


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """Choices for reading one file; None means that the file is to say it.

    ``timezone`` is an IANA name or a fixed offset such as ``+01:00`` and holds for times without
    an offset of their own, which are UTC otherwise. ``thousands`` "" means that there is none.
    ``label_position`` "end" means that a value belongs to the interval that ends at its time.
    ``columns`` are the value columns to read and ``differences`` those of them to difference,
    counted from 1; ``series_key`` is the column, by name or number, that says which series a row
    belongs to, or several that say so together, and ``time_column`` the number of the column that
    holds the time. ``missing_codes`` are numbers that stand for no value, such as -999. Of stored
    forecasts ``issue_column`` holds when each value was issued; or the time column does, and
    ``lead_column`` how many hours ahead of it the value is.
    """

    timezone: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    date_order: str | None = None
    series_key: str | int | tuple[str | int, ...] | None = None
    label_position: str | None = None
    duplicates: str | None = None
    skip_unreadable: bool = False
    separator: str | None = None
    encoding: str | None = None
    time_column: int | None = None
    columns: tuple[int, ...] | None = None
    differences: tuple[int, ...] = ()
    issue_column: int | None = None
    lead_column: int | None = None
    missing_codes: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Raise ``Invalid`` naming the field, the value and what would be right."""
        for name, check in _CHECKS.items():
            value = getattr(self, name)
            if value is not None and (fault := check(value)):
                refuse_option(name, value, fault)
        if self.decimal is not None and self.decimal == self.thousands:
            refuse_option("thousands", self.thousands, "another mark than decimal")
        keys = [n for n in ("series_key", "issue_column", "lead_column") if getattr(self, n)]
        if len(keys) > 1:
            refuse_option(keys[1], getattr(self, keys[1]), f"left out beside {keys[0]}")

    @classmethod
    def from_json(cls, body: object) -> "ImportOptions":
        """Return the options that a client sent. Raises ``Invalid`` for each bad value."""
        if body is None:
            return cls()
        if not isinstance(body, Mapping):
            raise Invalid(f"importOptions is {_shown(body)}; it must be an object.")
        known = {field.name for field in fields(cls)}
        for name in body:
            if name not in known:
                refuse_option(str(name), body[name], f"one of the options {_listed(sorted(known))}")
        values = {name: _tuple_of(value) for name, value in body.items()}
        if values.get("differences", ()) is None:
            del values["differences"]
        if values.get("skip_unreadable", False) is None:
            del values["skip_unreadable"]
        if values.get("missing_codes", ()) is None:
            del values["missing_codes"]
        return cls(**values)  # type: ignore[arg-type]  # each is checked when it is made

    def to_json(self) -> dict[str, object]:
        """Return the options that are set, as ``from_json`` takes them."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value not in (None, (), False)
        }


def refuse_option(name: str, value: object, right: str) -> NoReturn:
    """Raise ``Invalid`` for an option."""
    detail = f"{name} is {_shown(value)}; it must be {right}."
    raise Invalid(detail, errors={name: [detail]})


def _tuple_of(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _shown(value: object) -> str:
    text = repr(list(value) if isinstance(value, tuple) else value)
    return text if len(text) <= 60 else text[:57] + "..."


def _listed(values: "tuple[str, ...] | list[str]") -> str:
    return ", ".join(repr(value) for value in values)


def _one_of(choices: tuple[str, ...]) -> Callable[[object], str]:
    right = f"one of {_listed(choices)}"
    return lambda value: "" if isinstance(value, str) and value in choices else right


def _zone_fault(value: object) -> str:
    right = "an IANA time zone such as 'Europe/Vienna', or an offset such as '+01:00'"
    if not isinstance(value, str):
        return right
    known = value == "UTC" or _OFFSET.fullmatch(value) or value in available_timezones()
    return "" if known else right


def _encoding_fault(value: object) -> str:
    right = "an encoding that Python knows, such as 'utf-8', 'cp1252' or 'utf-16'"
    if not isinstance(value, str) or "\0" in value:
        return right
    try:
        info = codecs.lookup(value)
        is_text = isinstance("".encode(info.name), bytes) and isinstance(b"".decode(info.name), str)
    except (LookupError, UnicodeError):
        return right
    return "" if is_text else right


def _key_fault(value: object) -> str:
    right = "the name of a column or its number from 1, or a list of two to four of these"
    if isinstance(value, tuple):
        distinct = len(set(map(repr, value))) == len(value)
        several = MIN_KEYS <= len(value) <= MAX_KEYS and distinct
        return "" if several and not any(map(_single_key_fault, value)) else right
    return right if _single_key_fault(value) else ""


def _single_key_fault(value: object) -> str:
    return "" if isinstance(value, str) and value else _column_fault(value)


def _codes_fault(value: object) -> str:
    right = f"a list of at most {MAX_CODES} numbers, such as [-999]"
    if not isinstance(value, tuple) or len(value) > MAX_CODES:
        return right
    numbers = [one for one in value if isinstance(one, int | float) and not isinstance(one, bool)]
    return "" if len(numbers) == len(value) and all(map(_is_finite, numbers)) else right


def _is_finite(number: float) -> bool:
    return -MAX_CODE <= number <= MAX_CODE


def _column_fault(value: object) -> str:
    good = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_COLUMN
    return "" if good else f"the number of a column, from 1 to {MAX_COLUMN}"


def _columns_fault(value: object) -> str:
    distinct = isinstance(value, tuple) and len(set(map(repr, value))) == len(value)
    if distinct and isinstance(value, tuple) and not any(_column_fault(one) for one in value):
        return ""
    return "a list of different column numbers from 1"


def _flag_fault(value: object) -> str:
    return "" if isinstance(value, bool) else "true or false"


_CHECKS: dict[str, Callable[[object], str]] = {
    "timezone": _zone_fault,
    "decimal": _one_of(DECIMALS),
    "thousands": _one_of(THOUSANDS),
    "date_order": _one_of(DATE_ORDERS),
    "series_key": _key_fault,
    "label_position": _one_of(LABEL_POSITIONS),
    "duplicates": _one_of(DUPLICATES),
    "skip_unreadable": _flag_fault,
    "separator": _one_of(SEPARATORS),
    "encoding": _encoding_fault,
    "time_column": _column_fault,
    "issue_column": _column_fault,
    "lead_column": _column_fault,
    "columns": _columns_fault,
    "differences": _columns_fault,
    "missing_codes": _codes_fault,
}
