"""Writes numbers of other forms plainly: 1.234,5 as 1234.5, and <5 as its owner chose.

Which marks a file uses is found out as for files of time series; where it cannot be known, the
cells stay as they are and are named as faults. Text columns are never changed.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from services.datasets.inspection.choices import choice_for
from services.datasets.inspection.number_cells import CENSORED, Profile, listed
from services.datasets.types import ReaderOptions
from services.tabular.number_evidence import GROUP_MARKS, NumberEvidence, NumberForm, resolve

_MAX_CELLS = 2_000  # different ones of a column that are looked at for its marks
_MARKED = rf"[.,{GROUP_MARKS}]"
_SIGN = r"^[<>\u2264\u2265]=?\s*"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)$"
_BLANKS = "[ \u00a0\u202f]"


def with_plain_numbers(
    frame: pl.DataFrame,
    profiles: Mapping[str, Profile],
    separator: str,
    options: ReaderOptions,
    notes: list[str],
) -> pl.DataFrame:
    """Return the frame with plain numbers in its numeric columns; ``notes`` say what was read."""
    numeric = [name for name, one in profiles.items() if one.is_numeric and not one.is_boolean]
    odd = [name for name in numeric if profiles[name].odd_marks or profiles[name].censored]
    if not odd:
        return frame
    form = _form_of(frame, numeric, odd, separator, options)
    marked = [name for name in odd if profiles[name].odd_marks]
    if form is not None and marked:
        notes.append(_said(form, marked))
    plain = frame.with_columns(
        _censored(name, _plain(pl.col(name).str.replace(_SIGN, ""), form), options) for name in odd
    )
    notes += _notes(profiles, odd, options)
    return plain


def _form_of(
    frame: pl.DataFrame,
    numeric: Sequence[str],
    odd: Sequence[str],
    separator: str,
    options: ReaderOptions,
) -> NumberForm | None:
    """Return the marks of the file's numbers; None where they cannot be known."""
    evidence = NumberEvidence()
    for column, name in enumerate(numeric):
        cells = frame[name].str.replace(_SIGN, "")
        if name not in odd:  # a column of plain numbers only says how decimals are parted
            cells = cells.filter(cells.str.contains(_MARKED))
        for cell in cells.unique(maintain_order=True).head(_MAX_CELLS):
            evidence.add(cell, 0, column)
    resolved = resolve(evidence, separator, comma_dates=False, decimal=options.decimal)
    return None if resolved.ambiguous or resolved.mixed else resolved.form


def _plain(cell: pl.Expr, form: NumberForm | None) -> pl.Expr:
    """Return cells that are numbers of this form with a point and without other marks."""
    if form is None:
        return cell
    decimal, group = f"\\{form.decimal}", _group(form)
    fraction = rf"({decimal}\d+)?"
    whole = rf"(\d{{1,3}}({group}\d{{3}})+{fraction}|\d+{decimal}\d*|{decimal}\d+)"
    bare = cell.str.replace_all(group, "").str.replace(form.decimal, ".", literal=True)
    return pl.when(cell.str.contains(rf"^[+-]?{whole}$")).then(bare).otherwise(cell)


def _group(form: NumberForm) -> str:
    if form.thousands is None:
        return r"\." if form.decimal == "," else ","
    return _BLANKS if form.thousands in _BLANKS else f"[{form.thousands}]"


def _censored(name: str, plain: pl.Expr, options: ReaderOptions) -> pl.Expr:
    """Return the column as plain numbers, with what was chosen for cells such as <5."""
    cell = pl.col(name)
    choice = choice_for(options.censored, name)
    is_censored = cell.str.contains(CENSORED) & plain.str.contains(_NUMBER)
    value = {
        "refuse": cell,
        "missing": pl.lit(""),
        "limit": plain,
        "half": pl.when(cell.str.contains(r"^[<\u2264]"))
        .then((plain.cast(pl.Float64, strict=False) / 2).cast(pl.String))
        .otherwise(plain),
    }[choice]
    kept = pl.when(cell.str.contains(_SIGN)).then(cell).otherwise(plain)
    return pl.when(is_censored).then(value).otherwise(kept).alias(name)


_CHOSEN = {
    "limit": "their limit counts",
    "half": "half of a lower limit counts, and an upper limit as it is",
    "missing": "they count as missing",
}


def _notes(
    profiles: Mapping[str, Profile], odd: Sequence[str], options: ReaderOptions
) -> list[str]:
    return [
        f"Column '{name}': {profiles[name].censored:,} cells such as <5 or >100 say a limit only; "
        f"{_CHOSEN[choice]}."
        for name in odd
        if profiles[name].censored and (choice := choice_for(options.censored, name)) in _CHOSEN
    ]


def _said(form: NumberForm, names: Sequence[str]) -> str:
    marks = f"'{form.decimal}' before decimals"
    if form.thousands is not None:
        marks = f"'{form.decimal}' before decimals and '{form.thousands}' between thousands"
    return f"Numbers are read with {marks}: {listed(names)}."
