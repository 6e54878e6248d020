"""Cells of CSV files that spreadsheets open: no text of ours is computed there."""

import re

SEPARATORS = ",;\t|"
# A spreadsheet computes what begins like this; full-width signs count where people write them.
_FORMULA = re.compile(r"'*[=+@\t\r\n＝＋－＠-]")
_NEGATIVE = re.compile(r"-\d+(?:\.\d+)?")  # a figure of a table is to stay one


def safe_cell(text: str) -> str:
    """Return ``text`` so that a spreadsheet shows it and never computes it.

    An apostrophe of the text's own gets another one, so that ``as_written`` takes the right one.
    """
    is_formula = _FORMULA.match(text) and not _NEGATIVE.fullmatch(text)
    return f"'{text}" if is_formula else text


def as_written(text: str) -> str:
    """Return a cell without the apostrophe that ``safe_cell`` puts before what is no formula."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text
