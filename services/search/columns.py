"""Which columns a list brings: ``metrics,params.lr`` as a request writes them."""

import re
from collections.abc import Sequence

from services.search.filter.errors import FilterError
from services.search.filter.names import name_of
from services.search.query import ColumnsWanted

MAX_COLUMNS = 200
KINDS = ("metrics", "results", "params", "tags")
_NAME = re.compile(r'(?:"[^"]*"|`[^`]*`|[^,"`])+')


AUTO = "auto"


def columns_wanted(text: str) -> ColumnsWanted:
    """Return the columns that ``text`` names, with commas between; quotes may hold commas.

    The word ``auto`` alone leaves the choice to what the runs have.

    Raises FilterError, with the column, for what is none of metrics, results, params and tags.
    """
    if text.strip() == AUTO:
        return ColumnsWanted(auto=True)
    chosen: dict[str, list[str] | None] = {kind: [] for kind in KINDS}
    found = list(_NAME.finditer(text))
    if len(found) > MAX_COLUMNS:
        raise FilterError(found[MAX_COLUMNS].start() + 1, f"at most {MAX_COLUMNS} columns")
    for match in found:
        name = match.group().strip()
        if name in KINDS:
            chosen[name] = None
        elif name:
            _add(chosen, name, match.start() + 1)
    names = {kind: None if some is None else tuple(some) for kind, some in chosen.items()}
    return ColumnsWanted(
        metrics=names["metrics"],
        results=names["results"],
        params=names["params"],
        tags=names["tags"],
    )


def _add(chosen: dict[str, list[str] | None], name: str, column: int) -> None:
    wanted = name_of(name, column)
    if wanted.kind == "attributes":
        raise FilterError(
            column, f"{name!r} comes with every run: ask for metrics, results, params, tags"
        )
    names = chosen[wanted.kind]
    if names is not None:
        names.append(wanted.name)


def columns_of_keys(keys: Sequence[str]) -> ColumnsWanted:
    """Return what fills columns such as ``results.auroc``, ``best.reward`` and ``params.lr``."""
    named = [key.split(".", 1) for key in keys if "." in key]
    metrics = tuple(name for kind, name in named if kind in ("metrics", "best"))
    return ColumnsWanted(
        metrics=metrics,
        results=tuple(name for kind, name in named if kind == "results"),
        params=tuple(name for kind, name in named if kind == "params"),
    )


def split_names(text: str) -> tuple[str, ...]:
    """Return the names that stand in ``text`` with commas between, each once and unquoted."""
    names = (match.group().strip().strip('"`') for match in _NAME.finditer(text))
    return tuple(dict.fromkeys(name for name in names if name))
