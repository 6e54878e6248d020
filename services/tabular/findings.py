"""Says in words what was found while a file was read."""

from services.tabular.bad_rows import BadRows, Listed
from services.tabular.blocks import LineEnds
from services.tabular.counted import counted
from services.tabular.frames import Ragged
from services.tabular.header import Header
from services.tabular.number_evidence import Resolved
from services.tabular.plan import Plan
from services.tabular.reading import MAX_ROWS_LISTED, Finding
from services.tabular.rows import Notes
from services.tabular.sniff import Sniffed
from services.tabular.time_formats import ELAPSED

_MAX_NAMED = 200


def listed(kind: str, one: str, many: str, rows: Listed | Ragged, **more: object) -> list[Finding]:
    """Return one finding for counted rows, in the words for one or many; none if there are none."""
    if not rows.count:
        return []
    warns = bool(more.pop("warns", True))
    option = more.pop("option", None)
    return [
        Finding(
            kind=kind,
            message=counted(rows.count, one, many),
            row=rows.rows[0],
            count=rows.count,
            rows=tuple(rows.rows),
            warns=warns,
            option=str(option) if option else None,
        )
    ]


def of_dialect(sniffed: Sniffed, ends: LineEnds) -> list[Finding]:
    """Return what is notable about how the text is written."""
    plan, results = sniffed.plan, list[Finding]()
    if plan.encoding.guessed:
        results.append(
            Finding(
                kind="encoding_guessed",
                warns=False,
                option="encoding",
                message=f"The file does not say its encoding; {plan.encoding.name} fits its bytes.",
            )
        )
    if ends.newline == "mixed":
        results.append(Finding(kind="mixed_line_ends", message="Lines end in different ways."))
    if ends.nul_count:
        results.append(
            Finding(
                kind="nul_bytes",
                message="Lines hold NUL bytes, which are left out.",
                row=ends.nul_rows[0],
                count=ends.nul_count,
                rows=tuple(ends.nul_rows),
            )
        )
    if ends.foreign_count:
        results.append(
            Finding(
                kind="mixed_encodings",
                message="Lines that are no UTF-8 are read as Windows-1252.",
                row=ends.foreign_rows[0],
                count=ends.foreign_count,
                rows=tuple(ends.foreign_rows),
            )
        )
    return results + _of_marks(sniffed.marks)


def _of_marks(marks: Resolved) -> list[Finding]:
    """Return what alone decided on the marks of numbers."""
    results = []
    if marks.by_dates and marks.place:
        results.append(
            Finding(
                kind="thousands_by_dates",
                column=marks.place[1],
                option="thousands",
                message="Numbers such as 4.567 are read as 4567, because dates are written as "
                "in countries with a decimal comma.",
            )
        )
    if marks.by_separator and marks.place:
        results.append(
            Finding(
                kind="decimal_by_separator",
                column=marks.place[1],
                option="thousands",
                warns=False,
                message="Numbers such as 4,567 are read as four and a half, because semicolons "
                "part the columns.",
            )
        )
    return results


def of_header(header: Header, plan: Plan) -> list[Finding]:
    """Return what is notable about the lines before the data."""
    results: list[Finding] = []
    if header.skipped:
        first, last = header.skipped
        results.append(
            Finding(
                kind="preamble_skipped",
                warns=False,
                row=first,
                rows=(first, last),
                count=last - first + 1,
                message=f"Lines {first} to {last} are about the file and are passed over.",
            )
        )
    if header.row is None:
        results.append(
            Finding(kind="no_header", message="No line names the columns.", row=plan.first_line)
        )
    seen: set[str] = set()
    for column, name in enumerate(plan.names[:_MAX_NAMED], start=1):
        if name and name in seen:
            results.append(
                Finding(
                    kind="duplicate_name",
                    row=header.row,
                    column=column,
                    message=f"Another column is named {name!r} too; names must differ.",
                )
            )
        seen.add(name)
        if (mended := mended_name(name)) is not None:
            results.append(
                Finding(
                    kind="header_encoded_twice",
                    row=header.row,
                    column=column,
                    message=f"The name {name!r} was encoded twice; {mended!r} is meant.",
                    details={"name": mended},
                )
            )
    return results


def mended_name(name: str) -> str | None:
    """Return a name that was decoded wrongly once as it was meant; None if it is fine."""
    if name.isascii():
        return None
    try:
        mended = name.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return mended if mended != name else None


def of_zone(sniffed: Sniffed) -> list[Finding]:
    """Say that the file names a zone beside times that were read as UTC."""
    if sniffed.zone is None:
        return []
    words, option = sniffed.zone
    return [
        Finding(
            kind="zone_stated",
            column=sniffed.plan.time.columns[0] + 1,
            option="timezone",
            details={"words": [words], **({"timezone": option} if option else {})},
            message=f"Times were read as UTC, and the file says {words!r}. Choose the time zone.",
        )
    ]


