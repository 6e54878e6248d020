"""What becomes of results of lm-eval: tasks, groups, filters, samples, and what is broken."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest

from harness.archives import zip_bytes
from services.imports.errors import ImportRefused
from services.imports.lm_eval import count_lm_eval, read_lm_eval
from services.imports.types import Candidate, ForeignRun, SkippedRecord
from tests.factories.evaluation_logs import CASES, line, lm_eval_zip, results

LINES = [line(0, 1.0), line(1, 0.0)]


def read(path: Path, name: str = "results") -> list[ForeignRun | SkippedRecord]:
    candidates = list(read_lm_eval(path, name))
    assert count_lm_eval(path) == len(candidates)
    return [one.read() if isinstance(one, Candidate) else one for one in candidates]


def only(tmp_path: Path, content: bytes, name: str = "results") -> ForeignRun:
    path = tmp_path / "file"
    path.write_bytes(content)
    (run,) = read(path, name)
    assert isinstance(run, ForeignRun)
    return run


def zipped(given: Any = None, *lines: Any) -> bytes:
    return lm_eval_zip(results() if given is None else given, {"sky": list(lines or LINES)})


def figures(run: ForeignRun) -> dict[str, float]:
    return {name: float(columns.values[0]) for name, columns in run.series.items()}


def said(run: ForeignRun) -> str:
    return " | ".join(f"{one.name}: {one.reason}" for one in run.left_out)


def rows(run: ForeignRun) -> list[dict[str, Any]]:
    return parquet.read_table(run.files[0].holder.content).to_pylist()


def test_a_zip_that_lm_eval_wrote_becomes_a_run_per_task_that_stands_by_itself() -> None:
    by_name = {run.name: run for run in read(CASES / "nature.zip") if isinstance(run, ForeignRun)}
    assert sorted(by_name) == ["nature, fixture/parrot", "words, fixture/parrot"]
    nature, words = (by_name[name] for name in sorted(by_name))
    assert nature.declared is not None
    assert (set(nature.declared.metrics), nature.declared.num_rows) == ({"acc", "acc_stderr"}, 9)
    assert nature.params["subtasks"] == "nature_sky, nature_sea"
    checked = nature.tags["import.recomputed"].split(", ")
    assert {"acc", "nature_sky/acc", "nature_sea/acc_norm_stderr"} <= set(checked)
    assert figures(nature)["nature_sea/samples"] == 4
    assert len(rows(nature)) == 9 * 2
    assert nature.goals == dict.fromkeys(("acc", *(f"nature_{one}" for one in ("sky/acc", "sea/acc", "sky/acc_norm", "sea/acc_norm"))), "max")  # fmt: skip
    assert {"exact_match/first", "exact_match/maj", "bleu/maj"} <= set(figures(words))
    assert "without being recomputed: bleu/first" in said(words)
    assert "scores that are no numbers are texts in the table: bleu (8)" in said(words)


def test_a_folder_is_read_as_its_zip_and_is_the_same_evaluation(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(zipped())
    (packed,) = read_lm_eval(tmp_path / "file", "x")
    folder = tmp_path / "folder"
    folder.mkdir()
    time = "2026-01-02T03-04-05.678"
    (folder / f"results_{time}.json").write_text(json.dumps(results()))
    (folder / f"samples_sky_{time}.jsonl").write_text("\n".join(map(json.dumps, LINES)))
    (unpacked,) = read_lm_eval(folder, "x")
    assert isinstance(packed, Candidate)
    assert isinstance(unpacked, Candidate)
    assert packed.source == unpacked.source


def test_results_alone_keep_their_figures_and_say_that_nothing_was_recomputed(
    tmp_path: Path,
) -> None:
    run = only(tmp_path, json.dumps(results()).encode())
    assert (run.name, run.files) == ("sky, fixture/parrot", [])
    assert figures(run) == {"acc": 0.5, "acc_stderr": 0.5, "samples": 2}
    assert "the file holds no samples: its figures could not be recomputed" in said(run)


def test_a_direction_is_what_the_file_says_and_none_where_it_says_none(tmp_path: Path) -> None:
    row = {"acc,none": 0.5, "odd,none": 1.0, "gap,none": 2.0}
    given = results(results={"sky": row}, higher_is_better={"sky": {"acc": False, "odd": None}})
    assert only(tmp_path, json.dumps(given).encode()).goals == {"acc": "min"}


def test_metrics_before_version_04_have_no_filter(tmp_path: Path) -> None:
    given = results(results={"sky": {"acc": 0.5, "acc_stderr": 0.5}})
    run = only(tmp_path, zipped(given))
    assert run.tags["import.recomputed"] == "acc, acc_stderr"


def test_figures_and_counts_that_differ_from_the_samples_are_said(tmp_path: Path) -> None:
    run = only(tmp_path, zipped(None, line(0, 1.0), line(1, 1.0), line(2, 1.0), line(2, 0.0)))
    assert "acc: the file says 0.5, its 3 scored samples give 1" in said(run)
    assert "sky: the file says 2 samples, it holds 3" in said(run)
    assert "samples that are there twice, the first is kept: 1" in said(run)


def test_not_available_and_nan_are_gaps_that_are_named(tmp_path: Path) -> None:
    row = {"acc,none": float("nan"), "acc_stderr,none": "N/A", "bleu,none": 3.0}
    run = only(tmp_path, zipped(results(results={"sky": row})))
    assert figures(run) == {"bleu": 3.0, "samples": 2}
    assert "metrics without a number in the file, a gap here: acc, acc_stderr" in said(run)


@pytest.mark.parametrize(("mean", "is_recomputed"), [(2 / 3, True), (0.75, True), (0.1, False)])
def test_a_group_is_the_mean_of_all_samples_or_of_its_tasks(
    tmp_path: Path, mean: float, is_recomputed: bool
) -> None:
    rows = {
        "all": {"alias": "All", "acc,none": mean, "acc_stderr,none": "N/A"},
        "sky": {"alias": " - Sky", "acc,none": 0.5},
        "sea": {"alias": " - sea", "acc,none": 1.0},
    }
    given = results(
        results=rows, groups={"all": rows["all"]}, group_subtasks={"all": ["sky", "sea"]}
    )
    given["n-samples"] = {}
    samples = {"sky": LINES, "sea": [line(0, 1.0)]}
    run = only(tmp_path, lm_eval_zip(given, samples))
    assert run.name == "all, fixture/parrot"
    assert ("acc" in run.tags["import.recomputed"].split(", ")) is is_recomputed
    assert ("acc: the file says 0.1, its 3 scored samples give" in said(run)) is not is_recomputed


def test_groups_that_hold_each_other_are_read_once(tmp_path: Path) -> None:
    rows = {"a": {"acc,none": 0.5}, "b": {"acc,none": 0.25}}
    given = results(results=rows, group_subtasks={"a": ["b"], "b": ["a"]})
    path = tmp_path / "file"
    path.write_bytes(json.dumps(given).encode())
    assert [run.name for run in read(path)] == ["a, fixture/parrot", "b, fixture/parrot"]


def test_a_key_in_the_arguments_of_a_model_is_not_kept(tmp_path: Path) -> None:
    config = {"model": "api", "model_args": "base_url=http://x,api_key=sk-123", "limit": None}
    run = only(tmp_path, json.dumps(results(config=config)).encode())
    assert "sk-123" not in str(vars(run))
    assert "config.model_args: it may hold a key and is not kept" in said(run)


def test_of_two_results_files_a_broken_one_costs_only_itself(tmp_path: Path) -> None:
    good = json.dumps(results()).encode()
    files = {"a/results_1.json": good, "b/results_2.json": b"{", "a/samples_x_9.jsonl": b"{}"}
    (tmp_path / "file").write_bytes(zip_bytes(files))
    outcomes = read(tmp_path / "file")
    assert [one.name for one in outcomes] == [
        "sky, fixture/parrot", "samples of x_9", "results_2.json",
    ]  # fmt: skip
    reasons = [one.reason for one in outcomes if isinstance(one, SkippedRecord)]
    assert reasons[0] == "the results have no such task"
    assert reasons[1].startswith("results_2.json is not JSON: line 1, column 2")


def test_samples_of_another_folder_belong_to_no_results(tmp_path: Path) -> None:
    files = {"a/results_1.json": json.dumps(results()).encode(), "b/samples_sky.jsonl": b"{}"}
    (tmp_path / "file").write_bytes(zip_bytes(files))
    assert read(tmp_path / "file")[1] == SkippedRecord(
        name="b/samples_sky.jsonl", reason="these samples belong to no results file here"
    )


def line_of(text: str) -> bytes:
    files = {"results.json": json.dumps(results()).encode(), "samples_sky.jsonl": text.encode()}
    return zip_bytes(files)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"junk", "results.json is not JSON: line 1, column 1"),
        (b"[]", "This is no results file of lm-eval: it has no object 'results'."),
        (b'{"results": {"a": 1}}', "The results of 'a' are no object of metrics."),
        (b'{"results": {}}', "The results file holds no metric."),
        (b'{"results": {"a": {"alias": "a", " ": " "}}}', "The results file holds no metric."),
        (json.dumps(line(0)).encode(), "There are samples here, but not the results_….json"),
        (
            zip_bytes({"notes.txt": b"x"}),
            "There is no results_….json of lm-eval among the 1 files.",
        ),
        (zipped()[:-30], "The archive is cut off: its directory is missing."),
        (zip_bytes({"../results.json": b"{}"}), "the name leads out of the archive (..)"),
        (zip_bytes({"results.json": b" " * 2**21}), "more than 100 times is refused as a bomb"),
        (line_of("{}\n"), "Line 1 of the samples of sky: it has no 'doc_id'."),
        (line_of('{"doc_id": 1}\n[]'), "Line 2 of the samples of sky: it is no object."),
        (line_of('{"doc_id": 1}\n\n{"doc'), "Line 3 of the samples of sky is not JSON: line 1"),
    ],
)
def test_broken_results_are_refused_in_one_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ImportRefused) as caught:
        read(path)
    assert sentence in str(caught.value)
