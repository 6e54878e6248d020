"""Which columns a list brings: ``metrics,params.lr`` as a request writes them."""

import re

from services.search.filter.errors import FilterError
from services.search.filter.names import name_of
from services.search.query import ColumnsQuery

MAX_COLUMNS = 200
KINDS = ("metrics", "results", "params", "tags")
_NAME = re.compile(r'(?:"[^"]*"|`[^`]*`|[^,"`])+')


def parse_columns(text: str) -> ColumnsQuery:
    """Return the columns that ``text`` names, with commas between; quotes may hold commas.

    Raises FilterError, with the column, for what is none of metrics, results, params and tags.
    """
    chosen: dict[str, list[str] | None] = {kind: [] for kind in KINDS}
    matches = list(_NAME.finditer(text))
    if len(matches) > MAX_COLUMNS:
        raise FilterError(matches[MAX_COLUMNS].start() + 1, f"at most {MAX_COLUMNS} columns")
    for match in matches:
        name = match.group().strip()
        if name in KINDS:
            chosen[name] = None
        elif name:
            _add(chosen, name, match.start() + 1)
    return ColumnsQuery(
        **{kind: None if names is None else tuple(names) for kind, names in chosen.items()}
    )


def _add(chosen: dict[str, list[str] | None], name: str, column: int) -> None:
    identifier = name_of(name, column)
    if identifier.kind == "attributes":
        raise FilterError(
            column, f"{name!r} comes with every run: ask for metrics, results, params, tags"
        )
    names = chosen[identifier.kind]
    if names is not None:
        names.append(identifier.name)


def split_names(text: str) -> tuple[str, ...]:
    """Return the names that stand in ``text`` with commas between, each once and unquoted."""
    names = (match.group().strip().strip('"`') for match in _NAME.finditer(text))
    return tuple(dict.fromkeys(name for name in names if name))
