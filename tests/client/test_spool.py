"""What the client writes down, whatever a training hands to it."""

import json
import logging
import os
import sys
import threading

import numpy as np
import pytest
import torch

import roundhouse
from roundhouse import values
from roundhouse.batches import Request, next_part
from roundhouse.delivery import Delivery
from roundhouse.errors import Refused
from roundhouse.spool import InUse, SpoolReader, find_folders, open_lock


@pytest.fixture
def run(tmp_path):
    run = roundhouse.init(name="test", mode="offline", folder=tmp_path)
    yield run
    run.finish()


def spooled(run, kind: str = "points") -> list[dict]:
    reader = SpoolReader(run.folder)
    return [one for _, one in reader.records() if one is not None and one["kind"] == kind]


def bodies(run, kind: str = "points") -> list[dict]:
    return [one["body"] for one in spooled(run, kind)]


def test_numbers_of_every_kind_are_plain_numbers(run):
    run.log({"a": np.float32(0.5), "b": torch.tensor(2.0), "c": True, "d": np.array([3]), "e": 4})
    assert bodies(run) == [{"a": 0.5, "b": 2.0, "c": 1.0, "d": 3.0, "e": 4.0}]


@pytest.mark.parametrize("step", [2.5, np.float32(2.5), -(2**53), 2**53, "x", None])
def test_a_step_is_a_whole_number_and_never_cut_to_one(run, step):
    run.log({"a": 1}, step=step)
    run.log({"a": 2}, step=7.0)
    assert [one["step"] for one in spooled(run)] == ([0, 7] if step is None else [7])


def test_what_is_not_finite_is_null(run):
    run.log({"a": float("nan"), "b": float("inf"), "c": torch.tensor(float("-inf"))})
    assert bodies(run) == [{"a": None, "b": None, "c": None}]


class Explodes:
    def item(self):
        raise RuntimeError("no")

    def __str__(self):
        raise ValueError("no text either")


def test_what_is_no_metric_is_left_out_and_breaks_nothing(run):
    run.log({"good": 1, "text": "x", "tensor": torch.ones(3), "bad": Explodes(), "": 2, "a\nb": 3})
    run.log("nonsense")
    run.log_params({"p": Explodes(), "q": 1})
    run.log_artifact("no/such/file")
    run.info(Explodes())
    assert bodies(run) == [{"good": 1.0}]


def test_steps_count_on_unless_they_are_given(run):
    for step in (None, None, 10, None, 3, None, -1, "x", 2.0):
        run.log({"a": 1}, step)
    assert [one["step"] for one in spooled(run)] == [0, 1, 10, 11, 3, 12, -1, 2]


def test_nested_dictionaries_become_long_names(run):
    run.log({"val": {"loss": 1, "by": {"site": 2}}})
    run.log_params({"opt": {"lr": 0.1, "betas": (0.9, 0.99)}})
    assert bodies(run) == [{"val/loss": 1.0, "val/by/site": 2.0}]
    assert bodies(run, "params") == [{"opt.lr": 0.1, "opt.betas": "[0.9, 0.99]"}]


def test_texts_are_cleaned_and_long_lines_divided(run):
    run.log_text("a\0b\ud800", "WARN")
    run.log_text("x" * 8001)
    first, second, third = bodies(run, "line")
    assert (first["message"], first["level"]) == ("a\ufffdb?", "warning")
    assert [len(second["message"]), len(third["message"])] == [8000, 1]


def test_a_file_is_kept_as_it_was(run, tmp_path):
    file = tmp_path / "model.bin"
    file.write_bytes(b"first")
    run.log_artifact(file, step=3)
    file.write_bytes(b"second")
    (kept,) = bodies(run, "file")
    assert (kept["name"], kept["step"]) == ("model.bin", 3)
    assert SpoolReader(run.folder).file(kept["file"]).read_bytes() == b"first"


def test_threads_lose_nothing(run):
    def work():
        for _ in range(500):
            run.log({"a": 1})

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one["step"] for one in spooled(run)) == list(range(4000))


def test_a_forked_child_logs_into_the_same_spool_and_ends_nothing(run):
    child = os.fork()
    if child == 0:
        run.log({"child": 1}, step=7)
        run.finish()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    run.log({"parent": 1}, step=8)
    assert [one["step"] for one in spooled(run)] == [7, 8]
    assert spooled(run, "end") == []


def test_an_exception_fails_the_run_and_says_why(tmp_path):
    with pytest.raises(ZeroDivisionError), roundhouse.init(mode="offline", folder=tmp_path) as run:
        1 / 0  # noqa: B018
    (end,) = bodies(run, "end")
    assert (end["status"], end["reason"]) == ("failed", "ZeroDivisionError: division by zero")
    assert bodies(run, "line")[-1]["message"] == "ZeroDivisionError: division by zero"


