"""Cells that spreadsheets open: no text is computed there, and each comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tabular.cells import as_written, safe_cell


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_a_spreadsheet_would_compute_gets_an_apostrophe(sign):
    assert safe_cell(f"{sign}cmd()") == f"'{sign}cmd()"


@pytest.mark.parametrize("figure", ["-0.383", "-4", "0.5", "1e-06"])
def test_a_figure_stays_one(figure):
    assert safe_cell(figure) == figure


@given(st.text() | st.text(alphabet="'=-1a"))
def test_every_text_comes_back(text):
    assert as_written(safe_cell(text)) == text
