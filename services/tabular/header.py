"""Finds names and units of columns in the lines before the data."""

from dataclasses import dataclass

from services.tabular.number_evidence import body_of
from services.tabular.records import Record
from services.tabular.units import (
    bare_unit,
    is_kind_of_value,
    is_time_pattern,
    is_unit,
    unit_in_name,
)

COMMENT_SIGNS = ("#", "//", "%", "!")
_RULE_SIGNS = frozenset("-:=+")  # of a line that is drawn below names
_LINES_OF_GROUPS = 2
_UNIT_KEYS = frozenset(
    [
        "einheit",
        "einheiten",
        "unit",
        "units",
        "unité",
        "unite",
        "unités",
        "unites",
        "unidad",
        "unità",
        "unita",
        "eenheid",
        "maßeinheit",
        "masseinheit",
        "mengeneinheit",
    ]
)


@dataclass(frozen=True)
class Header:
    """Names and units by column, the lines they stand on, and what was passed over.

    ``row`` and ``unit_row`` are None where there is none. ``skipped`` are the first and last line
    of a preamble, ``comments`` the lines of comments, ``untimed`` those of values without a time
    between names and data.
    """

    row: int | None
    unit_row: int | None
    names: tuple[str, ...]
    units: tuple[str | None, ...]
    skipped: tuple[int, int] | None
    comments: tuple[int, ...]
    file_unit: str | None
    untimed: tuple[int, ...] = ()


def is_comment(record: Record) -> bool:
    """Whether the record is a line of comment."""
    return record.cells[0].lstrip().startswith(COMMENT_SIGNS)


def find_header(before: list[Record], row_width: int, time_columns: tuple[int, ...]) -> Header:
    """Return the header among the records ``before`` the data."""
    comments = tuple(record.line for record in before if is_comment(record))
    plain = [record for record in before if not is_comment(record) and not record.is_blank]
    table = _table_above(plain, row_width)
    if not table and (named := _commented_header(before, row_width)):
        table, comments = [named], tuple(line for line in comments if line != named.line)
    if not table:
        last = max((record.line for record in plain), default=0)
        return Header(
            None, None, (), (), _span(before, last + 1, comments), comments, _file_unit(plain)
        )
    names = _name_record(table, time_columns)
    unit = _unit_record(table, names, time_columns)
    cells = [cell.strip() for cell in names.cells]
    units = [bare_unit(cell) for cell in unit.cells] if unit else []
    padded: list[str | None] = units + [None] * max(0, len(cells) - len(units))
    above = [record for record in plain if record.line < names.line]
    return Header(
        names.line,
        unit.line if unit else None,
        tuple(cells),
        tuple(own or unit_in_name(name) for own, name in zip(padded, cells, strict=False)),
        _span(before, names.line, comments),
        comments,
        _file_unit(above),
        tuple(r.line for r in table if r.line > names.line and _are_values(r, time_columns)),
    )


def _table_above(plain: list[Record], row_width: int) -> list[Record]:
    """Return the records directly above the data that are about as wide as it."""
    table: list[Record] = []
    for record in reversed(plain):
        width = _trimmed(record)
        near = width >= max(2, min(row_width, 2)) and width <= max(row_width + 1, 2)
        if not near and record.width != row_width:
            break
        if table and _is_key_and_value(record, table[-1]):
            break
        table.append(record)
    return table[::-1]


def _trimmed(record: Record) -> int:
    cells = record.cells
    width = len(cells)
    while width > 1 and not cells[width - 1].strip():
        width -= 1
    return width


def _is_key_and_value(record: Record, below: Record) -> bool:
    """Whether the record is a line such as Kunde;Muster above a table of more columns."""
    return record.width < below.width


def _commented_header(before: list[Record], row_width: int) -> Record | None:
    """Return a header that is written as the last comment: #time;value."""
    comments = [record for record in before if is_comment(record)]
    if not comments or comments[-1].width != row_width or row_width < 2:
        return None
    record = comments[-1]
    return Record(record.line, [record.cells[0].lstrip("#/%! "), *record.cells[1:]])


