"""Cells of CSV files that spreadsheets open: no text of ours is computed there."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet computes what begins like this
SEPARATORS = ",;\t|"


def safe_cell(text: str) -> str:
    """Return ``text`` so that a spreadsheet shows it and never computes it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def as_written(text: str) -> str:
    """Return a cell without the apostrophe that ``safe_cell`` puts before what is no formula."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
