"""Which columns a list brings: ``metrics,params.lr`` as a request writes them."""

import re
from collections.abc import Sequence

from services.search.filter.errors import FilterError
from services.search.filter.names import name_of
from services.search.query import ColumnsQuery

MAX_COLUMNS = 200
KINDS = ("metrics", "results", "params", "tags")
_NAME = re.compile(r'(?:"[^"]*"|`[^`]*`|[^,"`])+')


AUTO = "auto"


def parse_columns(text: str) -> ColumnsQuery:
    """Return the columns that ``text`` names, with commas between; quotes may hold commas.

    The word ``auto`` alone leaves the choice to what the runs have.

    Raises FilterError, with the column, for what is none of metrics, results, params and tags.
    """
    if text.strip() == AUTO:
        return ColumnsQuery(auto=True)
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
    names = {kind: None if some is None else tuple(some) for kind, some in chosen.items()}
    return ColumnsQuery(
        metrics=names["metrics"],
        results=names["results"],
        params=names["params"],
        tags=names["tags"],
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


def columns_of_keys(keys: Sequence[str]) -> ColumnsQuery:
    """Return what fills columns such as ``results.auroc``, ``best.reward`` and ``params.lr``."""
    named = [key.split(".", 1) for key in keys if "." in key]
    metrics = tuple(name for kind, name in named if kind in ("metrics", "best"))
    return ColumnsQuery(
        metrics=metrics,
        results=tuple(name for kind, name in named if kind == "results"),
        params=tuple(name for kind, name in named if kind == "params"),
    )


def split_names(text: str) -> tuple[str, ...]:
    """Return the names that stand in ``text`` with commas between, each once and unquoted."""
    names = (match.group().strip().strip('"`') for match in _NAME.finditer(text))
    return tuple(dict.fromkeys(name for name in names if name))
