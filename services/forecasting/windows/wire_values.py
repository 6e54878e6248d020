"""Reading single values of the wire: numbers may come as text, switches as ja and nein."""

import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TypeVar

from services.forecasting.windows.errors import InvalidWindows

Choice = TypeVar("Choice", bound=str)
Wire = Mapping[str, object]
MAX_DIGITS = 40
_NOTHING = ("", "null", "none")
_SWITCHES = {"ja": True, "nein": False, "yes": True, "no": False, "true": True, "false": False}


class WireFields:
    """The fields of one object; ``error`` is raised for each wrong one, with its wire name.

    Names are compared without case and underscores: zeithorizont_start is zeithorizontStart.
    """

    def __init__(self, body: object, name: str, error: type[InvalidWindows]) -> None:
        if not isinstance(body, Mapping):
            raise error(name, body, "an object")
        self._error = error
        self._fields = {_plain(str(key)): value for key, value in body.items()}
        self._names = {_plain(str(key)): str(key) for key in body}

    def only(self, names: Sequence[str]) -> None:
        """Refuse a field that is none of ``names``: what it says would be lost without a word."""
        known = {_plain(name) for name in names}
        for plain in self._fields.keys() - known:
            right = f"left out: the fields are {', '.join(names)}"
            raise self._error(self._names[plain][:60], self._fields[plain], right)

    def has(self, name: str) -> bool:
        """Return whether a field is there and says something."""
        return not is_nothing(self.get(name))

    def get(self, *names: str) -> object:
        """Return the first of some fields that is there, as it is; None if there is none."""
        return next((self._fields[_plain(n)] for n in names if _plain(n) in self._fields), None)

    def number(self, name: str, default: Fraction | int | None = None) -> Fraction | None:
        """Return a finite number, exactly as it is written."""
        value = self.get(name)
        if is_nothing(value):
            return None if default is None else Fraction(default)
        return self._number(name, value, "a number such as 0.5")

    def required_number(self, name: str, default: Fraction | int) -> Fraction:
        """Return a finite number, or the default where nothing is said."""
        number = self.number(name, default)
        return Fraction(default) if number is None else number

    def whole(self, name: str, default: int | None = None) -> int | None:
        """Return a whole number."""
        value = self.get(name)
        if is_nothing(value):
            return default
        number = self._number(name, value, "a whole number")
        if number.denominator != 1:
            raise self._error(name, value, "a whole number")
        return int(number)

    def switch(self, name: str, *, default: bool) -> bool:
        """Return ja or nein, true or false."""
        value = self.get(name)
        if is_nothing(value):
            return default
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.strip().casefold() in _SWITCHES:
            return _SWITCHES[value.strip().casefold()]
        raise self._error(name, value, "ja or nein")

    def flag(self, name: str) -> bool:
        """Return a real boolean; false where the field is absent."""
        if _plain(name) not in self._fields:
            return False
        value = self.get(name)
        if not isinstance(value, bool):
            raise self._error(name, value, "true or false")
        return value

    def choice(self, name: str, choices: Mapping[str, Choice], default: Choice) -> Choice:
        """Return what one of some words stands for, in German or as our own code."""
        value = self.get(name)
        if is_nothing(value):
            return default
        known = {_folded(word): code for word, code in choices.items()}
        known |= {_folded(code): code for code in choices.values()}
        if isinstance(value, str) and _folded(value) in known:
            return known[_folded(value)]
        raise self._error(name, value, f"one of {', '.join(choices)}")

    def text(self, name: str, default: str | None = None) -> str | None:
        """Return a text."""
        value = self.get(name)
        if is_nothing(value):
            return default
        if not isinstance(value, str):
            raise self._error(name, value, "a text")
        return value

    def sequence(self, name: str) -> Sequence[object]:
        """Return a list; empty where nothing is said."""
        value = self.get(name)
        if is_nothing(value):
            return ()
        if not isinstance(value, list | tuple):
            raise self._error(name, value, "a list")
        return value

    def _number(self, name: str, value: object, right: str) -> Fraction:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Fraction | Decimal):
            raise self._error(name, value, right)
        if isinstance(value, Fraction):
            return value
        try:
            number = Decimal(str(value).strip())
        except InvalidOperation as unread:
            raise self._error(name, value, right) from unread
        # an exponent of millions would make a number of as many digits
        if not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS:
            raise self._error(name, value, right)
        return Fraction(number)


def is_nothing(value: object) -> bool:
    """Return whether a value says nothing: null, an empty text, or the word null or None."""
    return value is None or (isinstance(value, str) and value.strip().casefold() in _NOTHING)


def _plain(name: str) -> str:
    return name.replace("_", "").casefold()


def _folded(word: str) -> str:
    return unicodedata.normalize("NFC", word).strip().casefold()
