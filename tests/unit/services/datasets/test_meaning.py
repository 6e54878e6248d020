"""Tables whose form is good and whose meaning is not: what is refused, changed or named."""

from pathlib import Path

import pytest

from services.datasets.canonical import read_table
from services.datasets.inspection.table import preview_table
from services.datasets.limits import InspectionLimits
from services.datasets.types import ColumnSchema, ReaderOptions
from tests.unit.services.datasets.reading import messages, read, refusal

LONG = ("38341003", "999000011000001104", "999000011000001108")


def table(*rows: str) -> bytes:
    return "\n".join(rows).encode() + b"\n"


def of_sixty(header: str, row: str) -> bytes:
    """Return sixty rows; ``row`` is formatted with ``i``."""
    return table(header, *(row.format(i=i, half=i * 0.5, bit=i % 2) for i in range(60)))


def stored(folder: Path) -> dict[str, list[float]]:
    """Return the numbers that were kept, by column."""
    with (folder / "canonical").open("rb") as file:
        _, x, names = read_table(file, ())
    return {name: x[:, place].tolist() for place, name in enumerate(names)}


MARKERS = ["NA", "nan", "NaN", "?", "null", "NULL", "None", "-", "N/A", "n.a.", "<NA>", "#N/A",
           "NaT", "."]  # fmt: skip


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize("column", ["Target", "patientId"])
def test_a_marker_for_a_missing_value_is_no_class_and_no_patient(
    marker: str, column: str, tmp_path: Path
) -> None:
    cells = {"patientId": ["p1", "p2", "p3", "p4"], "Target": ["0", "1", "0", "1"]}
    cells[column][2] = marker
    rows = zip(cells["patientId"], "1234", cells["Target"], strict=True)
    fault = refusal("table", table("patientId,x,Target", *map(",".join, rows)), tmp_path)
    assert fault.errors["file"] == [
        f"Row 4, column '{column}': '{marker}' stands for a missing value."
    ]
    assert "missing_rows" in fault.errors


def test_rows_with_missing_cells_can_be_left_out_and_are_counted(tmp_path: Path) -> None:
    data = table("patientId,x,Target", "a,1,0", "b,NA,1", "c,3,?", ",4,1", "e,5,1")
    summary = read("table", data, tmp_path, ReaderOptions(missing_rows="drop"))
    assert (summary.num_rows, summary.classes) == (2, ["0", "1"])
    assert summary.notes == [
        "3 of 5 rows are left out because a cell is missing ('Target' 1, 'patientId' 1, 'x' 1)."
    ]


def test_labels_that_look_like_markers_can_be_kept_as_they_are(tmp_path: Path) -> None:
    data = table("x,Target", "1,NA", "2,EU", "3,NA", "4,None")
    summary = read("table", data, tmp_path, ReaderOptions(missing_rows="keep"))
    assert summary.class_distribution == {"EU": 1, "NA": 2, "None": 1}


def test_a_table_of_missing_cells_only_is_refused(tmp_path: Path) -> None:
    options = ReaderOptions(missing_rows="drop")
    fault = refusal("table", table("x,Target", "NA,0", "2,NA"), tmp_path, options=options)
    assert list(fault.errors) == ["missing_rows"]


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (LONG, list(LONG)),
        (("01", "02", "10"), ["01", "02", "10"]),
        (("1_000", "2_000", "x"), ["1_000", "2_000", "x"]),
        (("1e5", "2e5", "100000"), ["100000", "1e5", "2e5"]),
        (("1.0", "2.0", "3.0"), ["1.0", "2.0", "3.0"]),
        (("True", "False", "True"), ["False", "True"]),
    ],
)
def test_labels_stay_as_they_are_written(
    labels: tuple[str, ...], classes: list[str], tmp_path: Path
) -> None:
    data = table("x,Target", *(f"{i},{labels[i % 3]}" for i in range(60)))
    assert read("table", data, tmp_path).classes == classes


