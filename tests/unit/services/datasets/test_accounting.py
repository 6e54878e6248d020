"""Numbers in parentheses are negative in tables as they are in files of time series."""

from pathlib import Path

import pytest

from services.datasets.canonical import read_table
from services.datasets.inspection.table import preview_table
from services.datasets.limits import InspectionLimits
from services.datasets.types import ReaderOptions
from tests.unit.services.datasets.reading import read


def table(*cells: str) -> bytes:
    rows = [f'{i},"{cell}",{i % 2}' for i, cell in enumerate(cells)]
    return "\n".join(["x,balance,Target", *rows, ""]).encode()


def balance(folder: Path) -> list[float]:
    with (folder / "canonical").open("rb") as file:
        _, x, names = read_table(file, ())
    return [float(value) for value in x[:, names.index("balance")]]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (("10.5", "(12.5)", "(3)"), [10.5, -12.5, -3]),
        (("10", "( 12.5 )", "0"), [10, -12.5, 0]),
        (("2,000,001", "(1,234,567)", "3"), [2000001, -1234567, 3]),
        (("1.000,5", "(1.234,5)", "3"), [1000.5, -1234.5, 3]),
    ],
)
def test_such_a_number_is_negative_and_a_note_says_so(
    cells: tuple[str, ...], values: list[float], tmp_path: Path
) -> None:
    notes = read("table", table(*cells), tmp_path).notes
    assert balance(tmp_path) == pytest.approx(values)
    note = "Numbers in parentheses are read as negative, (12.5) as -12.5: 'balance'."
    assert notes[0] == note


@pytest.mark.parametrize("cells", [("(1)", "(2)", "(1)"), ("a", "(12.5)", "b"), ("1", "(-2)", "x")])
def test_what_may_be_a_reference_or_has_its_own_sign_stays_text(
    cells: tuple[str, ...], tmp_path: Path
) -> None:
    rows, schema, _ = preview_table(_written(tmp_path, cells), ReaderOptions(), InspectionLimits())
    assert rows == len(cells)
    assert {one.name: one.role for one in schema}["balance"] != "feature"


def test_a_preview_reads_them_alike(tmp_path: Path) -> None:
    path = _written(tmp_path, ("10.5", "(12.5)", "(3)", "(4)"))
    _, schema, _ = preview_table(path, ReaderOptions(), InspectionLimits())
    (column,) = [one for one in schema if one.name == "balance"]
    assert (column.role, column.low, column.high) == ("feature", -12.5, 10.5)


def test_a_column_that_is_kept_as_text_is_not_changed(tmp_path: Path) -> None:
    options = ReaderOptions(text_columns=("balance",))
    summary = read("table", table("10", "(12)", "3"), tmp_path, options)
    assert not any("parentheses" in note for note in summary.notes)


def _written(folder: Path, cells: tuple[str, ...]) -> Path:
    path = folder / "upload"
    path.write_bytes(table(*cells))
    return path
