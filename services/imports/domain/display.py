"""Reading a dictionary as Python displays it: ``{'server_loss': 0.5, 'note': 'warm'}``.

Old result files hold their metrics in this form inside a JSON string. Literals are read, nothing
is run; length and depth are limited before anything is parsed.
"""

import ast
import math
import re
from contextlib import suppress
from itertools import accumulate
from typing import Any

MAX_LENGTH = 100_000  # characters
MAX_DEPTH = 5  # brackets inside each other
_TEXT = re.compile(r"'(?:[^'\\\n]|\\.)*'" r'|"(?:[^"\\\n]|\\.)*"')
_NUMPY = re.compile(r"np\.(float|int)(16|32|64)")
# how numbers are displayed that have no literal, and the words of JSON
_WORDS: dict[str, float | None] = {
    "nan": math.nan,
    "NaN": math.nan,
    "inf": math.inf,
    "Infinity": math.inf,
}
_WORDS |= {"null": None, "true": True, "false": False}


class DisplayError(ValueError):
    """The text is not such a dictionary; the message says where and why."""


def read_display(text: str) -> dict[str, Any]:
    """Return the dictionary that ``text`` displays; whole numbers as names (rounds) become texts.

    Raises DisplayError.
    """
    if len(text) > MAX_LENGTH:
        raise DisplayError(f"it has {len(text)} characters; at most {MAX_LENGTH} are read")
    if _depth(text) > MAX_DEPTH:
        raise DisplayError(f"it has more than {MAX_DEPTH} brackets inside each other")
    try:
        value = _value(ast.parse(text.strip(), mode="eval").body)
    except SyntaxError as error:
        raise DisplayError(f"line {error.lineno}, character {error.offset}: {error.msg}") from None
    except (ValueError, MemoryError, RecursionError) as error:
        raise DisplayError(str(error) or "it is nested too deeply") from None
    if not isinstance(value, dict):
        raise DisplayError("it is not a dictionary")
    return value


def _depth(text: str) -> int:
    steps = ((sign in "{[(") - (sign in "}])") for sign in _TEXT.sub("", text))
    return max(accumulate(steps), default=0)


def _value(node: ast.expr) -> Any:
    match node:
        case ast.Dict():
            return _dictionary(node)
        case ast.Name(id=word) if word in _WORDS:
            return _WORDS[word]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Name(id="inf" | "Infinity")):
            return -math.inf
        case ast.Call(args=[number], keywords=[]) if _NUMPY.fullmatch(ast.unparse(node.func)):
            return _number(number)
        case ast.Constant() | ast.UnaryOp() | ast.List() | ast.Tuple():
            with suppress(ValueError):
                return ast.literal_eval(node)
    place = f"line {node.lineno}, character {node.col_offset + 1}"
    raise DisplayError(f"{place}: a number, a text or a dictionary is missing")


def _number(node: ast.expr) -> float:
    value = _value(node)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise DisplayError(f"character {node.col_offset + 1}: it is no number")


def _dictionary(node: ast.Dict) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        name = getattr(key, "value", None)
        if not isinstance(name, int | str) or isinstance(name, bool):
            raise DisplayError(f"character {value.col_offset + 1}: it has no name")
        if str(name) in entries:
            raise DisplayError(f"{str(name)[:60]!r} is said twice")
        entries[str(name)] = _value(value)
    return entries
