"""Turns columns of text into numbers, vectorised, in the form that the file uses."""

import re
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.tabular.missing import is_missing
from services.tabular.number_evidence import IN_PARENTHESES, INDIAN, NumberForm, without_formula
from services.tabular.reading import Values

_MINUS = "[\u2212\u2013]"
_TEXT = r'^="([^"]*)"$'
_BLANKS = "[\u00a0\u202f]"
_UNIT = r"(?:[\p{L}°%€$£Ω‰\[(][^=;]{0,11})"
_OTHER = {".": ",", ",": "."}
_ACCOUNTING = rf"^{IN_PARENTHESES}$"
NO_ROWS = np.empty(0, np.int64)


@dataclass(frozen=True)
class Numbers:
    """Values of a column: NaN where the cell is empty or no finite number.

    ``units`` are those written in cells, ``words`` the cells that are neither empty, missing nor
    numbers (at most 5), ``other_mark`` the position of the first cell that can only be a number
    with the other decimal mark, ``accounting`` the positions of negative numbers in parentheses.
    """

    values: Values
    units: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    other_mark: int | None = None
    accounting: NDArray[np.int64] = field(default_factory=lambda: NO_ROWS)


def numbers_of(cells: pl.Series, form: NumberForm) -> Numbers:
    """Parse a column. Large integers up to 2^53 are exact; 1e400 and inf are NaN."""
    text = cells.fill_null("").str.strip_chars()
    values = _plain(text, form).to_numpy(allow_copy=True).astype(np.float64, copy=True)
    values[~np.isfinite(values)] = np.nan
    rest = np.flatnonzero(np.isnan(values) & (text != "").to_numpy())
    if not len(rest):
        return Numbers(values)
    return _with_odd_cells(values, text.gather(rest), rest, form)


def _plain(text: pl.Series, form: NumberForm) -> pl.Series:
    """Cast cells that need no more than another decimal mark."""
    if form.decimal == ".":
        if form.thousands is None:
            return text.cast(pl.Float64, strict=False)
        plain = pl.Series(text.str.contains(form.thousands, literal=True))
        return text.set(plain, None).cast(pl.Float64, strict=False)
    pointed = text.str.contains(".", literal=True)
    bare = text.str.replace(",", ".", literal=True)
    return bare.set(pointed, None).cast(pl.Float64, strict=False)


def _with_odd_cells(
    values: Values, odd: pl.Series, rows: NDArray[np.int64], form: NumberForm
) -> Numbers:
    """Parse what has units, thousands, real minus signs or is no number; each text once."""
    distinct = odd.unique(maintain_order=True)
    if len(distinct) * 2 > len(odd) and len(odd) > 1000:
        distinct, places = odd, np.arange(len(odd))
    else:
        table = {text: place for place, text in enumerate(distinct)}
        places = odd.replace_strict(table, return_dtype=pl.Int64).to_numpy()
    parsed, units, other = _parse(distinct, form)
    values[rows] = parsed[places]
    open_cells = distinct.filter(pl.Series(np.isnan(parsed)))
    words = [cell for cell in open_cells.head(50) if not is_missing(without_formula(cell))]
    first = np.flatnonzero(other[places])
    return Numbers(
        values,
        units,
        tuple(words[:5]),
        int(rows[first[0]]) if len(first) else None,
        rows[_are_accounting(distinct, parsed)[places]],
    )


def _are_accounting(cells: pl.Series, parsed: Values) -> NDArray[np.bool_]:
    """Return which cells were read as negative numbers because they stand in parentheses."""
    marked = _unified(cells).str.contains(_ACCOUNTING).fill_null(value=False).to_numpy()
    return marked & ~np.isnan(parsed)


def _parse(cells: pl.Series, form: NumberForm) -> tuple[Values, frozenset[str], NDArray[np.bool_]]:
    pattern = (
        r"^(?P<sign>[+-]?)\s*(?:(?P<currency>[€$£])\s*(?P<inner>-)?)?"
        r"(?P<body>\d[\d.,'\x{2019} ]*\d|\d[.,]?|[.,]\d+)"
        rf"(?P<exponent>[eE][+-]?\d+)?\s*(?P<minus>-)?\s*(?P<unit>{_UNIT})?$"
    )
    text = _unified(cells).str.replace(_ACCOUNTING, "-${1}${2}${3}")
    parts = text.str.extract_groups(pattern).struct.unnest()
    body = parts["body"]
    good = body.str.contains(_body_pattern(form)).fill_null(value=False)
    digits = body
    for mark in _marks(form):
        digits = digits.str.replace_all(mark, "", literal=True)
    digits = digits.str.replace(form.decimal, ".", literal=True)
    negative = (parts["sign"] == "-").fill_null(value=False) ^ parts["minus"].is_not_null()
    negative = negative ^ parts["inner"].is_not_null()
    number = (digits + parts["exponent"].fill_null("")).cast(pl.Float64, strict=False)
    values = number.set(~good, None).to_numpy(allow_copy=True).astype(np.float64, copy=True)
    values[~np.isfinite(values)] = np.nan
    values[negative.to_numpy()] *= -1.0
    values += 0.0  # -0.0 becomes 0.0
    unit = pl.select(pl.coalesce(parts["unit"], parts["currency"])).to_series()
    units = unit.filter(good & unit.is_not_null()).unique()
    other = body.str.contains(rf"^\d*{re.escape(_OTHER[form.decimal])}\d+$").fill_null(value=False)
    return values, frozenset(unit.strip() for unit in units), (other & ~good).to_numpy()


def _unified(cells: pl.Series) -> pl.Series:
    """Return cells without formulas around them, with one minus sign and one kind of blank."""
    text = cells.str.replace(_TEXT, "$1").str.strip_chars()
    return text.str.replace_all(_MINUS, "-").str.replace_all(_BLANKS, " ")


def _marks(form: NumberForm) -> tuple[str, ...]:
    """Return the signs that may stand between thousands, blanks unified."""
    if form.thousands is None:
        return (_OTHER[form.decimal],)
    return (" ",) if form.thousands in "\u00a0\u202f " else (form.thousands,)


def _body_pattern(form: NumberForm) -> str:
    decimal = re.escape(form.decimal)
    if form.thousands is None:
        # only both marks together say for certain which of them parts thousands
        other = re.escape(_OTHER[form.decimal])
        grouped = rf"\d{{1,3}}(?:{other}\d{{3}})+{decimal}\d*|\d{{1,3}}(?:{other}\d{{3}}){{2,}}"
        grouped += rf"|{INDIAN}(?:\.\d*)?" if form.decimal == "." else ""
    else:
        mark = re.escape(_marks(form)[0])
        grouped = rf"\d{{1,3}}(?:{mark}\d{{3}})+(?:{decimal}\d*)?"
        grouped += rf"|{INDIAN}(?:\.\d*)?" if form.thousands == "," else ""
    return rf"^(?:\d+(?:{decimal}\d*)?|{decimal}\d+|{grouped})$"


def booleans_of(cells: pl.Series, pair: tuple[str, str]) -> Numbers:
    """Return 1 for the first word of the pair, 0 for the second, NaN for all else."""
    lower = cells.fill_null("").str.strip_chars().str.to_lowercase()
    table = {pair[0]: 1.0, pair[1]: 0.0}
    values = lower.replace_strict(table, default=None, return_dtype=pl.Float64)
    return Numbers(values.to_numpy(allow_copy=True).astype(np.float64, copy=True))
