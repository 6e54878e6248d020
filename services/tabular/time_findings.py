"""Says in words what was found about the times of a file."""

from services.tabular.findings import listed
from services.tabular.plan import Plan
from services.tabular.reading import Finding
from services.tabular.rows import Notes
from services.tabular.sniff import Sniffed
from services.tabular.time_formats import ELAPSED


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
    results = _of_form(plan) + _of_step_numbers(plan) + _of_elapsed_steps(plan)
    if notes.midnights:
        column = plan.time.columns[0] + 1
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


def _of_form(plan: Plan) -> list[Finding]:
    """Say where the time stands and how it is written."""
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
    return results


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
