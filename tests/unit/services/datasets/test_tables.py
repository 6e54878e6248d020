"""What a CSV table must hold, and what is said when it does not."""

from pathlib import Path

import pytest

from harness.archives import csv_bytes, table_csv, table_rows
from services.datasets.limits import InspectionLimits
from services.datasets.types import ReaderOptions
from tests.unit.services.datasets.reading import messages, read, refusal


def test_the_counts_of_a_good_table_are_golden(tmp_path: Path) -> None:
    summary = read("table", table_csv(), tmp_path)
    assert (summary.num_rows, summary.num_patients, summary.num_features) == (6, 6, 2)
    assert summary.class_distribution == {"0": 3, "1": 3}
    assert (summary.columns, summary.image_shape) == (["hospital"], None)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_the_same_rows_are_the_same_dataset_however_they_are_written(
    delimiter: str, encoding: str, tmp_path: Path
) -> None:
    written = csv_bytes(table_rows(), delimiter=delimiter, encoding=encoding)
    expected = read("table", table_csv(), tmp_path).sha256
    assert read("table", written, tmp_path).sha256 == expected


def test_quoted_cells_may_hold_delimiters_and_line_ends(tmp_path: Path) -> None:
    data = b'"a, b",note,Target\n1,"x\ny",0\n2,"u, v",1\n'
    assert read("table", data, tmp_path).columns == ["note"]


def test_a_row_after_a_cell_of_two_lines_is_named_by_its_line(tmp_path: Path) -> None:
    data = b'a,note,Target\n1,"x\ny",0\n,z,1\n3,w,1\n'
    assert "Row 4, column 'a'" in messages(refusal("table", data, tmp_path))


def test_rows_of_one_patient_belong_together(tmp_path: Path) -> None:
    rows = [row | {"patientId": f"p{i // 2}"} for i, row in enumerate(table_rows())]
    assert read("table", csv_bytes(rows), tmp_path).num_patients == 3


def test_a_column_of_numbers_can_be_named_as_text(tmp_path: Path) -> None:
    rows = [row | {"site": i % 3} for i, row in enumerate(table_rows())]
    summary = read("table", csv_bytes(rows), tmp_path, ReaderOptions(text_columns=("site",)))
    assert (summary.columns, summary.num_features) == (["hospital", "site"], 2)


@pytest.mark.parametrize(
    ("cells", "classes"),
    [
        (["10", "9", "10.0"], ["9", "10", "10.0"]),
        (["1e5", "007", "7"], ["007", "7", "1e5"]),
        (["b", "a", "B"], ["B", "a", "b"]),
        (["x", "2", "10"], ["2", "10", "x"]),
    ],
)
def test_classes_are_in_a_fixed_order(cells: list[str], classes: list[str], tmp_path: Path) -> None:
    rows = [{"a": i, "Target": cell} for i, cell in enumerate(cells)]
    assert read("table", csv_bytes(rows), tmp_path).classes == classes


CELLS = {
    "": "the cell is empty; a number is needed.",
    "NaN": "'NaN' is not a finite number; a number is needed.",
    "-inf": "'-inf' is not a finite number; a number is needed.",
    "N/A": "'N/A' is not a finite number; a number is needed.",
    "abc": "'abc' is not a number.",
    "=1+1": "'=1+1' is not a number.",
    "1_000": "'1_000' is not a number.",
    "1e39": "'1e39' is too large for a 32-bit number.",
    "1e999": "'1e999' is too large for a 32-bit number.",
    "9" * 60: f"'{'9' * 37}...' is too large for a 32-bit number.",
    "3,14": "'3,14' has a decimal comma; write it with a point.",
}


@pytest.mark.parametrize(("cell", "said"), CELLS.items(), ids=[c or "empty" for c in CELLS])
def test_a_cell_that_is_no_number_is_named(cell: str, said: str, tmp_path: Path) -> None:
    rows = [dict(row) for row in table_rows()]
    rows[3]["dose"] = cell
    fault = refusal("table", csv_bytes(rows), tmp_path)
    assert fault.errors["file"] == [f"Row 5, column 'dose': {said}"]
    assert ("missing_rows" in fault.errors) == (cell in ("", "NaN", "N/A"))


def test_decimal_commas_in_every_row_are_read_as_such(tmp_path: Path) -> None:
    summary = read("table", b"a;b;Target\n1,5;1;0\n2,5;2;1\n", tmp_path)
    assert (summary.num_features, summary.column_schema[0].high) == (2, 2.5)


def test_text_of_another_encoding_is_read_as_the_likeliest_one_and_said(tmp_path: Path) -> None:
    data = "a,Target\n1,gr\xf6\xdfer\n2,klein\n".encode("cp1252")
    summary = read("table", data, tmp_path)
    assert summary.classes == ["gr\xf6\xdfer", "klein"]
    assert summary.notes[0].startswith("The text is no UTF-8: it is read as cp1252.")


def test_text_that_changes_its_encoding_far_inside_is_refused(tmp_path: Path) -> None:
    data = b"a,Target\n" + b"1.5,x\n2.5,y\n" * 9000 + "3,\xf6\n".encode("latin-1")
    assert "not valid UTF-8" in messages(refusal("table", data, tmp_path))


