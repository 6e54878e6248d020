"""Finds out which marks a file uses in its numbers, and when it cannot be known.

4.567 is four and a half or four thousand: only other cells, or the way in which dates and
separators are written, can say.
"""

import re
from dataclasses import dataclass, field

from services.tabular.missing import is_missing

GROUP_MARKS = "'\u2019\u00a0\u202f "
_FORM = re.compile(
    r"[-+\u2212–]?\s*(?:(?P<currency>[€$£])\s*-?)?"
    r"(?P<body>\d[\d.,'\u2019\u00a0\u202f ]*\d|\d[.,]?|[.,]\d+)"
    r"(?P<exponent>[eE][+-]?\d+)?"
    r"\s*(?P<minus>-)?\s*(?P<unit>(?:[^\W\d_]|[°%€$£Ω‰\[(])[^=;]{0,11})?"
)
# (12.5) is -12.5 in accounting; one with a sign of its own, or a sign before it, is no such number
IN_PARENTHESES = r"([€$£]?)\s*\(\s*([€$£]?\s*[\d.,][^()+\-−–]*)\)\s*([^()]*)"
_IN_PARENTHESES = re.compile(IN_PARENTHESES)
_TEXT = re.compile(r'="([^"]*)"')  # how spreadsheets keep a number as it was typed
INDIAN = r"\d{1,2}(?:,\d{2})+,\d{3}"  # 1,23,456: lakhs and crores
_GROUPED = {
    mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+") for mark in ".," + GROUP_MARKS
} | {",": re.compile(rf"\d{{1,3}}(?:,\d{{3}})+|{INDIAN}")}


@dataclass(frozen=True)
class NumberForm:
    """The marks of numbers; ``thousands`` None means that none was seen."""

    decimal: str = "."
    thousands: str | None = None


@dataclass
class NumberEvidence:
    """What cells say about their marks.

    ``decimals`` counts cells in which a mark can only part decimals, ``groups`` those in which it
    can only part thousands, ``either`` those that can be read both ways; ``first`` has the place
    of the first cell of each.
    """

    decimals: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    either: dict[str, int] = field(default_factory=dict)
    first: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    long_integers: set[int] = field(default_factory=set)

    def add(self, cell: str, line: int, column: int) -> None:
        """Take one cell into account."""
        body = body_of(cell)
        if body is None:
            return
        marks = [letter for letter in body if not letter.isdigit()]
        if not marks:
            if len(body) > 3:
                self.long_integers.add(column)
            return
        last, kinds = marks[-1], set(marks)
        if len(kinds) == 2 and marks.count(last) == 1 and last in ".,":
            self._note("decimals", last, line, column)
            self._note("groups", marks[0], line, column)
        elif len(kinds) == 1 and (last in GROUP_MARKS or len(marks) > 1):
            if _GROUPED[last].fullmatch(body):
                self._note("groups", last, line, column)
        elif len(kinds) == 1:
            whole, _, part = body.partition(last)
            could_group = len(part) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0"
            self._note("either" if could_group else "decimals", last, line, column)

    def _note(self, kind: str, mark: str, line: int, column: int) -> None:
        counts: dict[str, int] = getattr(self, kind)
        counts[mark] = counts.get(mark, 0) + 1
        self.first.setdefault((kind, mark), (line, column))


def body_of(cell: str) -> str | None:
    """Return the digits and marks of a number; None if the cell is not meant as one."""
    text = without_formula(cell.strip())
    if not text or is_missing(text):
        return None
    match = _matched(text)
    return match["body"] if match else None


def _matched(text: str) -> re.Match[str] | None:
    """Return the parts of a number that stands in a cell, also of one in parentheses."""
    parts = _IN_PARENTHESES.fullmatch(text)
    return _FORM.fullmatch("-" + "".join(parts.groups()) if parts else text)


def without_formula(cell: str) -> str:
    """Return what stands in ="20", a formula that gives a text; any other cell as it is."""
    match = _TEXT.fullmatch(cell)
    return match[1].strip() if match else cell


def unit_of_cell(cell: str) -> str | None:
    """Return the unit written behind a number in its cell."""
    match = _matched(without_formula(cell.strip()))
    unit = (match["unit"] or match["currency"]) if match else None
    return unit.strip() if unit else None