def of_time(plan: Plan, notes: Notes) -> list[Finding]:
    """Return what is notable about the columns of the time."""
    results, form = list[Finding](), plan.time.form
    column = plan.time.columns[0] + 1
    if column != 1:
        results.append(
            Finding(
                kind="time_column_found",
                column=column,
                option="time_column",
                message=f"The time stands in column {column}.",
            )
        )
    if form.kind == "excel_serial":
        results.append(
            Finding(
                kind="excel_serial_dates",
                column=column,
                message="Times are Excel's serial numbers and are turned into dates.",
            )
        )
    if form.is_date_only and not plan.is_matrix:
        results.append(
            Finding(
                kind="date_only",
                column=column,
                message="There are dates without a time of day; midnight is taken.",
            )
        )
    if plan.is_matrix:
        results.append(
            Finding(
                kind="day_matrix",
                row=plan.header_row,
                column=plan.values[0].column + 1,
                message="A row is a day and a column a time of day; they become one series.",
            )
        )
    results += _of_step_numbers(plan) + _of_elapsed_steps(plan)
    if notes.midnights:
        results.append(
            Finding(
                kind="time_24_00",
                column=column,
                count=notes.midnights,
                message="24:00 is read as 00:00 of the next day.",
            )
        )
        results.append(_interval_end(column, warns=True))
    return results + _of_folds(notes)


def _of_step_numbers(plan: Plan) -> list[Finding]:
    """Say how a column that counts the steps of a day is read."""
    if plan.time.form.shape.clock != "#":
        return []
    first, minutes = plan.time.form.shape.count
    number = plan.time.columns[-1] + 1
    return [
        Finding(
            kind="counted_steps",
            column=number,
            warns=first > 0,
            message=f"Column {number} counts steps of {minutes} min through the day; {first} "
            "is read as the one that begins at 00:00.",
        )
    ]


def _of_elapsed_steps(plan: Plan) -> list[Finding]:
    """Say that steps were counted through days of 23, 24 or 25 hours."""
    if plan.time.form.steps != ELAPSED:
        return []
    return [
        Finding(
            kind="elapsed_steps",
            column=(plan.values[0].column if plan.is_matrix else plan.time.columns[-1]) + 1,
            option="timezone",
            warns=False,
            message="Steps are counted through the hours that a day has in the time zone: 25 when "
            "summer time ends, 23 when it begins.",
        )
    ]


def _of_folds(notes: Notes) -> list[Finding]:
    results = listed(
        "dst_fold",
        "1 row is the second pass through the hour that comes twice when summer time ends.",
        "{n} rows are the second pass through the hour that comes twice when summer time ends.",
        notes.folds,
        option="timezone",
    )
    if not notes.folds.count:
        results += listed(
            "dst_fold_once",
            "1 row lies in the hour that comes twice when summer time ends, and "
            "there is one pass only; it is read as summer time.",
            "{n} rows lie in the hour that comes twice when summer time ends, and "
            "there is one pass only; it is read as summer time.",
            notes.first_passes,
            option="timezone",
        )
    return results


def _interval_end(column: int, *, warns: bool) -> Finding:
    return Finding(
        kind="interval_end_suspected",
        column=column,
        option="label_position",
        warns=warns,
        message="Times seem to name the end of each interval.",
    )


def interval_end(plan: Plan, first: int, last: int, step: int, count: int) -> list[Finding]:
    """Suspect labels at the end where whole days begin one step past midnight."""
    day = 86_400_000_000
    whole = count * step >= day and first % day == step and last % day == 0 and step < day
    return [_interval_end(plan.time.columns[0] + 1, warns=False)] if whole else []


def of_rows(bad: BadRows, ragged: Ragged, header: Header) -> list[Finding]:
    """Return what is notable about single rows."""
    results = listed(
        "ragged_row",
        "1 row has too few or too many cells.",
        "{n} rows have too few or too many cells.",
        ragged,
    )
    comments = Listed(
        len(header.comments) + bad.comments.count,
        [*header.comments, *bad.comments.rows][:MAX_ROWS_LISTED],
    )
    results += listed("comment_lines", "1 line is a comment.", "{n} lines are comments.", comments)
    results += listed(
        "repeated_header",
        "The header comes once more.",
        "The header comes {n} times more.",
        bad.repeated,
    )
    results += listed(
        "footer_row",
        "1 line at the end has no time and is left out.",
        "{n} lines at the end have no time and are left out.",
        bad.footers,
    )
    untimed = Listed(
        len(header.untimed) + bad.skipped.count,
        [*header.untimed, *bad.skipped.rows][:MAX_ROWS_LISTED],
    )
    results += listed(
        "skipped_row",
        "1 row has no readable time and is left out.",
        "{n} rows have no readable time and are left out.",
        untimed,
    )
    if bad.truncated is not None:
        results.append(
            Finding(
                kind="truncated_last_row",
                row=bad.truncated,
                count=1,
                rows=(bad.truncated,),
                message="The file breaks off in its last line, which is left out.",
            )
        )
    return results
