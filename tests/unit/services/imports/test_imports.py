"""What the readers of foreign files make of good files and of broken ones."""

import gzip
import hashlib
import io
import math
import os
import sqlite3
import struct
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.imports.errors import ImportRefused
from services.imports.event_messages import Event
from services.imports.flower import read_flower
from services.imports.mlflow import read_mlflow
from services.imports.points import MAX_CURVES
from services.imports.records import MAX_READ, RecordError, Records, masked_crc
from services.imports.tensorboard import read_tensorboard
from services.imports.types import Candidate, ForeignRun, SkippedRecord
from tests.factories.event_files import BEGAN, write_scalars, zipped
from tests.factories.mlflow_files import TrackingFile


def read_all(candidates: Iterable[Candidate | SkippedRecord]) -> list[ForeignRun | SkippedRecord]:
    """Read all of every run."""
    return [one.read() if isinstance(one, Candidate) else one for one in candidates]


def only(candidates: Iterable[Candidate | SkippedRecord]) -> ForeignRun:
    (run,) = read_all(candidates)
    assert isinstance(run, ForeignRun)
    return run


def tracked(tmp_path: Path, version: int = 3) -> TrackingFile:
    return TrackingFile(tmp_path / "mlflow.db", version)


@pytest.mark.parametrize("as_tensors", [False, True])
def test_scalars_are_read_as_tensorboard_wrote_them(tmp_path: Path, as_tensors: bool) -> None:
    curves = {"val/loss": [0.5, 0.25, 0.0], "acc": [1.0]}
    file = write_scalars(tmp_path, curves, as_tensors=as_tensors)
    run = only(read_tensorboard(file, "mine"))
    assert (run.name, run.status, run.left_out) == ("mine", "completed", [])
    loss = run.series["val/loss"]
    assert loss.steps.tolist() == [0, 1, 2]
    assert loss.values.tolist() == [0.5, 0.25, 0.0]
    assert loss.times.tolist() == [BEGAN, BEGAN + 1, BEGAN + 2]
    assert run.start_time is not None
    assert run.start_time.timestamp() == BEGAN


def test_a_time_that_nobody_noted_is_not_when_a_run_began(tmp_path: Path) -> None:
    file = write_scalars(tmp_path, {"loss": [1.0]}, more_times=[0.0, math.nan])
    run = only(read_tensorboard(file, "mine"))
    assert run.start_time is not None
    assert (run.start_time.timestamp(), run.end_time) == (BEGAN, run.start_time)


def test_hyper_parameters_become_parameters(tmp_path: Path) -> None:
    hparams = {"lr": 0.01, "layers": 3, "name": "resnet", "frozen": True}
    file = write_scalars(tmp_path, {"acc": [0.5]}, hparams=hparams)
    run = only(read_tensorboard(file, "mine"))
    assert run.params == {"lr": "0.01", "layers": "3", "name": "resnet", "frozen": "true"}
    assert list(run.series) == ["acc"]


def test_every_folder_is_a_run(tmp_path: Path) -> None:
    for name in (".", "a", "b/deep"):
        write_scalars(tmp_path / name, {"loss": [0.5]})
    (tmp_path / "a" / "notes.txt").write_text("no event file")
    names = [run.name for run in read_tensorboard(tmp_path, "top")]
    assert names == ["top", "a", "b/deep"]
    archive = tmp_path / "packed.zip"
    archive.write_bytes(zipped(tmp_path))
    assert [run.name for run in read_tensorboard(archive, "top")] == names


def test_a_file_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    file = write_scalars(tmp_path, {"loss": [0.5, 0.4, 0.3]})
    content = file.read_bytes()
    for lost in (1, 5, 20):
        file.write_bytes(content[:-lost])
        run = only(read_tensorboard(file, "mine"))
        assert run.series["loss"].values.tolist() == pytest.approx([0.5, 0.4])
        assert "the last record is cut off" in run.left_out[0].reason


def test_a_damaged_record_is_found_by_its_check_sum(tmp_path: Path) -> None:
    file = write_scalars(tmp_path, {"loss": [0.5, 0.4]})
    damaged = bytearray(file.read_bytes())
    damaged[-6] ^= 1
    file.write_bytes(damaged)
    run = only(read_tensorboard(file, "mine"))
    assert run.series["loss"].values.tolist() == [0.5]
    assert "a record is damaged" in run.left_out[0].reason


