"""Names outside of filters, read without the parser: the web process starts without that."""

import re

from services.search.filter import tree
from services.search.filter.errors import FilterError
from services.search.filter.grammar import PATH
from services.search.filter.words import identifier

_PATH = re.compile(PATH)
_STEP = re.compile(r'"[^"]*"|`[^`]*`|[^.\s"`]+')


def name_of(text: str, column: int = 1) -> tree.Identifier:
    """Return what a name outside of filters means, in a sort, a column or a group.

    There it needs no quotes, however odd it is: nothing follows it.
    """
    kind, dot, name = text.partition(".")
    if not dot or _PATH.fullmatch(text):
        return path_of(text, column)
    if not name.strip():
        raise FilterError(column, f"expected a name after {kind}.")
    return identifier([kind, name], column)


def path_of(text: str, column: int) -> tree.Identifier:
    """Return what a dotted path means, its quotes left out."""
    parts = [step.strip('"`') if step[0] in '"`' else step for step in _STEP.findall(text)]
    if not parts:
        raise FilterError(column, "expected a name")
    return identifier(parts, column)