FILES = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\n", "is empty"),
    "first line blank": (b"\na,Target\n1,0\n", "line 1 is empty"),
    "header only": (b"a,Target\n", "no rows"),
    "NUL": (b"a,Target\n1,\0\n", "NUL"),
    "image": (b"\x89PNG\r\n\x1a\n\0\0\0", "no text but PNG"),
    "open quote": (b'a,Target\n1,0\n2,"1\n3,0\n', "row 3: a quoted cell is never closed"),
    "text after a quote": (b'a,Target\n1,"0"x\n', "row 2: the quotes cannot be read"),
    "too few cells": (b"a,b,Target\n1,2,0\n1\n", "row 3: 1 cell, but the header names 3"),
    "too many cells": (b"a,Target\n1,0\n1,2,3\n", "row 3: 3 cells"),
    "column without a name": (b"a,,Target\n1,2,0\n", "column 2 has no name"),
    "column named twice": (b"a,b,a,Target\n1,2,3,0\n", "columns 1 and 3 are both named 'a'"),
    "one column": (b"Target\n0\n1\n", "No column holds numbers"),
    "text only": (b"a,Target\nx,0\ny,1\n", "No column holds numbers"),
    "empty column": (b"a,b,Target\n1,,0\n2,,1\n", "'b' is empty in every row"),
    "one class": (b"a,Target\n1,0\n2,0\n", "one class only ('0')"),
    "empty target": (b"a,Target\n1,0\n2,\n3,1\n", "Row 3, column 'Target': the cell is empty"),
    "row repeated": (b"a,Target\n1,0\n2,1\n1,0\n", "Row 4 repeats row 2 exactly"),
}


@pytest.mark.parametrize(("data", "said"), FILES.values(), ids=FILES)
def test_a_wrong_file_is_refused_in_clear_words(data: bytes, said: str, tmp_path: Path) -> None:
    assert said in messages(refusal("table", data, tmp_path))


def test_a_continuous_target_is_refused_with_its_values_and_a_way_out(tmp_path: Path) -> None:
    rows = [{"a": i, "Target": i / 8} for i in range(30)]
    fault = refusal("table", csv_bytes(rows), tmp_path)
    (said,) = fault.errors["target_column"]
    assert said.startswith(
        "Column 'Target' holds 30 different numbers in 30 rows, from 0.0 to 3.625: that looks like "
        "a measurement, and training learns classes (at most 100). Name the values at which"
    )
    assert "class_limits" in said


def test_a_column_called_like_the_patient_is_a_feature_where_none_is_of_patients(
    tmp_path: Path,
) -> None:
    data = b"patientId,age,Target\n1,40,0\n2,50,1\n"
    assert read("table", data, tmp_path).num_features == 1
    summary = read("table", data, tmp_path, ReaderOptions(patient_column=""))
    assert [one.role for one in summary.column_schema] == ["feature", "feature", "target"]
    assert summary.num_features == 2


@pytest.mark.parametrize("requested", ["targett", "TARGET", "Targt"])
def test_the_nearest_column_is_suggested(requested: str, tmp_path: Path) -> None:
    fault = refusal("table", table_csv(), tmp_path, options=ReaderOptions(target_column=requested))
    assert "Did you mean 'Target'?" in fault.errors["target_column"][0]


def test_a_missing_target_lists_the_columns_there_are(tmp_path: Path) -> None:
    fault = refusal("table", b"a,b\n1,2\n", tmp_path)
    assert fault.errors["target_column"] == ["There is no column 'Target'. The file has 'a', 'b'."]


@pytest.mark.parametrize("field", ["patient_column", "target_column", "text_columns"])
def test_an_option_that_names_no_column_is_refused_under_its_field(
    field: str, tmp_path: Path
) -> None:
    value = ("nothing",) if field == "text_columns" else "nothing"
    options = ReaderOptions(**{field: value})  # type: ignore[arg-type]
    assert list(refusal("table", table_csv(), tmp_path, options=options).errors) == [field]


def test_repeated_rows_can_be_kept_and_then_belong_together(tmp_path: Path) -> None:
    data = b"a,Target\n1,0\n2,1\n1,0\n"
    summary = read("table", data, tmp_path, ReaderOptions(keep_duplicates=True))
    assert (summary.num_rows, summary.num_patients) == (3, 2)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (InspectionLimits(rows=5), "over 5 rows"),
        (InspectionLimits(cells=8), "over 2 rows of 4 columns"),
        (InspectionLimits(columns=3), "has 4 columns; at most 3"),
        (InspectionLimits(line_characters=10), "line 1 has over 10 characters"),
        (InspectionLimits(cell_characters=7), "a cell is too long"),
    ],
)
def test_a_table_beyond_a_limit_is_refused(
    limits: InspectionLimits, said: str, tmp_path: Path
) -> None:
    assert said in messages(refusal("table", table_csv(), tmp_path, limits=limits))


def test_a_million_columns_are_refused(tmp_path: Path) -> None:
    data = b",".join(b"c%d" % i for i in range(1_000_000)) + b"\n"
    assert "over 4194304 characters" in messages(refusal("table", data, tmp_path))


def test_faults_of_one_cause_in_one_column_are_one_with_their_rows(tmp_path: Path) -> None:
    bad = {2: "x", 3: "y", 4: "x", 9: "x", 7: "", 8: "NA"}
    rows = [{"a": bad.get(i, i), "Target": i % 2} for i in range(20)]
    fault = refusal("table", csv_bytes(rows), tmp_path)
    assert fault.errors["file"] == [
        "Rows 4-6, 11, column 'a': 'x' is not a number (4 cells; also 'y').",
        "Row 9, column 'a': the cell is empty; a number is needed.",
        "Row 10, column 'a': 'NA' is not a finite number; a number is needed.",
    ]
    assert (fault.total, fault.in_first) == (6, 4)


def test_many_faults_are_listed_as_the_first_twenty_and_a_count(tmp_path: Path) -> None:
    row = ",".join("x" if place % 2 else "1" for place in range(60))
    data = ",".join(f"c{n}" for n in range(60)) + ",Target\n"
    fault = refusal("table", f"{data}{row},0\n{row.replace('x', '2')},1\n".encode(), tmp_path)
    assert (len(fault.errors["file"]), fault.total) == (20, 30)