@pytest.mark.parametrize(
    "content", [b"", b"x", b"no event file at all" * 10, b"\0" * 64, os.urandom(4096)]
)
def test_what_is_no_event_file_is_skipped_with_a_reason(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "events.out.tfevents.1"
    file.write_bytes(content)
    (candidate,) = read_all(read_tensorboard(file, "mine"))
    assert isinstance(candidate, SkippedRecord)


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=5), st.integers(0, 40))
def test_records_come_back_as_they_were_framed(contents: list[bytes], lost: int) -> None:
    data = framed(*contents)
    assert list(Records(io.BytesIO(data))) == contents
    kept = data[: len(data) - lost]
    try:
        read = list(Records(io.BytesIO(kept)))
    except RecordError:
        read = []
    assert read == contents[: len(read)]


def test_the_check_sum_is_that_of_the_real_writer() -> None:
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

    for data in (b"", b"a", bytes(range(256)) * 9):
        assert masked_crc(data) == masked_crc32c(data)


def framed(*contents: bytes) -> bytes:
    """Return the contents as a writer of event files frames them."""
    return b"".join(
        struct.pack("<QI", len(one), masked_crc(struct.pack("<Q", len(one))))
        + one + struct.pack("<I", masked_crc(one))
        for one in contents
    )  # fmt: skip


def event(*tags: str) -> bytes:
    return bytes(Event(step=1, summary={"value": [{"tag": tag, "simple_value": 1} for tag in tags]})
                 .SerializeToString())  # fmt: skip


def test_what_is_larger_than_any_number_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "events.out.tfevents.1"
    file.write_bytes(framed(event("loss"), bytes(MAX_READ + 1), event("acc")))
    run = only(read_tensorboard(file, "mine"))
    assert sorted(run.series) == ["acc", "loss"]
    assert "records of over 16 MiB (1)" in run.left_out[0].reason


def test_a_large_record_that_is_cut_off_is_the_end_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "events.out.tfevents.1"
    file.write_bytes(framed(event("loss"), bytes(MAX_READ + 1))[:-10])
    run = only(read_tensorboard(file, "mine"))
    assert list(run.series) == ["loss"]
    assert any("cut off" in one.reason for one in run.left_out)


def test_a_run_has_so_many_curves_and_not_more(tmp_path: Path) -> None:
    file = tmp_path / "events.out.tfevents.1"
    tags = [f"t{number}" for number in range(MAX_CURVES + 1)]
    file.write_bytes(framed(event(*tags[:5000]), event(*tags[5000:]), event(*tags)))
    run = only(read_tensorboard(file, "mine"))
    assert list(run.series) == tags[:MAX_CURVES]
    reasons = " ".join(one.reason for one in run.left_out)
    assert "only the first 10,000 curves are kept, 1 are left out" in reasons
    assert "events of over 10,000 values (1)" in reasons


@pytest.mark.parametrize(
    ("content", "kind"),
    [(gzip.compress(b"x" * 600), "gzip"), (bytes(257) + b"ustar" + bytes(300), "tar")],
    ids=["gzip", "tar"],
)
def test_another_kind_of_archive_is_called_by_its_name(
    tmp_path: Path, content: bytes, kind: str
) -> None:
    path = tmp_path / "logs"
    path.write_bytes(content)
    with pytest.raises(ImportRefused, match=f"This is a {kind} archive: send the folder as a zip"):
        read_all(read_tensorboard(path, "mine"))


def test_a_folder_keeps_its_key_whatever_its_files_say(tmp_path: Path) -> None:
    file = write_scalars(tmp_path / "a", {"loss": [0.5]})
    (candidate,) = read_tensorboard(tmp_path, "mine")
    assert isinstance(candidate, Candidate)
    digest = hashlib.sha256(b"a" + file.read_bytes()).hexdigest()
    assert candidate.source == f"tensorboard:{digest}"


def test_a_folder_without_event_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="no event file"):
        read_all(read_tensorboard(tmp_path, "mine"))


