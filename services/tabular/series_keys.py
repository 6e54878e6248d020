"""Which columns of a long file say to which series a row belongs: chosen, or to be asked."""

from collections.abc import Sequence

from services.tabular.options import ImportOptions, refuse_option
from services.tabular.reading import ImportQuestion

_NAME_OF_COLUMN = "the name of a column of the file"


def chosen_keys(
    options: ImportOptions, names: tuple[str, ...], width: int, taken: set[int]
) -> tuple[int, ...]:
    """Return the columns (from 0) that the options name; of stored forecasts their own one.

    Raises ``Invalid`` for a column that the file does not have. ``taken`` holds the time.
    """
    for name in ("issue_column", "lead_column"):
        column = getattr(options, name)
        if column is not None and (column > width or column - 1 in taken):
            refuse_option(name, column, f"a column from 1 to {width} beside that of the time")
        if column is not None:
            return (int(column) - 1,)
    if options.series_key is None:
        return ()
    chosen = options.series_key
    several = chosen if isinstance(chosen, tuple) else (chosen,)
    return tuple(_key(one, names, width) for one in several)


def _key(key: str | int, names: tuple[str, ...], width: int) -> int:
    if isinstance(key, str) and key in names:
        return names.index(key)
    number = int(key) if isinstance(key, int) or key.isdecimal() else 0
    if not 1 <= number <= width:
        right = f"a column from 1 to {width}" if isinstance(key, int) else _NAME_OF_COLUMN
        refuse_option("series_key", key, right)
    return number - 1


def key_question(keys: Sequence[tuple[int, ...]], names: Sequence[str]) -> ImportQuestion:
    """Return the question which column, or columns together, say to which series a row belongs."""
    called = [[_called(column, names) for column in columns] for columns in keys]
    choices = [tuple(several) if len(several) > 1 else several[0] for several in called]
    return ImportQuestion(
        kind="series_key_unknown",
        field="series_key",
        column=keys[0][0] + 1,
        message="Several rows have the same time: the file holds several series below each "
        "other. Which column names the series?",
        choices=tuple(choices),
        alternatives=tuple({"series_key": choice} for choice in choices),
    )


def _called(column: int, names: Sequence[str]) -> str | int:
    name = names[column]
    return name if name and list(names).count(name) == 1 else column + 1
