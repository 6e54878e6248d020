"""Turns a plan into the dialect and time columns of a reading."""

from services.tabular.plan import Plan
from services.tabular.reading import ColumnView, Dialect, Finding, TimeColumns
from services.tabular.sniff import Sniffed

MAX_COLUMNS_LISTED = 1000


def dialect_of(plan: Plan, newline: str) -> Dialect:
    """Return how the text is written."""
    return Dialect(
        encoding=plan.encoding.name,
        bom=plan.encoding.bom_bytes > 0,
        separator=plan.separator,
        decimal=plan.numbers.decimal,
        thousands=plan.numbers.thousands,
        newline=newline,
        header_row=plan.header_row,
        unit_row=plan.unit_row,
    )


def time_of(plan: Plan, *, has24: bool) -> TimeColumns:
    """Return where the time stands, columns from 1."""
    time = plan.time
    return TimeColumns(
        columns=tuple(column + 1 for column in time.columns),
        end_column=time.end + 1 if time.end is not None else None,
        format=time.form.name + (" with 24:00" if has24 else ""),
        zone=time.zone,
    )


def outcome_of(findings: list[Finding]) -> str:
    """Return "findings" if one of them warns, else "ok"."""
    return "findings" if any(finding.warns for finding in findings) else "ok"


def columns_of(sniffed: Sniffed, key: str = "key") -> tuple[ColumnView, ...]:
    """Return every column of a table in order, at most 1000; none of a matrix of days.

    ``key`` is the kind of the plan's key column.
    """
    plan = sniffed.plan
    if plan.is_matrix:
        return ()
    kinds = [kind.kind for kind in sniffed.kinds]
    for column in (*plan.time.columns, *([] if plan.time.end is None else [plan.time.end])):
        kinds[column] = "time"
    for column in plan.keys:
        kinds[column] = key
    named = plan.names if plan.header_row is not None else ("",) * len(kinds)
    return tuple(
        ColumnView(column=number + 1, name=name or None, kind=kind)
        for number, (name, kind) in enumerate(zip(named, kinds, strict=False))
    )[:MAX_COLUMNS_LISTED]