@pytest.mark.parametrize("version", [2, 3])
def test_a_tracking_database_is_read_completely(tmp_path: Path, version: int) -> None:
    file = tracked(tmp_path, version)
    file.run("a" * 32, "first")
    file.metric(
        "a" * 32, "val_loss", (2, 0.25), (0, 0.5), (1, math.nan), (3, -1.7976931348623157e308)
    )
    file.insert("params", ("lr", "0.01", "a" * 32), ("epochs", "10", "a" * 32))
    file.insert("tags", ("mlflow.note.content", "# Why", "a" * 32), ("site", "north", "a" * 32),
                ("mlflow.runName", "first", "a" * 32))  # fmt: skip
    (candidate,) = read_mlflow(file.close())
    assert isinstance(candidate, Candidate)
    assert (candidate.name, candidate.source) == ("first", "mlflow:" + "a" * 32)
    run = only(read_mlflow(file.path))
    assert (run.name, run.status) == ("first", "completed")
    assert (run.notes, run.params) == ("# Why", {"lr": "0.01", "epochs": "10"})
    assert run.tags["site"] == "north"
    assert (run.tags["import.experiment"], run.tags["import.user"]) == ("chest", "ada")
    loss = run.series["val_loss"]
    assert loss.steps.tolist() == [0, 1, 2, 3]
    assert loss.values.tolist()[::2] == [0.5, 0.25]
    assert math.isnan(loss.values[1])
    assert loss.values[3] == -math.inf
    assert loss.times.tolist() == [1_700_000_001, 1_700_000_002, 1_700_000_000, 1_700_000_003]
    assert run.start_time is not None
    assert run.end_time is not None
    assert (run.end_time - run.start_time).total_seconds() == 600


@pytest.mark.parametrize(
    ("status", "ours"),
    [("FINISHED", "completed"), ("FAILED", "failed"), ("KILLED", "cancelled"),
     ("RUNNING", "cancelled"), ("SCHEDULED", "cancelled"), (None, "cancelled")],
)  # fmt: skip
def test_states_become_ours(tmp_path: Path, status: str | None, ours: str) -> None:
    file = tracked(tmp_path)
    file.run("r1", status=status, end=None)
    assert only(read_mlflow(file.close())).status == ours


def test_deleted_runs_are_left_out_with_a_reason(tmp_path: Path) -> None:
    file = tracked(tmp_path)
    file.run("gone", "old", lifecycle_stage="deleted")
    assert list(read_mlflow(file.close())) == [
        SkippedRecord(name="old", reason="it is deleted there")
    ]


def test_runs_of_a_deleted_experiment_are_left_out_with_a_reason(tmp_path: Path) -> None:
    file = tracked(tmp_path)
    file.run("r1", "hidden")
    file.script("UPDATE experiments SET lifecycle_stage = 'deleted'")
    reason = "its experiment 'chest' is deleted there"
    assert list(read_mlflow(file.close())) == [SkippedRecord(name="hidden", reason=reason)]


def test_a_metric_that_was_reported_without_steps_is_counted_up(tmp_path: Path) -> None:
    file = tracked(tmp_path)
    file.run("r1")
    file.metric("r1", "loss", (0, 0.5), (0, 0.4), (0, 0.3))
    run = only(read_mlflow(file.close()))
    assert run.series["loss"].steps.tolist() == [0, 1, 2]
    assert run.series["loss"].values.tolist() == [0.5, 0.4, 0.3]
    assert [one.reason for one in run.left_out] == [
        "points without a step are numbered from 0 in their order: 3 points (loss 3)"
    ]


def test_what_does_not_fit_is_named(tmp_path: Path) -> None:
    file = tracked(tmp_path)
    file.run("r1", "one")
    file.metric("r1", "a\nb", (0, 1.0))
    file.insert("params", ("long", "x" * 7000, "r1"))
    file.insert("tags", *((f"t{number}", "x", "r1") for number in range(95)))
    run = only(read_mlflow(file.close()))
    assert (list(run.series), run.params) == ([], {})
    assert len(run.left_out) == 7
    assert {one.name.split(":")[0] for one in run.left_out} == {"one"}


def test_odd_values_are_read_as_what_they_can_be(tmp_path: Path) -> None:
    file = tracked(tmp_path)
    file.run("r1", "nul\0 and\nlines", start="noon", end=2**62)
    file.insert("metrics", ("loss", "text", "x", "r1", "one", 0), ("loss", 1.5, -5, "r1", 7, 0))
    file.insert("tags", ("blob", b"\xff\0\xfe", "r1"), ("none", None, "r1"))
    run = only(read_mlflow(file.close()))
    assert (run.name, run.start_time, run.end_time) == ("nul and lines", None, None)
    assert run.series["loss"].steps.tolist() == [0, 7]
    assert run.series["loss"].times.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    "content", [b"", b"SQLite format 3\0", b"x" * 5000, b"SQLite format 3\0" * 500]
)
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mlflow.db"
    path.write_bytes(content)
    with pytest.raises(ImportRefused):
        read_all(read_mlflow(path))


def test_another_program_s_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE runs (id INTEGER)")
    with pytest.raises(ImportRefused, match="no table 'experiments'"):
        read_all(read_mlflow(path))


