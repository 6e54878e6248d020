"""Tables and archives as people have them: what is read is said, and what is doubtful is named."""

from pathlib import Path

import pytest

from harness.archives import png, zip_bytes
from services.datasets.types import ReaderOptions
from tests.unit.services.datasets.reading import messages, read, refusal

ROWS = 40


def table(header: str, line: str, sign: str = ",") -> str:
    """Return 40 rows; ``line`` is formatted with i, and with w of five words and numbers."""
    words = ("k.A.", "#NV", "nicht bestimmt", "4,5", "6,25")
    cells = [line.format(i=i, odd=i * i % 97, w=words[i % 5], c="ab"[i % 2]) for i in range(ROWS)]
    return "\n".join([header, *cells, ""]).replace("|", sign)


def images(**more: bytes) -> dict[str, bytes]:
    return {
        f"{name}/{n}.png": png(10 * n + place)
        for place, name in enumerate(("cat", "dog"))
        for n in range(3)
    } | more


def test_words_for_missing_leave_a_laboratory_value_a_number(tmp_path: Path) -> None:
    data = table("lab|Target", "{w}|{c}", ";").encode()
    summary = read(
        "table",
        data,
        tmp_path,
        ReaderOptions(missing_features={"*": "median"}, keep_duplicates=True),
    )
    (lab, _) = summary.column_schema
    assert (lab.type, lab.role, lab.missing) == ("number", "feature", 24)


@pytest.mark.parametrize(
    ("header", "line", "said"),
    [
        ("id|Target", "{i}|{c}", "Each row has the number after that of the row before: 'id'"),
        ("code|Target", "{odd}E5|{c}", "Cells such as 1E5 are read as powers of ten: 'code'"),
    ],
)
def test_numbers_that_may_be_none_are_named(
    header: str, line: str, said: str, tmp_path: Path
) -> None:
    options = ReaderOptions(keep_duplicates=True)
    notes = read("table", table(header, line).encode(), tmp_path, options).notes
    assert said in " ".join(notes)


def test_an_error_code_far_from_all_values_is_counted(tmp_path: Path) -> None:
    lines = [f"{-999 if i % 8 == 0 else 4 + i % 5},{'ab'[i % 2]},{i * i % 97}" for i in range(ROWS)]
    data = "\n".join(["lab,Target,x", *lines, ""]).encode()
    notes = read("table", data, tmp_path, ReaderOptions(keep_duplicates=True)).notes
    assert notes[0].startswith("Column 'lab': 5 cells are -999, far from all others.")


def test_a_sign_at_the_end_of_each_line_is_no_column(tmp_path: Path) -> None:
    data = table("x|Target|", "{odd}|{c}|", ";")
    keep = ReaderOptions(keep_duplicates=True)
    assert read("table", data.encode(), tmp_path, keep).num_features == 1
    filled = data.replace("a;\n", "a;9\n", 1).encode()
    assert "row 2: 3 cells" in messages(refusal("table", filled, tmp_path, options=keep))


def test_utf_16_without_a_mark_is_read_and_named(tmp_path: Path) -> None:
    data = table("x|Target", "{odd}.{i}|{c}", ";").encode("utf-16-le")
    assert "utf-16-le" in read("table", data, tmp_path).notes[0]


def test_a_workbook_is_called_one(tmp_path: Path) -> None:
    said = messages(refusal("table", zip_bytes({"xl/workbook.xml": b"a"}), tmp_path))
    assert said == "The file is no text but xlsx or zip. Export the table as CSV and upload that."


def test_folders_around_all_classes_are_passed_over(tmp_path: Path) -> None:
    nested = {f"export/2024/{name}": data for name, data in images().items()}
    summary = read("images", zip_bytes(nested), tmp_path)
    assert summary.class_distribution == {"cat": 3, "dog": 3}


def test_a_training_and_a_test_folder_are_no_classes(tmp_path: Path) -> None:
    split = {f"train/{name}": data for name, data in images().items()}
    split |= {f"test/{name}": png(90 + n) for n, name in enumerate(images())}
    assert "deeper than one folder" in messages(refusal("images", zip_bytes(split), tmp_path))


def test_folders_that_differ_in_case_only_are_named(tmp_path: Path) -> None:
    summary = read("images", zip_bytes(images(**{"Cat/9.png": png(95)})), tmp_path)
    assert "Folders 'Cat', 'cat' are classes of their own" in summary.notes[-1]


def test_one_folder_alone_is_refused_in_words(tmp_path: Path) -> None:
    one = {name: data for name, data in images().items() if name.startswith("cat")}
    assert "no folder for each of several classes" in messages(
        refusal("images", zip_bytes(one), tmp_path)
    )
