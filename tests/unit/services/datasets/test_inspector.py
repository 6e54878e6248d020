"""Uploads are read by a process of their own, which has limits and dies with its parent."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from app.sandbox import child_environment
from harness.archives import image_zip, table_csv
from harness.eventually import eventually
from services.datasets.errors import UploadRefused
from services.datasets.inspector import inspect_upload
from services.datasets.limits import MIB, InspectionLimits
from services.datasets.types import DatasetSummary, ReaderOptions
from tests.unit.services.datasets.reading import read


def inspect(
    kind: str, data: bytes, folder: Path, limits: InspectionLimits | None = None
) -> DatasetSummary:
    """Have bytes inspected as the web process does."""
    (folder / "upload").write_bytes(data)
    return inspect_upload(kind, folder / "upload", folder / "canonical", ReaderOptions(), limits)


@pytest.mark.parametrize(("kind", "data"), [("table", table_csv()), ("images", image_zip())])
def test_the_child_finds_what_the_reader_finds(kind: str, data: bytes, tmp_path: Path) -> None:
    summary, expected = inspect(kind, data, tmp_path), read(kind, data, tmp_path)
    assert (summary.sha256, summary.class_distribution) == (
        expected.sha256,
        expected.class_distribution,
    )


def test_a_refusal_names_the_first_fault_and_counts_the_rest(tmp_path: Path) -> None:
    with pytest.raises(UploadRefused) as caught:
        inspect("table", b"a,Target\nx,0\n1,1\n,0\n5,1\n", tmp_path)
    assert caught.value.detail == "Row 2, column 'a': 'x' is not a number. And 1 more."
    assert len(caught.value.errors["file"]) == 2


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (InspectionLimits(memory_bytes=600 * MIB), "more memory"),
        (InspectionLimits(cpu_seconds=1), "more memory or time"),
        (InspectionLimits(wall_seconds=1), "took over 1 s"),
    ],
    ids=["memory", "processor", "wall clock"],
)
def test_a_file_that_is_too_much_to_read_kills_only_the_child(
    limits: InspectionLimits, said: str, tmp_path: Path
) -> None:
    with pytest.raises(UploadRefused, match=said):
        inspect("table", b"a,b,Target\n" + b"1.5,x,0\n2.5,y,1\n" * 900_000, tmp_path, limits)


def test_the_child_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "secret")
    assert "secret" not in child_environment().values()


def test_the_child_dies_with_its_parent(tmp_path: Path) -> None:
    (tmp_path / "upload").write_bytes(b"a,b,Target\n" + b"1.5,x,0\n2.5,y,1\n" * 900_000)
    code = (
        "from pathlib import Path; from services.datasets.inspector import inspect_upload;"
        "from services.datasets.types import ReaderOptions;"
        f"inspect_upload('table', Path({str(tmp_path / 'upload')!r}),"
        f" Path({str(tmp_path / 'out')!r}), ReaderOptions())"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    child = _first_child(parent.pid)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert psutil.wait_procs([child], timeout=60)[1] == []


def _first_child(pid: int) -> psutil.Process:
    """Wait until a process has a child that has entered its limits."""
    parent = psutil.Process(pid)
    return eventually(lambda: next(filter(_is_limited, parent.children()), None), every=0.01)


def _is_limited(child: psutil.Process) -> bool:
    return bool(child.rlimit(psutil.RLIMIT_CPU)[0] != psutil.RLIM_INFINITY)
