"""Says in words what was found in times and values."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from services.tabular.column_statistics import ColumnStatistics
from services.tabular.counted import counted
from services.tabular.duplicates import Distinct
from services.tabular.line_map import LineMap
from services.tabular.local_time import suspected_zone
from services.tabular.plan import Plan
from services.tabular.reading import MAX_ROWS_LISTED, Finding, Times, Values, iso
from services.tabular.time_statistics import StepAnalysis, TimeOrder, plausible_range
from services.tabular.value_findings import (
    Resets,
    counter_resets,
    flat_lines,
    loses_float32,
    outliers,
)

IRREGULAR_SHARE = 0.1
FEW_ROWS = 2


def of_order(order: TimeOrder, lines: LineMap) -> list[Finding]:
    """Return whether rows are out of order."""
    if order.order == "descending":
        return [Finding(kind="descending", message="The newest row comes first.")]
    if order.order == "ascending":
        return []
    rows = lines.lines(order.out_of_order)
    return [
        Finding(
            kind="out_of_order",
            row=rows[0] if rows else None,
            rows=rows,
            count=order.downs,
            message=counted(
                order.downs,
                "1 row is earlier than the row before; rows are sorted.",
                "{n} rows are earlier than the row before; rows are sorted.",
            ),
        )
    ]


def of_duplicates(distinct: Distinct, lines: LineMap) -> list[Finding]:
    """Return which times come more than once, and which of them with other values."""
    results = []
    for kind, rows, one, many in (
        (
            "duplicate_time",
            distinct.repeated,
            "1 row has a time that was there before.",
            "{n} rows have a time that was there before.",
        ),
        (
            "conflicting_duplicate",
            distinct.conflicting,
            "1 row has a time that was there before, with other values. Choose which counts.",
            "{n} rows have a time that was there before, with other values. Choose which counts.",
        ),
    ):
        if len(rows):
            places = lines.lines(rows[:MAX_ROWS_LISTED])
            results.append(
                Finding(
                    kind=kind,
                    row=places[0],
                    rows=places,
                    count=len(rows),
                    option="duplicates",
                    message=counted(len(rows), one, many),
                )
            )
    return results


def of_steps(
    analysis: StepAnalysis | None,
    times: Times | None,
    rows: int,
    lines: LineMap,
    row_of: Callable[[int], int],
) -> list[Finding]:
    """Return what is notable about steps. ``row_of`` gives the file's row of a sorted place."""
    if analysis is None or rows < FEW_ROWS:
        return [Finding(kind="too_few_rows", message="One time only: there is no step.")]
    results = _of_gaps(analysis)
    if analysis.irregular_share > IRREGULAR_SHARE and not _is_calendar(times):
        share = round(100 * analysis.irregular_share)
        results.append(
            Finding(
                kind="irregular_step",
                message=f"{share} % of the steps are no multiple of the usual one.",
            )
        )
    if analysis.changes:
        places = lines.lines(row_of(change.place) for change in analysis.changes)
        results.append(
            Finding(
                kind="step_change",
                row=places[0],
                rows=places,
                count=len(analysis.changes),
                message="The step changes from "
                f"{analysis.changes[0].before / 6e7:g} to {analysis.changes[0].after / 6e7:g} min.",
            )
        )
    return results


def _of_gaps(analysis: StepAnalysis) -> list[Finding]:
    if not analysis.gap_count:
        return []
    first = analysis.gaps[0] if analysis.gaps else None
    return [
        Finding(
            kind="gap",
            count=analysis.gap_count,
            message=counted(
                analysis.gap_count,
                "1 gap is longer than 1.5 steps.",
                "{n} gaps are longer than 1.5 steps.",
            ),
            details={"after": iso(first.after), "before": iso(first.before)} if first else {},
        )
    ]


def _is_calendar(times: Times | None) -> bool:
    """Whether times are the same day of each month."""
    if times is None or len(times) < 3:
        return False
    moments = times[:500].astype("datetime64[us]")
    months = moments.astype("datetime64[M]")
    rest = moments - months.astype("datetime64[us]")
    return len(np.unique(rest)) <= 2 and len(np.unique(months)) == len(moments)


def of_clock(
    times: Times, chunks: Callable[[], Iterable[Times]], lines: LineMap, low: int, high: int
) -> list[Finding]:
    """Return rows whose time lies apart from all others; ``times`` are sorted."""
    bounds = plausible_range(times)
    if bounds is None:
        return []
    rows, count, start = list[int](), 0, 0
    for chunk in chunks():
        apart = np.flatnonzero((chunk < bounds[0]) | (chunk > bounds[1]))
        count += len(apart)
        rows += [start + int(place) for place in apart[: MAX_ROWS_LISTED - len(rows)]]
        start += len(chunk)
    places = lines.lines(rows)
    far = "1 row lies" if count == 1 else f"{count} rows lie"
    return [
        Finding(
            kind="time_outlier",
            row=places[0],
            rows=places,
            count=count,
            message=f"{far} far from all others in time (from {iso(low)} to "
            f"{iso(high)}): was the clock reset?",
        )
    ]


