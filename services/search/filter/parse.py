"""From the text of a filter to its tree, with faults that point at their place."""

import math
from typing import Any as Anything
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args
from lark.exceptions import VisitError

from services.search.filter import tree
from services.search.filter.checks import check_comparison
from services.search.filter.errors import FilterError
from services.search.filter.grammar import GRAMMAR, WORDS
from services.search.filter.names import path_of
from services.search.filter.synonyms import about_foreign_ids, meant
from services.search.filter.words import MAX_FILTER_LENGTH

MAX_COMPARISONS = 50
MAX_VALUES = 200
DEEPEST = 20


def parse(text: str) -> tree.Node | None:
    """Return the tree of ``text``, None where it holds nothing.

    Raises FilterError, with the column, for anything that is not a filter.
    """
    if len(text) > MAX_FILTER_LENGTH:
        raise FilterError(MAX_FILTER_LENGTH, f"a filter has at most {MAX_FILTER_LENGTH} characters")
    if not text.strip():
        return None
    try:
        # the builder has turned the library's tree into ours while it read
        node = cast("tree.Node", _PARSER.parse(text))
    except UnexpectedToken as error:
        raise _unexpected(text, error) from None
    except UnexpectedCharacters as error:
        place = error.pos_in_stream or 0
        raise FilterError(place + 1, _stray(text, place)) from None
    except VisitError as error:
        if isinstance(error.orig_exc, FilterError):
            raise error.orig_exc from None
        raise
    compared = list(tree.comparisons(node))
    if len(compared) > MAX_COMPARISONS:
        column = compared[MAX_COMPARISONS].column
        raise FilterError(column, f"a filter has at most {MAX_COMPARISONS} comparisons")
    return node


@v_args(inline=True)
class _Builder(Transformer[Token, tree.Node]):
    """Makes the tree while the parser reads: nothing here recurses, however deep the text."""

    def __init__(self) -> None:
        super().__init__(visit_tokens=False)

    def start(self, node: tuple[tree.Node, int]) -> tree.Node:
        return node[0]

    def any(self, *parts: tuple[tree.Node, int]) -> tuple[tree.Node, int]:
        return tree.Any(tuple(part for part, _ in parts)), _deeper(*parts)

    def all(self, *parts: tuple[tree.Node, int]) -> tuple[tree.Node, int]:
        return tree.All(tuple(part for part, _ in parts)), _deeper(*parts)

    def not_(self, part: tuple[tree.Node, int]) -> tuple[tree.Node, int]:
        return tree.Not(part[0]), _deeper(part)

    def plain(self, path: Token, operator: Token, value: Token) -> tuple[tree.Node, int]:
        return _comparison(path, str(operator), [value])

    def membership(
        self, path: Token, negated: Token | None, values: list[Token]
    ) -> tuple[tree.Node, int]:
        return _comparison(path, "NOT IN" if negated else "IN", values)

    def likeness(
        self, path: Token, negated: Token | None, operator: Token, value: Token
    ) -> tuple[tree.Node, int]:
        alike, depth = _comparison(path, operator.upper(), [value])
        if not negated:
            return alike, depth
        known, _ = _comparison(path, "IS NOT NULL", [])  # or its opposite would take the unknown
        return tree.All((known, tree.Not(alike))), depth + 2

    def presence(self, path: Token, negated: Token | None) -> tuple[tree.Node, int]:
        return _comparison(path, "IS NOT NULL" if negated else "IS NULL", [])

    def list(self, *values: Token) -> Anything:
        if len(values) > MAX_VALUES:
            raise FilterError(_column(values[MAX_VALUES]), f"at most {MAX_VALUES} values")
        return list(values)

    def number(self, token: Token) -> Token:
        return token

    def text(self, token: Token) -> Token:
        return token


# the names of the rules that are words of Python
setattr(_Builder, "not", _Builder.not_)


def _comparison(path: Token, operator: str, values: list[Token]) -> tuple[tree.Node, int]:
    where = _column(values[0]) if values else _column(path)
    comparison = meant(
        tree.Predicate(
            identifier=path_of(str(path), _column(path)),
            operator=operator,
            values=tuple(_value(token) for token in values),
            column=where,
        )
    )
    foreign = about_foreign_ids(comparison)
    if foreign is not None:
        for part in tree.comparisons(foreign):
            check_comparison(part, [where] * len(part.values))
        return foreign, 3
    check_comparison(comparison, [_column(token) for token in values])
    return comparison, 1


def _value(token: Token) -> tree.Value:
    if token.type == "STRING":
        return str(token[1:-1])
    number = float(token)
    if not math.isfinite(number):
        raise FilterError(_column(token), "the number is too large")
    return number


def _deeper(*parts: tuple[tree.Node, int]) -> int:
    depth = 1 + max(depth for _, depth in parts)
    if depth > DEEPEST:
        raise FilterError(1, f"a filter is nested at most {DEEPEST} deep")
    return depth


def _column(token: Token) -> int:
    return int(token.start_pos or 0) + 1


def _unexpected(text: str, error: UnexpectedToken) -> FilterError:
    token = error.token
    if token.type == "$END":
        column, before = len(text.rstrip()) + 1, text.rstrip()
    else:
        column, before = _column(token), text[: _column(token) - 1].rstrip()
    after = f" after {_last_word(before)}" if before else ""
    return FilterError(column, f"expected {_expected(error.accepts or error.expected)}{after}")


def _expected(names: set[str]) -> str:
    if {"NUMBER", "STRING"} <= names:
        return "a value (a number, or a text in quotes)"
    for general in ("PATH", "COMPARATOR"):  # these words stand for the other pieces as well
        if general in names:
            return WORDS[general]
    known = [word for name, word in WORDS.items() if name in names]
    return ", ".join(known[:-1]) + (" or " if known[1:] else "") + known[-1]


def _last_word(before: str) -> str:
    return before.rsplit(maxsplit=1)[-1][-40:]


def _stray(text: str, place: int) -> str:
    character = text[place]
    if character in "'\"`":
        return f"the quote {character} is not closed"
    return f"{character!r} has no meaning here"


_PARSER = Lark(GRAMMAR, parser="lalr", lexer="contextual", transformer=_Builder())
