"""Says in words what was found in the columns of a file."""

from collections.abc import Sequence
from dataclasses import replace

from services.tabular.bad_rows import Listed
from services.tabular.findings import listed
from services.tabular.plan import Plan
from services.tabular.reading import Finding
from services.tabular.rows import Notes
from services.tabular.sniff import Sniffed

MANY_SERIES = 10
_MAX_NAMED = 200


def of_columns(sniffed: Sniffed, notes: Notes, taken: Sequence[int]) -> list[Finding]:
    """Return what is notable about columns that are no series, or hold units."""
    plan, results = sniffed.plan, list[Finding]()
    for column, kind in enumerate(sniffed.kinds):
        if kind.kind == "text" and column not in taken and len(results) < _MAX_NAMED:
            results.append(
                Finding(
                    kind="text_column",
                    column=column + 1,
                    message=f"Column {column + 1}{_named(plan, column)} holds text: no series.",
                )
            )
    values = {value.column for value in plan.values}
    for column, kind in enumerate(sniffed.kinds):
        if kind.kind == "empty" and column not in values and len(results) < _MAX_NAMED:
            results.append(empty_column(column + 1))
    for value in plan.values:
        if value.pair:
            results.append(
                Finding(
                    kind="boolean_values",
                    column=value.column + 1,
                    message=f"{value.pair[0].upper()} is read as 1, {value.pair[1].upper()} as 0.",
                )
            )
    for column, rows in sorted(notes.accounting.items()):
        results += _of_accounting(column + 1, rows)
    for column, units in sorted(notes.units.items()):
        results.append(
            Finding(
                kind="unit_in_cell",
                column=column + 1,
                details={"units": sorted(units)},
                message=f"Cells hold a unit ({', '.join(sorted(units))}), which is taken off.",
            )
        )
    return results


def _of_accounting(column: int, rows: Listed) -> list[Finding]:
    """Say that numbers in parentheses were read as negative ones."""
    return [
        replace(one, column=column)
        for one in listed(
            "accounting_negatives",
            "1 number in parentheses is read as negative, as accounting writes it: (12.5) is "
            "-12.5.",
            "{n} numbers in parentheses are read as negative, as accounting writes them: (12.5) is "
            "-12.5.",
            rows,
            warns=False,
        )
    ]


def empty_column(number: int) -> Finding:
    """Say that a column holds no number."""
    return Finding(
        kind="empty_column",
        column=number,
        message=f"Column {number} holds no number and is no series.",
    )


def _named(plan: Plan, column: int) -> str:
    return f" ({plan.names[column]!r})" if column < len(plan.names) and plan.names[column] else ""


def many_series(count: int) -> list[Finding]:
    """Say that there are many series to choose from."""
    if count < MANY_SERIES:
        return []
    return [
        Finding(
            kind="many_series",
            count=count,
            option="columns",
            message=f"The file holds {count} series. Choose those that are needed.",
        )
    ]