def test_a_stop_is_an_interrupt_that_ends_the_block(tmp_path):
    with roundhouse.init(mode="offline", folder=tmp_path) as run:
        run.note_stop_request()
        run.log({"a": 1})
        pytest.fail("the training went on")
    assert bodies(run, "end")[0]["status"] == "cancelled"


def test_a_stop_may_only_raise_a_flag(tmp_path):
    with roundhouse.init(mode="offline", folder=tmp_path, on_stop="flag") as run:
        run.note_stop_request()
        run.log({"a": 1})
        assert run.stop_requested
    assert bodies(run, "end")[0]["status"] == "completed"


def test_a_disabled_run_writes_nothing(tmp_path):
    with roundhouse.init(mode="disabled", folder=tmp_path) as run:
        run.log({"a": 1})
        roundhouse.log({"a": 1})
        run.log_artifact(__file__)
    assert list(tmp_path.iterdir()) == []


def test_a_word_that_is_no_choice_is_refused_at_once():
    with pytest.raises(ValueError, match="online or offline or disabled"):
        roundhouse.init(mode="later")


def test_a_folder_that_cannot_be_written_breaks_nothing(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with roundhouse.init(mode="offline", folder=tmp_path / "file") as run:
        run.log({"a": 1})
    assert run.folder is None


def test_one_program_at_a_time_has_a_spool(run):
    with pytest.raises(InUse):
        open_lock(run.folder)
    assert find_folders(run.folder.parent) == [run.folder]


def test_a_torn_line_is_passed_over(run):
    run.log({"a": 1})
    with (run.folder / "spool.jsonl").open("ab") as file:
        file.write(b'{"kind": "poi\n')
    run.log({"a": 2})
    assert bodies(run) == [{"a": 1.0}, {"a": 2.0}]


def test_a_part_that_was_begun_is_cut_in_the_same_place(run):
    run.log({"a": 1})
    reader = SpoolReader(run.folder)
    first = next_part(reader.records(), 0, None)
    reader.note(until=first.end)
    run.log({"a": 2})
    again = SpoolReader(run.folder)
    part = next_part(again.records(), again.sent, again.begun_until)
    assert (part.end, part.points) == (first.end, first.points)
    assert list(part.requests("k")) == list(first.requests("k"))


def test_parts_are_small_enough_for_one_request(run):
    for step in range(25_000):
        run.log({"a": 1.0}, step)
    reader = SpoolReader(run.folder)
    sizes = []
    while (part := next_part(reader.records(), reader.sent, None)) is not None:
        sizes.append(part.count)
        assert len(json.dumps([request.json for request in part.requests("k")])) < 1_000_000
        reader.note(sent=part.end)
    assert sum(sizes) == 25_000
    assert max(sizes) <= 10_000


class Picky:
    """A platform that refuses whatever holds something bad, and keeps the rest."""

    url = "http://picky"

    def __init__(self):
        self.kept = []

    def begin(self, about):
        return {"id": 1}

    def send(self, run_id, request: Request, file):
        if "bad" in json.dumps(request.json):
            raise Refused("422 it is bad", divisible=True)
        self.kept.append(request.json)


def test_what_is_refused_costs_nothing_that_was_logged_beside_it(run):
    for number in range(5):
        run.log_client_round("bad" if number == 3 else "good", number, {"a": 1})
        run.tag({"bad": 1} if number == 3 else {f"tag{number}": 1})
        run.log({"bad" if number == 3 else f"curve{number}": 1})
    platform = Picky()
    Delivery(SpoolReader(run.folder), platform).send_part()
    assert [one["round"] for json in platform.kept for one in json.get("rounds", ())] == [
        0,
        1,
        2,
        4,
    ]
    tags = [name for json in platform.kept for name in json.get("tags", ())]
    assert tags == ["tag0", "tag1", "tag2", "tag4"]
    curves = [one["name"] for json in platform.kept for one in json.get("series", ())]
    assert curves == ["curve0", "curve1", "curve2", "curve4"]
    ids = [json["batch_id"] for json in platform.kept if "batch_id" in json]
    assert len(set(ids)) == len(ids)


def test_more_curves_than_a_batch_holds_are_several_batches(run):
    run.log({f"curve{number}": number for number in range(2500)})
    part = next_part(SpoolReader(run.folder).records(), 0, None)
    batches = [request.json for request in part.requests("key")]
    assert [len(batch["series"]) for batch in batches] == [1000, 1000, 500]
    assert len({batch["batch_id"] for batch in batches}) == 3


def test_labels_beyond_what_is_kept_are_left_out_alone(run):
    for number in range(values.MAX_TAGS + 1):
        run.tag({f"tag{number}": 1})
    run.tag({"tag0": 2})
    assert len(bodies(run, "tags")) == values.MAX_TAGS + 1
    run.tag({"tag0": None})
    run.tag({"again": 1})
    assert bodies(run, "tags")[-1] == {"again": "1"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [(" a\n b\x1b ", "a b"), ("x" * 201, "x" * 200), (5, "5"), (" \t", "__main__")],
)
def test_a_name_is_made_to_fit(tmp_path, monkeypatch, given, kept):
    monkeypatch.setattr(sys, "argv", ["/bin/__main__.py"])
    with roundhouse.init(name=given, mode="offline", folder=tmp_path) as run:
        assert SpoolReader(run.folder).about["run"]["name"] == kept


def test_a_parameter_without_a_value_counts_as_any_other(run):
    run.log_params({f"param{number}": None for number in range(values.MAX_PARAMS)})
    run.log_params({"one more": 1})
    (kept,) = bodies(run, "params")
    assert len(kept) == values.MAX_PARAMS


def test_a_full_disk_breaks_nothing_and_is_known(run):
    kept = os.dup(run.writer._file)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, run.writer._file)
    run.log({"a": 1})
    assert run.writer.append({"kind": "end"}) is False
    os.dup2(kept, run.writer._file)
    run.log({"a": 2})
    assert bodies(run) == [{"a": 2.0}]
    os.close(full)
    os.close(kept)


