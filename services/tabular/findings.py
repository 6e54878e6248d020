"""Says in words what was found in the text of a file: how it is written, its header, its rows."""

from collections.abc import Sequence

from services.tabular.bad_rows import BadRows, Listed
from services.tabular.blocks import LineEnds
from services.tabular.counted import counted
from services.tabular.frames import Ragged
from services.tabular.header import Header
from services.tabular.number_evidence import Resolved
from services.tabular.plan import Plan
from services.tabular.reading import MAX_ROWS_LISTED, Finding
from services.tabular.sniff import Sniffed

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
    return results + _of_names(plan.names[:_MAX_NAMED], header.row)


def _of_names(names: Sequence[str], row: int | None) -> list[Finding]:
    """Return what is notable about the names of columns, which stand in ``row``."""
    results, seen = list[Finding](), set[str]()
    for column, name in enumerate(names, start=1):
        if name and name in seen:
            results.append(
                Finding(
                    kind="duplicate_name",
                    row=row,
                    column=column,
                    message=f"Another column is named {name!r} too; names must differ.",
                )
            )
        seen.add(name)
        if (mended := mended_name(name)) is not None:
            results.append(
                Finding(
                    kind="header_encoded_twice",
                    row=row,
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


def of_rows(bad: BadRows, ragged: Ragged, header: Header) -> list[Finding]:
    """Return what is notable about single rows."""
    results = listed(
        "ragged_row",
        "1 row has too few or too many cells.",
        "{n} rows have too few or too many cells.",
        ragged,
    )
    comments = _together(header.comments, bad.comments)
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
    untimed = _together(header.untimed, bad.skipped)
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


def _together(before: Sequence[int], among: Listed) -> Listed:
    """Return rows before the data with those among it."""
    return Listed(len(before) + among.count, [*before, *among.rows][:MAX_ROWS_LISTED])
