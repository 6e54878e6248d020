"""Plans how times and numbers are read, and asks what the cells leave open."""

from collections.abc import Sequence

from services.tabular import date_order
from services.tabular.errors import UnreadableTable
from services.tabular.month_names import is_month, language_of
from services.tabular.number_evidence import NumberEvidence, Resolved, resolve
from services.tabular.options import ImportOptions
from services.tabular.plan import TimePlan
from services.tabular.reading import ImportQuestion
from services.tabular.records import Record
from services.tabular.time_columns import FoundTime
from services.tabular.time_formats import TimeFormat

_EVIDENCE_CELLS = 60_000


def plan_time(
    time_match: FoundTime,
    rows: Sequence[Record],
    options: ImportOptions,
    questions: list[ImportQuestion],
) -> tuple[TimePlan, bool]:
    """Return how times are read, and whether dates are written as where a comma parts decimals."""
    end = time_match.end
    columns = time_match.columns
    if options.label_position == "end" and end is not None:
        columns, end = (columns[0], end) if len(columns) == 2 else (end,), columns[-1]
    if time_match.kind != "text":
        form = TimeFormat(time_match.kind)
        zone = "UTC" if form.has_offset else options.timezone or "UTC"
        return TimePlan(columns=columns, form=form, zone=zone, end=end), False
    cells = [_cell(record, time_match.columns) for record in rows]
    order = date_order.decide_order(time_match.shape, cells, options.date_order)
    if order.open:
        questions.append(_order_question(order.open, time_match.columns[0]))
    months = (
        {part for cell in cells[:2000] for part in _words(cell)}
        if time_match.shape.month
        else set()
    )
    form = TimeFormat("text", time_match.shape, order.order, _language(months))
    zone = options.timezone or "UTC"
    if time_match.shape.zone:
        zone = "UTC" if time_match.shape.zone == "Z" else "offset in file"
    return TimePlan(columns=columns, form=form, zone=zone, end=end), has_comma_dates(form)


def has_comma_dates(form: TimeFormat) -> bool:
    """Whether dates are written as where a comma parts decimals: 31.12.2024."""
    return form.shape.date_separator == "." and form.shape.date in ("abc", "dny")


def _cell(record: Record, columns: tuple[int, ...]) -> str:
    return " ".join(record.cells[c].strip() for c in columns if c < record.width)


def _words(cell: str) -> list[str]:
    word = "".join(letter if letter.isalpha() else " " for letter in cell).split()
    return [part for part in word if len(part) >= 3]


def _language(words: set[str]) -> str | None:
    months = {word for word in words if is_month(word)}
    return language_of(months) if months else None


def _order_question(orders: tuple[str, ...], column: int) -> ImportQuestion:
    names = {order: name for name, order in date_order.ORDERS.items()}
    return ImportQuestion(
        kind="date_order_ambiguous",
        field="date_order",
        column=column + 1,
        message="Every date can be read with the day or the month first. Which comes first?",
        choices=tuple(names[order] for order in orders),
        alternatives=tuple({"date_order": names[order]} for order in orders),
    )


def plan_numbers(
    rows: Sequence[Record],
    values: list[int],
    separator: str,
    options: ImportOptions,
    questions: list[ImportQuestion],
    *,
    comma_dates: bool,
    dates: FoundTime,
) -> Resolved:
    """Return the form of numbers and what decided on it."""
    evidence = NumberEvidence()
    columns = values + (list(dates.columns) if dates.kind == "excel_serial" else [])
    limit = max(20, _EVIDENCE_CELLS // max(1, len(columns)))
    for record in rows[:: max(1, len(rows) // limit)]:
        for column in columns:
            if column < record.width:
                evidence.add(record.cells[column], record.line, column + 1)
    result = resolve(
        evidence,
        separator,
        comma_dates=comma_dates,
        decimal=options.decimal,
        thousands=options.thousands,
    )
    if result.mixed:
        raise UnreadableTable(
            "mixed_decimal_marks",
            "some numbers have a decimal comma and others a decimal point.",
            row=result.mixed[0] or None,
            column=result.mixed[1],
        )
    if result.ambiguous and result.place:
        questions.append(mark_question(result.ambiguous, result.place[1]))
    return result


def mark_question(mark: str, column: int) -> ImportQuestion:
    """Return the question whether a mark parts thousands or decimals."""
    return ImportQuestion(
        kind="thousands_ambiguous",
        field="thousands",
        column=column,
        message=f"Numbers such as 4{mark}567 can be read as 4567 or as four and a half. "
        f"Does {mark!r} part thousands or decimals?",
        choices=(mark, ""),
        alternatives=({"thousands": mark}, {"decimal": mark}),
    )