def test_classes_that_are_one_number_in_two_spellings_are_named(tmp_path: Path) -> None:
    data = table("x,Target", "1,1", "2,1.0", "3,2", "4,yes", "5,Yes")
    assert read("table", data, tmp_path).notes == [
        f"Column 'Target': {pair} are classes of their own, as they are written. "
        "If they mean the same, write them alike."
        for pair in ("'1', '1.0'", "'Yes', 'yes'")
    ]


def test_patients_of_long_numbers_are_patients_of_their_own(tmp_path: Path) -> None:
    data = table("patientId,x,Target", f"{LONG[1]},1,0", f"{LONG[2]},2,1", "01,3,0", "1,4,1")
    assert read("table", data, tmp_path).num_patients == 4


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{seconds},{bit},{i}", "1700000000 and 1700000001 are the same 32-bit number"),
        ("{seconds}.5,{bit},{i}", "32-bit numbers are"),
        (f"{LONG[1][:-1]}{{bit}},{{bit}},{{i}}", "are the same 32-bit number"),
    ],
    ids=["seconds", "with a fraction", "codes of 18 digits"],
)
def test_values_that_32_bits_cannot_tell_apart_are_refused(
    row: str, said: str, tmp_path: Path
) -> None:
    rows = [row.format(seconds=1_700_000_000 + i % 2, bit=i % 2, i=i) for i in range(60)]
    said_of_it = messages(refusal("table", table("big,Target,x", *rows), tmp_path))
    assert said in said_of_it
    assert "Column 'big'" in said_of_it


def test_large_numbers_that_are_only_rounded_are_named(tmp_path: Path) -> None:
    data = table("big,Target", *(f"{20_000_001 + 1000 * i},{i % 2}" for i in range(60)))
    assert read("table", data, tmp_path).notes == [
        "Large numbers are rounded to 32 bits (7 digits): 'big'."
    ]


def test_such_a_column_can_be_kept_as_text(tmp_path: Path) -> None:
    data = table("code,x,Target", *(f"{LONG[1 + i % 2]},{i},{i % 2}" for i in range(60)))
    summary = read("table", data, tmp_path, ReaderOptions(text_columns=("code",)))
    assert (summary.columns, summary.num_features) == (["code"], 1)
    with (tmp_path / "canonical").open("rb") as file:
        rows, _, _ = read_table(file, summary.classes)
    assert set(rows.columns["code"]) == set(LONG[1:])


@pytest.mark.parametrize(("true", "false"), [("True", "False"), ("TRUE", "FALSE")])
def test_true_and_false_are_one_and_zero(true: str, false: str, tmp_path: Path) -> None:
    data = table("x,male,Target", *(f"{i},{true if i % 3 else false},{i % 2}" for i in range(9)))
    summary = read("table", data, tmp_path)
    assert (summary.num_features, summary.notes) == (
        2,
        ["True and False are read as 1 and 0: 'male'."],
    )
    with (tmp_path / "canonical").open("rb") as file:
        _, x, names = read_table(file, summary.classes)
    assert x[:, names.index("male")].tolist() == [0, 1, 1] * 3


def test_a_missing_cell_among_booleans_is_named_alone(tmp_path: Path) -> None:
    fault = refusal("table", table("male,Target", "True,0", ",1", "False,1"), tmp_path)
    assert fault.errors["file"] == ["Row 3, column 'male': the cell is empty; a number is needed."]


def test_a_mark_that_may_part_thousands_or_decimals_is_asked_about(tmp_path: Path) -> None:
    data = table("x,income,Target", *(f'{i},"{i + 1},100",{i % 2}' for i in range(4)))
    fault = refusal("table", data, tmp_path)
    (message,) = fault.errors["file"]
    assert message == (
        "Rows 2-5, column 'income': '1,100' has a comma that may part thousands or decimals; "
        "write 1100 or 1.100 (4 cells; also '2,100', '3,100', '4,100')."
    )
    assert "decimal" in fault.errors
    assert "decimal comma" not in messages(fault)