@pytest.fixture
def heard(monkeypatch):
    """What the client says, as a training hears it."""
    messages = []
    handler = logging.Handler()
    handler.emit = lambda record: messages.append(record.getMessage())
    roundhouse.errors.log.addHandler(handler)
    roundhouse.errors._warned.clear()
    yield messages
    roundhouse.errors.log.removeHandler(handler)


def test_what_is_cut_is_said_once_with_its_name(tmp_path, heard):
    long = {"layers": list(range(2000))}
    for name in ("one", "two"):
        roundhouse.init(name, long, {"why": "x" * 6000}, mode="offline", folder=tmp_path).finish()
    about_layers = [one for one in heard if "layers" in one]
    assert about_layers == [
        "the parameter 'layers' has 10,890 characters; only the first 6,000 are kept"
    ]
    assert len([one for one in heard if "the tag 'why' has 6,000 characters" in one]) == 1


def test_a_percentage_costs_itself_and_not_its_round(run, heard):
    run.log_evaluation(1, {"loss": 0.5, "accuracy": 61.5, "recall": 1.0000000000000002})
    assert bodies(run, "evaluation") == [{"loss": 0.5, "recall": 1.0, "round": 1}]
    assert [one for one in heard if "accuracy is 61.5" in one]


def test_a_run_that_goes_on_from_a_step_takes_back_what_came_after_it(run):
    for value in (0.9, 0.8, 0.7):
        run.log({"loss": value})
    run.resume_from(1)
    run.log({"loss": 0.6})
    first, second = parts_of(run)
    assert first.points["loss", ""].keys() == {0, 1, 2}
    (request,) = second.requests("key")
    assert (request.json["rewind_to"], request.json["series"][0]["steps"]) == (1, [1])


def test_only_a_step_can_be_gone_on_from(run, heard):
    run.resume_from(1.5)
    run.log({"loss": 0.6})
    assert [one["step"] for one in spooled(run)] == [0]
    assert spooled(run, "rewind") == []
    assert heard


def test_the_first_half_of_a_request_takes_back_and_the_second_does_not():
    series = [{"name": name, "steps": [5], "values": [1.0], "times": [1.0]} for name in "ab"]
    request = Request("POST", "/series", {"batch_id": "x", "series": series, "rewind_to": 5})
    first, second = request.halves()
    assert (first.json["rewind_to"], "rewind_to" in second.json) == (5, False)


def parts_of(run):
    records, begin, parts = list(SpoolReader(run.folder).records()), 0, []
    while part := next_part([one for one in records if one[0] > begin], begin, None):
        parts.append(part)
        begin = part.end
    return parts


def test_directions_are_sent_before_the_points_that_they_are_about(run):
    run.log({"reward": 1.0})
    run.define_metric("reward", "max")
    run.define_metric("regret", goal="up")  # is warned about and left out
    assert bodies(run, "definitions") == [{"reward": "max"}]
    part = next_part(SpoolReader(run.folder).records(), 0, None)
    requests = [(one.method, one.path) for one in part.requests("k")]
    assert requests == [("PUT", "/metric-definitions"), ("POST", "/series")]
    assert next(iter(part.requests("k"))).json == {"definitions": {"reward": "max"}}


def test_a_result_names_the_rows_that_it_was_measured_on(run):
    run.log_result({"accuracy": 0.5}, measured_on="training")  # is told and left out
    run.log_result({"accuracy": 0.9, "note": "good"}, measured_on="test", num_rows=200)
    right = {"metrics": {"accuracy": 0.9}, "measured_on": "test", "num_rows": 200}
    assert bodies(run, "result") == [right]
    (part,) = parts_of(run)
    (request,) = part.requests("k")
    assert (request.method, request.path, request.json) == ("PATCH", "", {"result": right})
