"""The key of a card: what is part of it, and what a trace says."""

import traceback
from dataclasses import replace

import pytest

from services.scheduler.causes.cause import Failure, cause_of
from services.scheduler.causes.frames import raising_frame, raising_frame_of, without_trace
from services.scheduler.codes.errors import BadData
from services.scheduler.codes.raised import Raised, WorkerEnd
from tests.unit.services.scheduler.causes.failures import FILE

FAILURE = Failure(
    kind="dataset.refresh",
    raised=Raised.from_http(503),
    text="no answer after 3 s",
    site="a.example",
)


def key(**changes):
    return cause_of(replace(FAILURE, **changes)).key


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "token.check"},
        {"raised": Raised.from_http(502)},
        {"text": "no reply after 3 s"},
        {"frame": "load.py:load"},
        {"kind": "site.analyse"},
    ],
)
def test_kind_type_frame_and_words_decide(changes):
    assert key(**changes) != key()


def test_the_key_is_the_same_in_every_process():
    assert key() == "0a7b67f374cd752c6b246e54f618680c"
    assert key(text="no answer after 17.5 min") == key()


def test_the_site_decides_where_it_is_what_failed():
    assert key(site="b.example") == key()
    assert key(site="b.example", kind="site.analyse") != key(kind="site.analyse")
    assert key(site="clinic-b", is_federated=True) != key(site="clinic-a", is_federated=True)


def test_no_secret_is_part_of_a_cause():
    one, other = (
        cause_of(replace(FAILURE, text=f"sent Authorization: Bearer {token}"))
        for token in ("ya29.a0AfH6SMBx-Qk3", "ya29.b1BgI7TNCy-Rl4")
    )
    assert one == other
    assert "ya29" not in one.words


def raise_bad_data():
    raise BadData("expected 24 rows")


def wrap():
    try:
        raise_bad_data()
    except BadData as error:
        raise KeyError("load_kw") from error


@pytest.mark.parametrize(
    ("call", "message"), [(raise_bad_data, "expected 24 rows"), (wrap, "'load_kw'")]
)
def test_the_frame_of_an_exception_and_of_its_trace_are_the_same(call, message):
    with pytest.raises(Exception) as caught:
        call()
    trace = "".join(traceback.format_exception(caught.value))
    raised = Raised.from_exception(caught.value)
    assert (
        raising_frame(trace) == raising_frame_of(caught.value) == f"test_cause.py:{call.__name__}"
    )
    assert without_trace(trace, raised.type).strip() == message


def test_the_last_exception_of_a_group_counts():
    trace = """  + Exception Group Traceback (most recent call last):
  |   File "/srv/group.py", line 16, in run
  | ExceptionGroup: several (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/srv/part.py", line 3, in part
    |     raise ValueError("x")
    | ValueError: x
    +------------------------------------
"""
    assert raising_frame(trace) == "part.py:part"
    assert without_trace(trace, "builtins.ValueError").strip() == "x"


def test_an_exception_that_was_never_raised_has_no_frame():
    assert raising_frame_of(ValueError("x")) is None


def test_a_text_of_any_length_has_a_cause():
    huge = 'Traceback (most recent call last):\n  File "/a/b.py", line 1, in f\n' + "x y " * 10**5
    assert cause_of(replace(FAILURE, text=huge)).frame == "b.py:f"


def test_the_cases_are_data_and_hold_no_path_of_a_machine():
    assert FILE.exists()


def test_a_worker_that_was_killed_otherwise_is_another_cause():
    killed = Raised.from_worker(WorkerEnd.DIED, signal=9)
    assert key(raised=killed) != key(raised=Raised.from_worker(WorkerEnd.DIED, signal=11))