@dataclass(frozen=True)
class Resolved:
    """The form of numbers, or why it cannot be known.

    ``ambiguous`` is the mark that may part thousands or decimals, at ``place``; ``mixed`` the
    place of the first cell with the other decimal mark; ``by_dates`` that only the way in which
    dates are written says that a point parts thousands, ``by_separator`` that only the semicolon
    between columns says that a comma parts decimals. ``assumed`` says that no cell has a mark.
    """

    form: NumberForm
    ambiguous: str | None = None
    place: tuple[int, int] | None = None
    mixed: tuple[int, int] | None = None
    by_dates: bool = False
    by_separator: bool = False
    assumed: bool = False


def resolve(
    evidence: NumberEvidence,
    separator: str,
    *,
    comma_dates: bool,
    decimal: str | None = None,
    thousands: str | None = None,
) -> Resolved:
    """Return the marks of a file's numbers.

    ``comma_dates`` says that dates are written as in countries with a decimal comma (31.12.2024).
    ``decimal`` and ``thousands`` are what the person said.
    """
    if decimal or thousands is not None:
        return Resolved(_as_chosen(evidence, decimal, thousands))
    known = {mark for mark in evidence.decimals if mark not in evidence.groups}
    if len(known) == 2:
        return Resolved(NumberForm(), mixed=max(evidence.first["decimals", mark] for mark in known))
    if known:
        mark = known.pop()
        return _with_decimal(evidence, mark)
    groups = [mark for mark in evidence.groups if mark in ".,"]
    if groups:
        return Resolved(NumberForm(_other(groups[0]), groups[0]))
    return _without_decimals(evidence, separator, comma_dates=comma_dates)


def _other(mark: str) -> str:
    return "," if mark == "." else "."


def _as_chosen(evidence: NumberEvidence, decimal: str | None, thousands: str | None) -> NumberForm:
    decimal = decimal or (_other(thousands) if thousands in (".", ",") else None)
    if decimal is None:
        decimal = "," if _uses(evidence, ",", thousands) > _uses(evidence, ".", thousands) else "."
    if thousands is None:
        seen = [mark for mark in (*evidence.groups, *evidence.either) if mark != decimal]
        thousands = seen[0] if seen else None
    return NumberForm(decimal, thousands or None)


def _uses(evidence: NumberEvidence, mark: str, thousands: str | None) -> int:
    """Return how many cells use the mark for decimals, if ``thousands`` "" leaves no other use."""
    either = evidence.either.get(mark, 0) if thousands == "" else 0
    return evidence.decimals.get(mark, 0) + either


def _with_decimal(evidence: NumberEvidence, mark: str) -> Resolved:
    other = _other(mark)
    groups = [group for group in evidence.groups if group != mark]
    if other in evidence.either and not groups:
        # 12,531 and 12.531: thousands only if no cell's decimals are three digits long
        if mark in evidence.either:
            return Resolved(NumberForm(mark), mixed=evidence.first["either", other])
        groups = [other]
    return Resolved(NumberForm(mark, groups[0] if groups else None))


def _without_decimals(evidence: NumberEvidence, separator: str, *, comma_dates: bool) -> Resolved:
    spaced = next(iter(evidence.groups), None)
    if not evidence.either:
        return Resolved(NumberForm(".", spaced), assumed=spaced is None)
    marks = sorted(evidence.either)
    if len(marks) == 2:
        place = max(evidence.first["either", mark] for mark in marks)
        return Resolved(NumberForm(), mixed=place)
    mark = marks[0]
    place = evidence.first["either", mark]
    if mark == "." and comma_dates and not spaced and column_has_no_long(evidence, place[1]):
        return Resolved(NumberForm(",", "."), place=place, by_dates=True)
    if spaced or _is_plain_decimal(evidence, mark, place[1], separator, comma_dates=comma_dates):
        alone = mark == "," and not spaced and not comma_dates
        return Resolved(
            NumberForm(mark, spaced),
            place=place,
            by_separator=alone and column_has_no_long(evidence, place[1]),
        )
    return Resolved(NumberForm(), ambiguous=mark, place=place)


def column_has_no_long(evidence: NumberEvidence, column: int) -> bool:
    """Whether no whole number of more than three digits stands without marks in the column."""
    return column not in evidence.long_integers


def _is_plain_decimal(
    evidence: NumberEvidence, mark: str, column: int, separator: str, *, comma_dates: bool
) -> bool:
    """Whether what is known of the file leaves only decimals."""
    if column in evidence.long_integers:
        return True  # 12345 beside 4.567: thousands would be 12.345
    if mark == ",":
        return separator == ";" or comma_dates
    return separator != ";" and not comma_dates
