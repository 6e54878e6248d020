"""The reader in a process of its own: values as Parquet, faults in words, limits that hold."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from app.errors import Invalid
from app.sandbox import ProcessLimits
from services.tabular.errors import UnreadableTable
from services.tabular.inspect import LIMITS, inspect_series
from services.tabular.options import ImportOptions

TABLE = "UTC;a;empty;b\n2024-01-01 00:15;2.5;;4\n2024-01-01 00:00;1.5;;\n2024-01-01 00:30;3.5;;9\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text(TABLE)
    return tmp_path / "a.csv"


def test_values_come_sorted_in_parquet_with_a_column_per_series(path: Path) -> None:
    found = inspect_series(path, target=path.with_suffix(".parquet"))
    assert found.parquet is not None
    frame = pl.read_parquet(found.parquet)
    assert frame["time"].dt.minute().to_list() == [0, 15, 30]
    assert frame["time"].dtype == pl.Datetime("us", "UTC")
    assert frame["0"].to_list() == [1.5, 2.5, 3.5]
    assert frame["1"].fill_nan(None).to_list() == [None, 4, 9]
    assert found.reading["outcome"] == "findings"
    assert found.reading["rows"] == 3


def test_a_fault_keeps_its_place_and_leaves_no_file(path: Path) -> None:
    path.write_text(TABLE + "2024-02-30 00:00;1;1;1\n")
    target = path.with_suffix(".parquet")
    with pytest.raises(UnreadableTable) as refused:
        inspect_series(path, target=target)
    assert (refused.value.kind, refused.value.row, refused.value.column) == ("bad_time", 5, 1)
    assert not target.exists()


def test_an_open_question_comes_back_without_values(path: Path) -> None:
    path.write_text("t,v\n05/06/2024 00:00,1.5\n05/06/2024 01:00,2.5\n")
    found = inspect_series(path, target=path.with_suffix(".parquet"))
    assert found.parquet is None
    assert found.reading["outcome"] == "ask"


def test_an_option_that_does_not_fit_is_refused_by_its_field(path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        inspect_series(path, ImportOptions(columns=(9,)), target=path.with_suffix(".parquet"))
    assert "columns" in refused.value.errors


@pytest.mark.parametrize(
    "limits",
    [replace(LIMITS, output_bytes=100), replace(LIMITS, cpu_seconds=0)],
    ids=["space", "time"],
)
def test_a_file_that_needs_more_than_is_allowed_is_refused_in_words(
    path: Path, limits: ProcessLimits
) -> None:
    with pytest.raises(UnreadableTable, match=r"than is allowed|given up"):
        inspect_series(path, target=path.with_suffix(".parquet"), limits=limits)


def test_who_has_a_file_read_loads_no_reader() -> None:
    code = (
        "import sys, services.tabular.inspect; "
        "sys.exit(any(m in sys.modules for m in ('polars', 'pyarrow', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