def test_a_view_that_computes_for_ever_is_refused(tmp_path: Path) -> None:
    file = tracked(tmp_path)
    file.script(
        "DROP TABLE runs; CREATE VIEW runs AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 "
        "FROM n) SELECT x AS run_uuid, x AS experiment_id, x AS status, x AS lifecycle_stage FROM n;"
    )
    with pytest.raises(ImportRefused, match="no table 'runs'"):
        list(read_mlflow(file.close()))


def test_a_virtual_table_is_no_table(tmp_path: Path) -> None:
    file = tracked(tmp_path)
    columns = "run_uuid, experiment_id, status, lifecycle_stage"
    file.script(f"DROP TABLE runs; CREATE VIRTUAL TABLE runs USING fts5({columns});")
    with pytest.raises(ImportRefused, match="no table 'runs'"):
        read_all(read_mlflow(file.close()))


def test_a_view_in_place_of_the_points_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tracked(tmp_path)
    file.run("r1")
    file.script(
        "DROP TABLE metrics; CREATE VIEW metrics AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL "
        "SELECT x+1 FROM n LIMIT 100000000) SELECT 'r1' AS run_uuid, x AS key, x AS value FROM n;"
    )
    with pytest.raises(ImportRefused, match="no table 'metrics'"):
        read_all(read_mlflow(file.close()))


def test_a_database_that_would_keep_us_busy_for_ever_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tracked(tmp_path)
    file.run("r1")
    file.metric("r1", "loss", *((step, 0.5) for step in range(5000)))
    monkeypatch.setattr("services.imports.mlflow_file.MIN_STEPS", 0)
    monkeypatch.setattr("services.imports.mlflow_file.STEPS_PER_BYTE", 0)
    monkeypatch.setattr("services.imports.mlflow_file.STEPS_AT_ONCE", 100)
    with pytest.raises(ImportRefused, match="takes too long"):
        read_all(read_mlflow(file.close()))


def test_a_value_that_is_too_long_to_be_one_is_refused(tmp_path: Path) -> None:
    file = tracked(tmp_path)
    file.run("r1")
    file.insert("tags", ("long", "x" * 17_000_000, "r1"))
    with pytest.raises(ImportRefused, match="too big"):
        read_all(read_mlflow(file.close()))


def test_of_too_many_metrics_the_first_are_kept_and_the_others_counted(tmp_path: Path) -> None:
    file = tracked(tmp_path)
    file.run("r1", "many")
    file.run("r2", "few")
    file.insert("metrics", *((f"m{n}", 1.0, 0, "r1", 0, 0) for n in range(MAX_CURVES + 1)))
    many, few = read_all(read_mlflow(file.close()))
    assert isinstance(many, ForeignRun)
    assert len(many.series) == MAX_CURVES
    assert [one.reason for one in many.left_out] == [
        "only the first 10,000 metrics are kept, 1 are left out"
    ]
    assert (isinstance(few, ForeignRun), few.name) == (True, "few")


def test_a_run_without_an_id_is_left_out(tmp_path: Path) -> None:
    file = tracked(tmp_path)
    file.run("", "nameless")
    assert read_all(read_mlflow(file.close())) == [
        SkippedRecord(name="nameless", reason="it has no id there")
    ]


def test_a_result_of_a_size_that_none_has_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    with path.open("wb") as file:
        file.truncate(300 * 2**20)
    with pytest.raises(ImportRefused, match="has 300 MiB; a result has at most 32 MiB"):
        read_all(read_flower(path, "mine"))


def test_a_nesting_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_bytes(b'{"a":' * 100_000 + b"1" + b"}" * 100_000)
    with pytest.raises(ImportRefused, match="nesting that is too large"):
        read_all(read_flower(path, "mine"))


def test_a_database_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    file = tracked(tmp_path)
    file.run("r1")
    file.metric("r1", "loss", *((step, 0.5) for step in range(5000)))
    path = file.close()
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(ImportRefused, match="damaged"):
        read_all(read_mlflow(path))


def test_the_database_is_never_written(tmp_path: Path) -> None:
    file = tracked(tmp_path)
    file.run("r1")
    path = file.close()
    path.chmod(0o400)
    before = path.read_bytes()
    read_all(read_mlflow(path))
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["mlflow.db"]


def test_what_a_server_has_not_put_into_its_file_yet_is_read_too(tmp_path: Path) -> None:
    path = tracked(tmp_path).close()
    server = sqlite3.connect(path)
    server.execute("PRAGMA journal_mode=WAL")
    server.execute("INSERT INTO runs (run_uuid, name, experiment_id) VALUES ('r1', 'newest', 1)")
    server.commit()
    assert only(read_mlflow(path)).name == "newest"
    server.close()
