"""What becomes of logs of Inspect: good ones, old ones, unfinished ones and broken ones."""

import json
import random
import struct
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.imports.errors import ImportRefused
from services.imports.inspect_log import read_inspect
from services.imports.types import ForeignRun
from tests.factories.evaluation_logs import (
    CASES,
    DEFLATED,
    ZSTD,
    eval_log,
    header,
    sample,
    zstd_zip,
)


def read(tmp_path: Path, content: bytes, name: str = "mine") -> ForeignRun:
    path = tmp_path / "file"
    path.write_bytes(content)
    (candidate,) = read_inspect(path, name)
    run = candidate.read()
    assert isinstance(run, ForeignRun)
    return run


def assert_read_or_refused(tmp_path: Path, content: bytes) -> None:
    try:
        outcome = read(tmp_path, content).name
    except ImportRefused as error:
        outcome = str(error)
    assert outcome


def refusal(tmp_path: Path, content: bytes) -> str:
    with pytest.raises(ImportRefused) as caught:
        read(tmp_path, content)
    return str(caught.value)


def values(run: ForeignRun) -> dict[str, float]:
    return {name: float(columns.values[0]) for name, columns in run.series.items()}


def rows(run: ForeignRun) -> list[dict[str, Any]]:
    return parquet.read_table(run.files[0].holder.content).to_pylist()


def said(run: ForeignRun) -> str:
    return " | ".join(f"{one.name}: {one.reason}" for one in run.left_out)


def test_a_log_that_inspect_wrote_is_read_whole() -> None:
    (candidate,) = read_inspect(CASES / "colours.eval", "2026-11-29T22-09-27-00-00_colours_i9K")
    run = candidate.read()
    assert isinstance(run, ForeignRun)
    assert (run.name, run.status) == ("colours, fixture/parrot", "completed")
    figures = {
        "accuracy": 0.4, "stderr": 0.24494897427831783,
        "length/mean": 1.7, "length/stderr": 0.12247448713915889,
    }  # fmt: skip
    assert run.declared is not None
    assert (run.declared.metrics, run.declared.num_rows) == (figures, 5)
    used = {"samples": 5, "input_tokens": 50, "output_tokens": 10, "total_tokens": 60, "seconds": 2}
    assert values(run) == {**figures, **used}
    assert run.tags["import.recomputed"] == "accuracy, stderr, length/mean, length/stderr"
    assert (run.params["model"], run.params["config.epochs"]) == ("fixture/parrot", "2")
    assert "events (170)" in said(run)
    assert len(rows(run)) == 5 * 2 * 2
    assert run.goals == {}


def test_a_scorer_of_several_values_gives_a_row_and_a_figure_for_each() -> None:
    (candidate,) = read_inspect(CASES / "facet.eval", "mine")
    run = candidate.read()
    assert isinstance(run, ForeignRun)
    assert run.declared is not None
    assert run.declared.metrics == {"clear/mean": 0.5, "short/mean": 2 / 3}
    assert {row["score"] for row in rows(run)} == {"facets/clear", "facets/short"}
    assert run.tags["import.recomputed"] == "clear/mean, short/mean"


@pytest.mark.parametrize("method", [DEFLATED, ZSTD])
def test_members_may_be_packed_with_deflate_or_zstandard(tmp_path: Path, method: int) -> None:
    run = read(tmp_path, eval_log(header(), sample("a"), sample("b"), method=method))
    assert [row["sample"] for row in rows(run)] == ["a", "b"]


def test_a_plain_json_log_is_read_the_same(tmp_path: Path) -> None:
    log = {**header(), "samples": [sample("a"), sample("b")], "reductions": [{"scorer": "match"}]}
    run = read(tmp_path, json.dumps(log).encode())
    assert run.tags["import.recomputed"] == "accuracy, stderr"
    assert len(rows(run)) == 2


def test_a_figure_that_the_samples_do_not_give_is_kept_and_the_difference_said(
    tmp_path: Path,
) -> None:
    run = read(tmp_path, eval_log(header(accuracy=0.9), sample("a"), sample("b", value="I")))
    assert values(run)["accuracy"] == 0.9
    reason = "the file says 0.9, its 2 scored samples give 0.5: kept as the file says"
    assert f"mine: accuracy: {reason}" in said(run)
    assert "import.recomputed" not in run.tags