@pytest.mark.parametrize(("decimal", "income"), [(".", [1100, 2100]), (",", [1.1, 2.1])])
def test_the_answer_settles_it(decimal: str, income: list[float], tmp_path: Path) -> None:
    data = table("x,income,Target", '0,"1,100",0', '1,"2,100",1')
    read("table", data, tmp_path, ReaderOptions(decimal=decimal))
    assert stored(tmp_path)["income"] == pytest.approx(income)


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (('"1,234,567"', '"2,000,001"'), [1234567, 2000001]),
        (('"1,234.5"', '"-2,000.25"'), [1234.5, -2000.25]),
        (("1.234.567", "2.000.001"), [1234567, 2000001]),
        (("1 234", "2 000"), [1234, 2000]),
        (("1'234", "2'000"), [1234, 2000]),
        (('"3,14"', '"2,5"'), [3.14, 2.5]),
    ],
)
def test_numbers_are_read_with_the_marks_that_the_file_uses(
    cells: tuple[str, str], values: list[float], tmp_path: Path
) -> None:
    data = table("x,income,Target", *(f"{i},{cell},{i % 2}" for i, cell in enumerate(cells)))
    (note,) = read("table", data, tmp_path).notes
    assert stored(tmp_path)["income"] == pytest.approx(values)
    assert note.startswith("Numbers are read with '")
    assert note.endswith("'income'.")


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
def test_the_line_that_excel_writes_for_itself_is_passed_over(first: str, tmp_path: Path) -> None:
    summary = read("table", table(first, "x;Target", "1;0", "2;1"), tmp_path)
    assert summary.num_rows == 2
    assert "Line 1 is Excel's" in summary.notes[0]
    fault = refusal("table", table(first, "x;Target", "1;0", "y;1"), tmp_path)
    assert fault.errors == {"file": ["Row 4, column 'x': 'y' is not a number."]}


def test_a_refusal_of_repeated_rows_names_the_choice_of_the_form(tmp_path: Path) -> None:
    fault = refusal("table", table("x,Target", "1,0", "2,1", "1,0"), tmp_path)
    assert list(fault.errors) == ["file", "duplicate_rows"]
    kept = read("table", table("x,Target", "1,0", "2,1", "1,0"), tmp_path,
                ReaderOptions(keep_duplicates=True))  # fmt: skip
    assert kept.notes == [
        "1 row repeats another one exactly. They are kept, and no split parts them."
    ]


def test_features_with_leading_zeros_are_named(tmp_path: Path) -> None:
    (note,) = read("table", of_sixty("plz,Target", "0{bit}{i},{bit}"), tmp_path).notes
    assert "'plz'" in note
    assert "text_columns" in note


def test_columns_that_are_not_learned_from_are_named(tmp_path: Path) -> None:
    data = of_sixty("x,site,phone,Target", "{half},s{bit},0{i},{bit}")
    summary = read("table", data, tmp_path, ReaderOptions(ignored_columns=("phone",)))
    assert summary.columns == ["site"]
    assert summary.notes == [
        "1 column is kept as text and not learned from: 'site'.",
        "1 column is left out of the dataset: 'phone'.",
    ]


def test_the_schema_says_what_each_column_is(tmp_path: Path) -> None:
    data = table(
        "who,age,male,site,junk,out", "a,30,True,n,1,x", "a,40,False,s,1,y", "b,50,NA,n,1,x"
    )
    options = ReaderOptions(
        target_column="out", patient_column="who", ignored_columns=("junk",), missing_rows="drop"
    )
    schema = {one.name: one for one in read("table", data, tmp_path, options).column_schema}
    assert {name: one.role for name, one in schema.items()} == {
        "who": "patient", "age": "feature", "male": "feature", "site": "site",
        "junk": "ignored", "out": "target",
    }  # fmt: skip
    assert schema["age"] == ColumnSchema(
        name="age", type="number", role="feature", missing=0, distinct=3, low=30.0, high=50.0,
        values=["30", "40", "50"], counts=[1, 1, 1],
    )  # fmt: skip
    assert (schema["male"].type, schema["male"].missing) == ("boolean", 1)
    assert schema["out"].values == ["x", "y"]


