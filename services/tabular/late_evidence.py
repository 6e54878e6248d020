"""Looks through a whole file for what its sample left open, before a person is asked."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from services.tabular.blocks import TextBlocks
from services.tabular.date_order import possible_orders
from services.tabular.day_steps import joined_times, meaning_of, with_steps, zone_question
from services.tabular.frames import FrameReader
from services.tabular.layout import MINUTES_OF_DAY
from services.tabular.number_evidence import NumberEvidence, NumberForm, Resolved, resolve
from services.tabular.planning import has_comma_dates, mark_question
from services.tabular.reading import Times
from services.tabular.sniff import Sniffed
from services.tabular.time_formats import ELAPSED
from services.tabular.time_parse import parse_times

_EITHER = r"^\s*[-+]?\d{1,3}[.,]\d{3}\s*$"
_INTEGER = r"^\s*[-+]?\d{0,3}\s*$"
_DATE = r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
_KEPT = 1000
# day, month and a year of four digits, the first two of them equal
_EQUAL = "^(?:" + "|".join(rf"0?{n}[-/.]0?{n}" for n in range(1, 13)) + r")[-/.]\d{4}$"


def settle_questions(path: Path, sniffed: Sniffed) -> Sniffed:
    """Return the same with the questions answered that rows beyond the sample answer."""
    if not sniffed.questions:
        return sniffed
    questions = list(sniffed.questions)
    for question in sniffed.questions:
        settle = _SETTLERS.get(question.kind)
        changed = settle(path, sniffed) if settle else None
        if changed is not None:
            sniffed = changed
            questions.remove(question)
    sniffed.questions = questions
    return sniffed


def _settle_order(path: Path, sniffed: Sniffed) -> Sniffed | None:
    """Look for a day over 12 in any row; where all are 1 January, both orders are one."""
    plan = sniffed.plan
    column = plan.time.columns[0]
    orders, differs = None, False
    for cells in _cells(path, sniffed, [column]):
        dates = cells[column].str.extract(f"({_DATE})").drop_nulls().unique()
        fits = set(possible_orders(plan.time.form.shape, dates.to_list()))
        orders = fits if orders is None else orders & fits
        differs = differs or not dates.str.contains(_EQUAL).all()
        if len(orders) <= 1:
            break
    if not orders or (len(orders) > 1 and differs):
        return None
    form = replace(plan.time.form, order=min(orders))
    return replace(sniffed, plan=replace(plan, time=replace(plan.time, form=form)))


def _settle_marks(path: Path, sniffed: Sniffed) -> Sniffed | None:
    """Look for a number in any row that can be read in one way only."""
    plan = sniffed.plan
    columns = [value.column for value in plan.values if value.pair is None]
    evidence = NumberEvidence()
    for cells in _cells(path, sniffed, columns):
        for column in columns:
            plain = cells[column].str.contains(_EITHER) | cells[column].str.contains(_INTEGER)
            for cell in cells[column].filter(~plain).head(_KEPT):
                evidence.add(cell, 0, column + 1)
        form = _resolved(evidence, plan.separator)
        if form is not None:
            return replace(sniffed, plan=replace(plan, numbers=form))
    return None


def _settle_zone(path: Path, sniffed: Sniffed) -> Sniffed | None:
    """Look for a value behind the 24th hour; where no day has one, every zone will do."""
    values = sniffed.plan.values
    columns = [value.column for value in values if (value.minutes or 0) >= MINUTES_OF_DAY]
    for cells in _cells(path, sniffed, columns):
        if any((cells[column].str.strip_chars() != "").any() for column in columns):
            return None
    return sniffed


def marks_beyond_sample(path: Path, sniffed: Sniffed) -> Sniffed | None:
    """Return the same with the marks of numbers that only rows beyond the sample have.

    What they leave open is a question; None if they are mixed.
    """
    plan = sniffed.plan
    columns = [value.column for value in plan.values if value.pair is None]
    evidence = NumberEvidence()
    for cells in _cells(path, sniffed, columns):
        for column in columns:
            for cell in cells[column].filter(cells[column].str.contains("[.,]")).head(_KEPT):
                evidence.add(cell, 0, column + 1)
    result = resolve(evidence, plan.separator, comma_dates=has_comma_dates(plan.time.form))
    if result.mixed:
        return None
    settled = replace(sniffed, plan=replace(plan, numbers=result.form), marks=result)
    if result.ambiguous and result.place:
        settled.questions = [*sniffed.questions, mark_question(result.ambiguous, result.place[1])]
    return settled


def steps_beyond_sample(path: Path, sniffed: Sniffed, timezone: str | None) -> Sniffed:
    """Return the same with what steps of the day are of which the file has more than 24 hours.

    Whether a day had 25 hours can be said of a place only: it is a question without one.
    """
    plan = with_steps(sniffed.plan, ELAPSED)
    form, days, within = plan.time.form, list[Times](), list[Times]()
    for cells in _cells(path, sniffed, list(plan.time.columns)):
        parsed = parse_times(joined_times([cells[c] for c in plan.time.columns]), form)
        if parsed.within is not None:
            days.append(parsed.times[parsed.valid])
            within.append(parsed.within[parsed.valid])
    steps = meaning_of(form.shape.count[0], np.concatenate(days), np.concatenate(within))
    settled = replace(sniffed, plan=with_steps(plan, steps))
    if steps == ELAPSED and timezone is None:
        settled.questions = [*sniffed.questions, zone_question(plan.time.columns[-1] + 1)]
    return settled


def _resolved(evidence: NumberEvidence, separator: str) -> NumberForm | None:
    if not (evidence.decimals or evidence.groups):
        return None
    result: Resolved = resolve(evidence, separator, comma_dates=False)
    return None if result.mixed or result.ambiguous else result.form


def _cells(path: Path, sniffed: Sniffed, columns: list[int]) -> Iterator[dict[int, pl.Series]]:
    reader = FrameReader(sniffed.plan, columns)
    for block in TextBlocks(path, sniffed.plan.encoding):
        frame = reader.read(reader.without_heading(block))
        if frame.height:
            yield frame.columns


_SETTLERS: dict[str, Callable[[Path, Sniffed], Sniffed | None]] = {
    "date_order_ambiguous": _settle_order,
    "thousands_ambiguous": _settle_marks,
    "timezone_unknown": _settle_zone,
}