def test_what_is_no_number_is_a_gap_and_named(tmp_path: Path) -> None:
    samples = [sample("a", value=float("nan")), sample("b", value="A+"), sample("c", value=[1, 2])]
    run = read(tmp_path, eval_log(header(accuracy=float("nan"), stderr=None), *samples))
    assert {"accuracy", "stderr"}.isdisjoint(run.series)
    assert "metrics without a number in the file, a gap here: accuracy, stderr" in said(run)
    assert "scores that are no numbers are texts in the table: match (2)" in said(run)
    assert [row["value"] for row in rows(run)] == [None] * 3
    assert [row["raw_value"] for row in rows(run)] == ["NaN", "A+", "[1, 2]"]


def test_an_accuracy_above_one_is_a_curve_and_no_result_of_that_name(tmp_path: Path) -> None:
    run = read(tmp_path, eval_log(header(accuracy=61.5)))
    assert values(run)["accuracy"] == 61.5
    assert "metrics that cannot be what their names say are no results: accuracy" in said(run)


@pytest.mark.parametrize(
    ("status", "kept"),
    [("error", "failed"), ("cancelled", "cancelled"), ("started", "cancelled")],
)
def test_a_log_that_did_not_end_well_keeps_its_samples(
    tmp_path: Path, status: str, kept: str
) -> None:
    error = {"message": "the server left", "traceback": "…"}
    head = header(status=status, results=None, error=error)
    run = read(tmp_path, eval_log(head, sample("a")))
    assert (run.status, run.tags["import.status"], len(rows(run))) == (kept, status, 1)
    assert run.declared is None
    assert run.notes == "The evaluation ended with an error: the server left"
    assert f"the evaluation did not end well ({status}): what is there is kept" in said(run)


def test_a_log_without_a_header_is_read_by_its_journal(tmp_path: Path) -> None:
    start = {name: header()[name] for name in ("version", "eval")}
    run = read(tmp_path, eval_log(None, sample("a"), **{"_journal/start.json": start}))
    assert (run.status, run.tags["import.status"]) == ("cancelled", "started")


def test_a_log_of_version_1_has_one_score_without_a_name(tmp_path: Path) -> None:
    old = {"id": 7, "epoch": 1, "input": "?", "target": "x", "score": {"value": "C"}}
    results = {"scorer": {"name": "match"}, "metrics": {"accuracy": {"value": 1.0}}}
    run = read(tmp_path, eval_log(header(version=1, results=results), old))
    assert (run.tags["import.log_version"], run.tags["import.recomputed"]) == ("1", "accuracy")
    assert (rows(run)[0]["sample"], rows(run)[0]["score"]) == ("7", "match")


def test_of_a_sample_that_is_there_twice_the_first_is_kept(tmp_path: Path) -> None:
    log = {**header(), "samples": [sample("a"), sample("a", value="I"), sample("a", epoch=2)]}
    run = read(tmp_path, json.dumps(log).encode())
    assert [(row["epoch"], row["value"]) for row in rows(run)] == [(1, 1.0), (2, 1.0)]
    assert "samples that are there twice, the first is kept: 1" in said(run)


def test_of_members_of_one_name_the_last_counts_as_in_a_log_that_was_continued(
    tmp_path: Path,
) -> None:
    path = tmp_path / "log"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("header.json", json.dumps(header(status="started")))
        archive.writestr("samples/a_epoch_1.json", json.dumps(sample("a")))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("header.json", json.dumps(header()))
    run = read(tmp_path, path.read_bytes())
    assert run.status == "completed"
    assert "members of the archive that a later one of their name replaced: 1" in said(run)


def test_a_log_without_samples_keeps_its_figures_and_says_so(tmp_path: Path) -> None:
    run = read(tmp_path, eval_log(header(accuracy=0.25)))
    assert (values(run)["accuracy"], list(run.files)) == (0.25, [])
    assert "the file holds no samples: its figures could not be recomputed" in said(run)


def test_samples_that_are_missing_are_said(tmp_path: Path) -> None:
    results = {**header()["results"], "total_samples": 10}
    run = read(tmp_path, eval_log(header(results=results), sample("a")))
    assert "the file says 10 samples with all epochs, it holds 1" in said(run)


def test_a_long_text_is_cut_and_counted(tmp_path: Path) -> None:
    run = read(tmp_path, eval_log(header(), sample("a", input="x" * 20_001)))
    assert len(rows(run)[0]["input"]) == 20_000
    assert "texts of the samples that were cut: 1" in said(run)


