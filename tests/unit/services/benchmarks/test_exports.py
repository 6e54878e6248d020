"""Tables to take along: headings in both languages, and names that break neither form."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.benchmarks.exports.latex import SPECIAL, escape, to_latex
from services.benchmarks.exports.tables import DELTAS, Column, export_table
from tests.support.depth import examples


def test_numbers_are_rounded_and_truth_is_a_word():
    row = {"category": "female", "delta": 0.12345, "q_value": 0.0312345678, "significant": True}
    german = export_table("t", DELTAS, [row])
    assert german.headings[0] == "Kategorie"
    assert [german.rows[0][place] for place in (0, 5, 10, 11)] == [
        "female", "0.123", "0.031235", "ja",
    ]  # fmt: skip
    assert export_table("t", DELTAS, [row], "en").rows[0][11] == "yes"


def test_a_table_for_a_paper_has_its_numbers_on_the_right():
    columns = (Column(field="a", de="Name", en="Name"), Column(field="b", de="n", en="n"))
    table = export_table("t", columns, [{"a": "x_1 & y", "b": 3}, {"a": None, "b": 12}])
    assert to_latex(table) == (
        "\\begin{tabular}{lr}\n\\toprule\nName & n \\\\\n\\midrule\nx\\_1 \\& y & 3 \\\\\n"
        "-- & 12 \\\\\n\\bottomrule\n\\end{tabular}\n"
    )


@settings(max_examples=examples(30))
@given(st.text() | st.text(alphabet='\\<>|[]*"&%$#_{}~^a'))
def test_no_name_leaves_its_cell(name):
    plain = escape(name)
    assert "\n" not in plain
    for escaped in sorted(SPECIAL.values(), key=len, reverse=True):
        plain = plain.replace(escaped, "")
    assert not set(plain) & SPECIAL.keys()


def test_a_row_does_not_begin_with_what_the_line_before_would_take():
    columns = (Column(field="a", de="Name", en="Name"),)
    rows = to_latex(export_table("t", columns, [{"a": "[2cm]"}, {"a": "*"}])).splitlines()
    assert rows[4:6] == ["{[}2cm] \\\\", "{*} \\\\"]