def of_local_time(
    plan: Plan, timezone: str | None, repeated: Times, analysis: StepAnalysis | None
) -> list[Finding]:
    """Return whether times read as UTC look like the wall clock of a place."""
    form = plan.time.form
    if timezone or form.has_offset or form.is_date_only or form.kind != "text":
        return []
    zone = suspected_zone(repeated, analysis.gaps if analysis else ())
    if zone is None:
        return []
    return [
        Finding(
            kind="local_time_suspected",
            option="timezone",
            details={"timezone": zone},
            message=f"Times were read as UTC and look like the wall clock of {zone}: the hour of "
            "the change of the clock comes twice or is missing. Choose the time zone.",
        )
    ]


def of_series(
    column: ColumnStatistics,
    number: int,
    rows: int,
    line_of: Callable[[int], int],
    time_of: Callable[[int], int],
    sample: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    chunks: Callable[[], Iterable[Values]],
    words: Sequence[str] = (),
) -> list[Finding]:
    """Return what is notable about one series, in column ``number`` from 1.

    ``words`` are cells of it that are neither numbers nor words for a missing value.
    """
    results = _of_words(words, number) + _of_missing(rows - column.numeric, number)
    resets = counter_resets(column)
    if resets is not None:
        results += _of_counter(resets, number, line_of)
    else:
        results += _of_flat_lines(column, number, line_of, time_of)
        results += _of_outliers(column, number, line_of, sample, chunks)
    if loses_float32(column):
        results.append(
            Finding(
                kind="float32_precision",
                column=number,
                message="Values are too large for 32-bit numbers to show their changes. Take "
                "differences, or subtract a constant.",
            )
        )
    return results


def _of_missing(missing: int, number: int) -> list[Finding]:
    if not missing:
        return []
    return [
        Finding(
            kind="missing_values",
            column=number,
            count=missing,
            message=counted(
                missing,
                "1 cell is empty or no finite number; it is a gap.",
                "{n} cells are empty or no finite number; they are gaps.",
            ),
        )
    ]


def _of_words(words: Sequence[str], number: int) -> list[Finding]:
    if not words:
        return []
    shown = ", ".join(repr(word[:30]) for word in words)
    return [
        Finding(
            kind="unread_words",
            column=number,
            message=f"Cells such as {shown} are no numbers and count as gaps.",
            details={"words": [word[:30] for word in words]},
        )
    ]


def _of_counter(resets: Resets, number: int, line_of: Callable[[int], int]) -> list[Finding]:
    results = [
        Finding(
            kind="counter_suspected",
            column=number,
            option="differences",
            message="Values only rise, as those of a meter. Differences may be what is needed.",
        )
    ]
    if resets.count:
        places = tuple(line_of(reset.row) for reset in resets.drops)
        results.append(
            Finding(
                kind="counter_reset",
                row=places[0],
                rows=places,
                count=resets.count,
                column=number,
                message=counted(
                    resets.count,
                    "The meter falls once: it was reset or exchanged.",
                    "The meter falls {n} times: it was reset or exchanged.",
                ),
            )
        )
    return results


def _of_flat_lines(
    column: ColumnStatistics,
    number: int,
    line_of: Callable[[int], int],
    time_of: Callable[[int], int],
) -> list[Finding]:
    results = []
    for run in flat_lines(column)[:MAX_ROWS_LISTED]:
        ends = sorted((time_of(run.first), time_of(run.last)))
        results.append(
            Finding(
                kind="flat_line",
                column=number,
                row=line_of(run.first),
                count=run.rows,
                message=f"{run.rows} rows have one and the same value, {run.value:g}: is the "
                "sensor stuck?",
                details={
                    "from": iso(ends[0]),
                    "to": iso(ends[1]),
                    "rows": run.rows,
                    "value": run.value,
                },
            )
        )
    return results


def _of_outliers(
    column: ColumnStatistics,
    number: int,
    line_of: Callable[[int], int],
    sample: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    chunks: Callable[[], Iterable[Values]],
) -> list[Finding]:
    results = outliers(column, sample, chunks)
    if results is None:
        return []
    if results.only_codes:
        return [
            Finding(
                kind="only_error_codes",
                column=number,
                count=results.count,
                message=f"All values are error codes such as {results.values[0]:g}.",
                option="missing_codes",
                details={"values": results.values, "codes": results.codes},
            )
        ]
    places = tuple(line_of(row) for row in results.rows)
    shown = ", ".join(f"{value:g}" for value in dict.fromkeys(results.values[:5]))
    return [
        Finding(
            kind="outlier",
            column=number,
            row=places[0],
            rows=places,
            count=results.count,
            message=counted(
                results.count,
                f"1 value lies far from all others ({shown}): an error code?",
                f"{{n}} values lie far from all others ({shown}): error codes?",
            ),
            option="missing_codes" if results.codes else None,
            details={"values": list(dict.fromkeys(results.values)), "codes": results.codes},
        )
    ]