def test_epochs_are_reduced_before_they_are_averaged(tmp_path: Path) -> None:
    scores = [("a", 1, "C"), ("a", 2, "I"), ("a", 3, "I"), ("b", 1, "C")]
    samples = [sample(identity, epoch, value) for identity, epoch, value in scores]
    spec = {**header()["eval"], "config": {"epochs_reducer": ["max"]}}
    run = read(tmp_path, eval_log(header(accuracy=1.0, eval=spec), *samples))
    assert run.tags["import.recomputed"] == "accuracy, stderr"
    spec = {**spec, "config": {"epochs_reducer": ["pass_at_2"]}}
    run = read(tmp_path, eval_log(header(eval=spec), *samples))
    assert "without being recomputed: accuracy, stderr" in said(run)


GOOD = eval_log(header(), sample("a"))


def damaged() -> bytes:
    """Return a log whose sample is not what its check sum says."""
    place = GOOD.index(b"samples/a_epoch_1.json") + len("samples/a_epoch_1.json") + 3
    return GOOD[:place] + bytes([GOOD[place] ^ 0xFF]) + GOOD[place + 1 :]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"junk", "The log is not JSON: line 1, column 1: Expecting value."),
        (b"", "The log is not JSON: line 1, column 1: Expecting value."),
        (b"\xff\xfe{}", "The log is not UTF-8: byte 0."),
        (b"[1]", "This is no log of Inspect: its header has no 'eval'."),
        (b"[" * 200_000, "The log holds a number or a nesting that is too large."),
        (b"1" * 5_000, "The log holds a number or a nesting that is too large."),
        (GOOD[:-30], "The archive is cut off: its directory is missing."),
        (damaged(), "The archive is damaged at samples/a_epoch_1.json."),
        (eval_log(None, sample("a")), "holds neither header.json nor a journal"),
        (eval_log(None, **{"a.eval": 1, "b.eval": 2}), "The archive holds 2 logs (.eval)"),
        (eval_log([]), "This is no log of Inspect: its header has no 'eval'."),
        (eval_log(header(version=3)), "This log has version 3; 1 and 2 are read."),
        (eval_log(header(version=True)), "This log has version True; 1 and 2 are read."),
        (eval_log(header(status="done")), "This log has the status 'done'"),
        (eval_log(header(eval={"task": "t"})), "which model it is of: 'eval.model'"),
        (eval_log(header(results=[])), "'results' of this log is no object."),
        (eval_log(header(results={"scores": {}})), "neither figures nor samples"),
        (eval_log(header(results={"scores": [1]})), "'results.scores' of this log is no list"),
        (eval_log(header(results=None, status="error")), "its status is 'error'"),
        (eval_log(header(), **{"samples/x.json": {}}), "A sample of this log has no id."),
        (eval_log(header(), **{"samples/x.json": 1}), "A sample of this log is no object."),
        (eval_log(header(), sample("a", epoch=0)), "The sample 'a' has no epoch of 1 or more."),
        (eval_log(header(), sample("a", scores=[1])), "'scores' of the sample 'a' is no object."),
        (eval_log(header(), **{"../x.json": 1}), "the name leads out of the archive (..)"),
        (eval_log(header(), **{"/x.json": 1}), "the name is an absolute path"),
        (eval_log(header(), **{"a.zip": 1}), "it is an archive inside the archive"),
        (zstd_zip({"header.json": b"{}"}, size=100), "The archive is damaged at header.json."),
        (zstd_zip({"header.json": b"{}"}, crc=1), "The archive is damaged at header.json."),
        (zstd_zip({"header.json": b"{}  "}, size=2), "The archive is damaged at header.json."),
        (GOOD.replace(struct.pack("<H", 8), struct.pack("<H", 14)), "an unusual method"),
    ],
)
def test_a_broken_log_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    assert sentence in refusal(tmp_path, content)


def test_a_sample_that_is_too_large_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(400_000)
    content = zstd_zip({"samples/a_epoch_1.json": noise}, size=129 * 1024 * 1024)
    assert "samples/a_epoch_1.json: it unpacks to over 128 MiB" in refusal(tmp_path, content)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = zstd_zip({"header.json": b" " * (100 * 1024 * 1024)})
    assert "more than 1000 times is refused as a bomb" in refusal(tmp_path, bomb)


ODD = [
    None,
    True,
    0,
    -1,
    10**400,
    1e400,
    "",
    "\0\ud800",
    [],
    [1],
    {},
    {"": {}},
    "N/A",
    "2026-99-99",
]


@given(st.data())
def test_no_odd_value_anywhere_is_more_than_refused(data: st.DataObject) -> None:
    log = {
        **header(),
        "samples": [sample("a", model_usage={"m": {"total_tokens": 3}}), sample("b")],
    }
    place: Any = log
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else [0]))
        if not place[key] or not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(st.sampled_from(ODD))
    with TemporaryDirectory() as folder:
        assert_read_or_refused(Path(folder), json.dumps(log).encode())