def test_a_preview_suggests_roles_also_where_the_target_has_another_name(tmp_path: Path) -> None:
    (tmp_path / "upload").write_bytes(table("outcome,patientId,x,t", "a,p1,1,u", "b,p2,2,v"))
    rows, schema, notes = preview_table(tmp_path / "upload", ReaderOptions(), InspectionLimits())
    assert (rows, notes) == (2, [])
    assert [(one.name, one.role) for one in schema] == [
        ("outcome", "site"), ("patientId", "patient"), ("x", "feature"), ("t", "site"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "patient", "Patient_ID", "Patienten-Nr.", "PatientIn", "subject", "Subject ID", "MRN",
        "Fall-Nr.", "Fallnummer", "Pat.-Nr.", "case_id", "Proband", "Teilnehmer-Nr.",
    ],
)  # fmt: skip
def test_a_preview_proposes_patients_by_name_and_says_so(tmp_path: Path, name: str) -> None:
    rows = ("0,7,3.5", "1,7,4.5", "0,8,5.5")
    (tmp_path / "upload").write_bytes(table(f"Target,{name},x", *rows))
    _, schema, notes = preview_table(tmp_path / "upload", ReaderOptions(), InspectionLimits())
    assert [one.role for one in schema] == ["target", "patient", "feature"]
    is_default = name == "Patient_ID"  # is the patient in any case, and so is no proposal
    assert len(notes) == (not is_default)


@pytest.mark.parametrize(
    "name", ["site", "Hospital", "clinic_id", "Standort", "Klinik-Nr.", "centre"]
)
def test_a_preview_proposes_sites_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "upload").write_bytes(table(f"Target,{name},x", "0,1,3.5", "1,1,4.5", "0,2,5.5"))
    _, schema, _ = preview_table(tmp_path / "upload", ReaderOptions(), InspectionLimits())
    assert [(one.name, one.role) for one in schema][1:] == [(name, "site"), ("x", "feature")]


@pytest.mark.parametrize("header", ["Target,case,x", "Target,fallback,x", "Target,impatient,x"])
def test_a_preview_proposes_nothing_for_other_names(tmp_path: Path, header: str) -> None:
    (tmp_path / "upload").write_bytes(table(header, "0,1,3.5", "1,1,4.5", "0,2,5.5"))
    _, schema, notes = preview_table(tmp_path / "upload", ReaderOptions(), InspectionLimits())
    assert [one.role for one in schema] == ["target", "feature", "feature"]
    assert notes == []


def test_a_preview_proposes_nobody_whose_values_never_repeat_nor_beside_a_choice(
    tmp_path: Path,
) -> None:
    (tmp_path / "upload").write_bytes(
        table("Target,subject,patient,case_id", "0,1,9,5", "1,2,9,5", "0,3,8,5")
    )
    limits = InspectionLimits()
    _, schema, _ = preview_table(tmp_path / "upload", ReaderOptions(), limits)
    assert [one.role for one in schema] == ["target", "feature", "patient", "feature"]
    none = ReaderOptions(patient_column="")
    _, schema, notes = preview_table(tmp_path / "upload", none, limits)
    assert [one.role for one in schema] == ["target", "feature", "feature", "feature"]
    assert notes == []
    chosen = ReaderOptions(patient_column="case_id", ignored_columns=("patient",))
    _, schema, notes = preview_table(tmp_path / "upload", chosen, limits)
    assert [one.role for one in schema] == ["target", "feature", "ignored", "patient"]
    assert notes == []
