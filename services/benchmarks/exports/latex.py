"""Tables in LaTeX, as the package booktabs sets them; no name of a group can break them."""

import re
from collections.abc import Iterable

from services.benchmarks.exports.tables import ExportTable

SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\char34{}",  # a shorthand of the package babel
    "[": "{[}",  # at the beginning of a row it would be an argument of the line before
    "*": "{*}",  # so would this
}
_SPECIAL = re.compile("[" + re.escape("".join(SPECIAL)) + "]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
MISSING = "--"


def to_latex(table: ExportTable) -> str:
    """Return a tabular of the rows; a column of numbers is set to the right."""
    columns = zip(*table.rows, strict=True) if table.rows else [()] * len(table.headings)
    alignment = "".join("r" if _is_numeric(column) else "l" for column in columns)
    lines = [
        rf"\begin{{tabular}}{{{alignment}}}",
        r"\toprule",
        _line(table.headings),
        r"\midrule",
        *(_line(row) for row in table.rows),
        r"\bottomrule",
        r"\end{tabular}",
    ]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """Return ``text`` so that LaTeX prints it, on one line."""
    return _SPECIAL.sub(lambda match: SPECIAL[match.group()], " ".join(text.split()))


def _line(cells: Iterable[str | None]) -> str:
    texts = [MISSING if cell is None else escape(cell) for cell in cells]
    return " & ".join(texts) + r" \\"


def _is_numeric(column: Iterable[str | None]) -> bool:
    cells = [cell for cell in column if cell is not None]
    return bool(cells) and all(_NUMBER.fullmatch(cell) for cell in cells)
