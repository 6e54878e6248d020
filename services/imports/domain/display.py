"""Reading a dictionary as Python displays it: ``{'server_loss': 0.5, 'note': 'warm'}``.

Old result files hold their metrics in this form inside a JSON string. This reader knows numbers,
texts, the words for nothing, true and false, and dictionaries of these (a whole number may stand
for a name: rounds do), and nothing else: no
names, no calls, no operators, so there is nothing in it that could be run. Length and depth are
limited before anything is read.
"""

import math
import re
from typing import Any

MAX_LENGTH = 100_000  # characters
DEEPEST = 4
MAX_NUMBER_LENGTH = 40  # digits; more are no measurement

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?")
_WRAPPED = re.compile(r"np\.(?:float|int)(?:16|32|64)\(([-+.\w]{1,50})\)")
_INTEGER = re.compile(r"\d{1,10}(?=\s*:)", re.ASCII)
_WORD = re.compile(r"[+-]?[A-Za-z]+")
_TEXT = re.compile(r"'(?:[^'\\\n]|\\.)*'" r'|"(?:[^"\\\n]|\\.)*"')
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U(00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4})|(.))",
    re.DOTALL,
)
_WORDS: dict[str, Any] = {"None": None, "null": None, "True": True, "true": True,
                          "False": False, "false": False, "nan": math.nan, "NaN": math.nan,
                          "inf": math.inf, "Infinity": math.inf}  # fmt: skip
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "/": "/"}


class DisplayError(ValueError):
    """The text is not such a dictionary; the message says where and why."""


def read_display(text: str) -> dict[str, Any]:
    """Return the dictionary that ``text`` displays.

    Raises DisplayError.
    """
    if len(text) > MAX_LENGTH:
        raise DisplayError(f"it has {len(text)} characters; at most {MAX_LENGTH} are read")
    reader = _DisplayReader(text)
    value = reader.value(0)
    reader.skip()
    if reader.at != len(text):
        raise reader.fault("something follows the dictionary")
    if not isinstance(value, dict):
        raise DisplayError("it is not a dictionary")
    return value


class _DisplayReader:
    """A place in the text, moving forward."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def fault(self, reason: str) -> DisplayError:
        return DisplayError(f"character {self.at + 1}: {reason}")

    def skip(self) -> None:
        match = _SPACE.match(self._text, self.at)
        self.at = match.end() if match else self.at

    def value(self, depth: int) -> Any:
        self.skip()
        letter = self._text[self.at : self.at + 1]
        if letter == "{":
            return self._dictionary(depth)
        if letter and letter in "'\"":
            return self._string()
        return self._number_or_word()

    def _dictionary(self, depth: int) -> dict[str, Any]:
        if depth == DEEPEST:
            raise self.fault(f"more than {DEEPEST} levels")
        self.at += 1
        entries: dict[str, Any] = {}
        while not self._takes("}"):
            if entries and not self._takes(","):
                raise self.fault("a comma or } is missing")
            if entries and self._takes("}"):  # a comma may stand behind the last value
                break
            name = self._name()
            if name in entries:
                raise self.fault(f"{name[:60]!r} is said twice")
            if not self._takes(":"):
                raise self.fault("a colon is missing")
            entries[name] = self.value(depth + 1)
        return entries

    def _takes(self, sign: str) -> bool:
        self.skip()
        there = self._text.startswith(sign, self.at)
        self.at += there
        return there

    def _name(self) -> str:
        self.skip()
        match = _INTEGER.match(self._text, self.at)
        if match:
            self.at = match.end()
            return match[0]
        if self._text[self.at : self.at + 1] not in ("'", '"'):
            raise self.fault("a name in quotation marks is missing")
        return self._string()

    def _string(self) -> str:
        match = _TEXT.match(self._text, self.at)
        if match is None:
            raise self.fault("the text has no end")
        plain = _ESCAPE.sub(self._escaped, match[0][1:-1])
        self.at = match.end()
        return plain

    def _escaped(self, match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if code:
            return chr(int(code, 16))
        if match[4] not in _ESCAPED:
            raise self.fault(f"\\{match[4]} is not understood")
        return _ESCAPED[match[4]]

    def _number_or_word(self) -> Any:
        wrapped = _WRAPPED.match(self._text, self.at)
        if wrapped:
            number = self._plain(wrapped[1])
            if isinstance(number, bool) or number is None:
                raise self.fault("it is no number")
            self.at = wrapped.end()
            return number
        match = _NUMBER.match(self._text, self.at) or _WORD.match(self._text, self.at)
        if match is None:
            raise self.fault("a number, a text or a dictionary is missing")
        value = self._plain(match[0])
        self.at = match.end()
        return value

    def _plain(self, text: str) -> Any:
        sign, bare = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
        if bare in ("nan", "NaN", "inf", "Infinity"):
            return sign * _WORDS[bare]
        if text in _WORDS:
            return _WORDS[text]
        if not _NUMBER.fullmatch(text):
            raise self.fault(f"{text[:40]!r} is no value")
        if len(text) > MAX_NUMBER_LENGTH:
            raise self.fault("the number is too long")
        return int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)