def _name_record(table: list[Record], time_columns: tuple[int, ...]) -> Record:
    """Return the last record that has distinct names, neither units nor kinds nor numbers.

    Numbers beside the time are names only where nothing else is.
    """
    if grouped := _grouped_names(table, time_columns):
        return grouped
    named = [record for record in table if _are_names(record, time_columns)]
    worded = [record for record in named if not _are_values(record, time_columns)]
    if worded:
        return worded[-1]
    if named:  # numbers: names of meters, or a sum below names that are units
        is_below = table[0].line < named[-1].line and _are_units(table[0], time_columns)
        return table[0] if is_below else named[-1]
    loose = [r for r in table if not _are_units(r, time_columns) and not _are_numbers(r)]
    return loose[-1] if loose else table[0]


def _grouped_names(table: list[Record], time_columns: tuple[int, ...]) -> Record | None:
    """Return names of two lines as one: groups, each above its first column, and their columns.

    None unless the lower line repeats names that the groups above it tell apart.
    """
    names = [
        r
        for r in table
        if not _are_units(r, time_columns)
        and not _are_values(r, time_columns)
        and not all(map(is_kind_of_value, _others(r, time_columns)))
        and not any(map(is_time_pattern, r.cells))
    ]
    if len(names) < _LINES_OF_GROUPS:
        return None
    upper, lower = names[-2:]
    own = _others(lower, time_columns)
    if len(set(own)) == len(own) or len(_others(upper, time_columns)) >= len(own):
        return None
    group, cells = "", list[str]()
    for column, name in enumerate(cell.strip() for cell in lower.cells):
        above = upper.cells[column].strip() if column < upper.width else ""
        group = above or group
        is_time = column in time_columns
        cells.append((name or above) if is_time else f"{group} {name}".strip() if name else "")
    filled = [cell for cell in cells if cell]
    return Record(upper.line, cells) if len(set(filled)) == len(filled) else None


def _others(record: Record, time_columns: tuple[int, ...]) -> list[str]:
    cells = [c.strip() for n, c in enumerate(record.cells) if n not in time_columns]
    return [cell for cell in cells if cell]


def _are_names(record: Record, time_columns: tuple[int, ...]) -> bool:
    others = _others(record, time_columns)
    if all(set(cell) <= _RULE_SIGNS for cell in others):
        return False
    if not others or len(set(others)) < len(others) or _are_numbers(record):
        return False
    if any(is_time_pattern(cell) for cell in record.cells):
        return False
    return not _are_units(record, time_columns) and not all(map(is_kind_of_value, others))


def _are_numbers(record: Record) -> bool:
    filled = [cell for cell in record.cells if cell.strip()]
    return bool(filled) and all(body_of(cell) is not None for cell in filled)


def _are_values(record: Record, time_columns: tuple[int, ...]) -> bool:
    """Whether all cells beside the time are numbers or empty."""
    others = _others(record, time_columns)
    return bool(others) and all(body_of(cell) is not None for cell in others)


def _are_units(record: Record, time_columns: tuple[int, ...]) -> bool:
    others = _others(record, time_columns)
    return bool(others) and sum(map(is_unit, others)) * 3 >= 2 * len(others)


def _unit_record(
    table: list[Record], names: Record, time_columns: tuple[int, ...]
) -> Record | None:
    below = [record for record in table if record.line > names.line]
    return next((record for record in below if _are_units(record, time_columns)), None)


def _span(before: list[Record], end: int, comments: tuple[int, ...]) -> tuple[int, int] | None:
    """Return the first and last line of the preamble above line ``end``, blank lines with it."""
    lines = [1] + [r.line for r in before if r.line < end and r.line not in comments]
    filled = [r.line for r in before if r.line < end and not r.is_blank and r.line not in comments]
    return (lines[0], lines[-1]) if filled else None


def _file_unit(preamble: list[Record]) -> str | None:
    """Return the unit that a preamble names, beside its key or below it."""
    for number, record in enumerate(preamble):
        for column, cell in enumerate(record.cells):
            if cell.strip().lower().rstrip(":") not in _UNIT_KEYS:
                continue
            beside = record.cells[column + 1 : column + 2]
            below = (
                preamble[number + 1].cells[column : column + 1]
                if number + 1 < len(preamble)
                else []
            )
            for candidate in (*beside, *below):
                if is_unit(candidate):
                    return candidate.strip()
    return None
