"""Result files: what is read from them, in both forms, and what is refused with which reason."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.imports.domain.display import DisplayError, read_display
from services.imports.domain.flower_result import ResultFileError, read_result, read_section
from services.imports.domain.server_metrics import read_server_metrics
from services.imports.federated import read_federated_result
from tests.factories.result_files import SECTION, content, result, server_metrics

GOOD = server_metrics(1)


@pytest.mark.parametrize("legacy", [True, False])
def test_both_forms_give_the_same_rounds(legacy: bool) -> None:
    read = read_federated_result(content(result(legacy=legacy)))
    assert list(read.rounds) == [0, 1, 2]
    assert read.skipped == []
    assert read.rounds[0].columns == {
        "loss": 0.7012, "accuracy": 0.25, "precision": 0.25, "recall": 1.0, "f1_score": 0.4,
        "auroc": 0.4471, "true_positives": 75, "true_negatives": 0, "false_positives": 225,
        "false_negatives": 0, "num_samples": 300,
    }  # fmt: skip
    told = {(point.name, point.step): point.value for point in read.points}
    assert told == {
        ("clients_train_loss", 1): 0.7, ("clients_train_loss", 2): 0.6,
        ("clients_val_acc", 1): 0.6, ("clients_val_acc", 2): 0.7,
        ("clients_test_accuracy", 1): 0.6, ("clients_test_accuracy", 2): 0.75,
    }  # fmt: skip


def test_a_whole_section_may_be_one_text() -> None:
    text = repr({str(n): server_metrics(n) for n in (1, 2)})
    assert list(read_federated_result(content({SECTION: text})).rounds) == [1, 2]


def test_the_confusion_matrix_may_be_nested_and_what_is_not_known_is_kept() -> None:
    matrix = {"tp": 1, "true_negatives": 0, "fp": 2.0, "false_negatives": 3}
    read = read_server_metrics({"server_loss": 0, "confusion_matrix": matrix, "server_mse": 1.5})
    assert (read.columns["true_positives"], read.columns["true_negatives"]) == (1, 0)
    assert (read.columns["loss"], read.columns["num_samples"]) == (0.0, 6)
    assert (read.columns["accuracy"], read.additional) == (None, {"server_mse": 1.5})


def test_rounds_come_in_ascending_order_however_the_file_has_them() -> None:
    rounds = {str(number): GOOD for number in (10, 9, 0, 100)}
    assert list(read_federated_result(content(result(rounds))).rounds) == [0, 9, 10, 100]


def test_a_hundred_rounds_are_read() -> None:
    rounds = {str(number): GOOD for number in range(101)}
    assert len(read_federated_result(content(result(rounds))).rounds) == 101


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("one", GOOD, "not a whole number"),
        ("-1", GOOD, "not a whole number"),
        ("1.0", GOOD, "not a whole number"),
        ("٣", GOOD, "not a whole number"),
        ("9999999999", GOOD, "not a whole number"),
        ("", GOOD, "not a whole number"),
        ("3", {"server_loss": float("nan")}, "not a finite number"),
        ("3", {"server_loss": float("inf")}, "not a finite number"),
        ("3", "{'server_loss': nan}", "not a finite number"),
        ("3", {"server_auroc": 10**400}, "not a finite number"),
        ("3", GOOD | {"server_cm_tp": -1}, "from 0 to"),
        ("3", GOOD | {"server_cm_tp": 1.5}, "not a whole number"),
        ("3", GOOD | {"num_samples": 2**40}, "from 0 to"),
        ("3", GOOD | {"server_accuracy": "high"}, "not a number"),
        ("3", GOOD | {"server_accuracy": True}, "not a number"),
        ("3", GOOD | {"confusion_matrix": 5}, "not an object of the four counts"),
        ("3", GOOD | {"note": "\ud800"}, "half a character"),
        ("3", GOOD | {"note": "x" * 6000}, "more than 5000"),
        ("3", GOOD | {"a list": [1]}, "neither a number nor a text"),
        ("3", GOOD | {"": 1}, "a metric has a name"),
        ("3", {}, "no metrics"),
        ("3", [], "not an object"),
        ("3", None, "not an object"),
        ("3", 0.5, "not an object"),
        ("3", "{'server_loss': 0.5", "a comma or } is missing"),
        ("3", "__import__('os').system('true')", "is missing"),
        ("3", "{'a': (lambda: 1)()}", "is missing"),
        ("01", GOOD, "told twice"),
    ],
)
def test_a_bad_round_is_left_out_with_its_reason(key: str, value: Any, reason: str) -> None:
    read = read_federated_result(content(result({"1": GOOD, key: value})))
    assert list(read.rounds) == [1]
    assert [(one.round, reason in one.reason) for one in read.skipped] == [(key, True)]


@pytest.mark.parametrize("value", [-1, -1.0, 1.2, 97.3])
def test_an_impossible_value_is_left_out_and_the_rest_of_its_round_stays(value: float) -> None:
    read = read_federated_result(content(result({"1": GOOD, "3": GOOD | {"server_recall": value}})))
    assert (list(read.rounds), read.skipped) == ([1, 3], [])
    columns = read.rounds[3].columns
    assert (columns["recall"], columns["accuracy"]) == (None, GOOD["server_accuracy"])
    (left_out,) = read.left_out
    assert left_out.round == "3"
    assert left_out.reason.startswith(f"recall is {value:g}: it must be from 0 to 1")


def test_a_mean_of_ones_that_came_out_as_more_is_one() -> None:
    read = read_federated_result(content(result({"1": GOOD | {"server_accuracy": 1 + 3e-16}})))
    assert (read.rounds[1].columns["accuracy"], read.left_out) == (1.0, [])


def test_of_a_round_that_is_told_twice_the_first_counts() -> None:
    text = json.dumps(result({"1": GOOD, "x": {"server_loss": 9.0}})).replace('"x"', '"1"')
    read = read_federated_result(text.encode())
    assert read.rounds[1].columns["loss"] == GOOD["server_loss"]
    assert [(one.round, "first counts" in one.reason) for one in read.skipped] == [("1", True)]


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        (b"", "line 1, column 1"),
        (content(result())[:-40], "line"),
        (b'{"a": 1,\n  b}', "line 2, column 3"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"[]", "no JSON object"),
        (b'{"a": ' + b"[" * 100_000, "too large"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "too large"),
        (content({}), "no section"),
        (content({SECTION: {}}), "is empty"),
        (content({SECTION: []}), "not an object"),
        (content({SECTION: None}), "not an object"),
        (content({SECTION: "nonsense"}), "cannot be read"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(told: bytes, complaint: str) -> None:
    with pytest.raises(ResultFileError, match=complaint):
        read_section(read_result(told), SECTION)


def test_a_broken_section_of_the_clients_costs_nothing_else() -> None:
    told = result() | {"train_metrics_clientapp": 5}
    read = read_federated_result(content(told))
    assert len(read.rounds) == 3
    assert [one.round for one in read.skipped] == ["train_metrics_clientapp"]


leaves = (
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(max_size=20)
    | st.floats(allow_nan=False, allow_infinity=False)
)  # fmt: skip
displays = st.dictionaries(
    st.text(max_size=10), leaves | st.dictionaries(st.text(max_size=5), leaves, max_size=3)
)


@given(displays)
def test_whatever_python_displays_is_read_back(told: dict[str, Any]) -> None:
    assert read_display(repr(told)) == told


@given(st.text(alphabet="{}[]():,'\"\\ \n.-+eEnaifNT0123456789_xu", max_size=60))
def test_no_text_makes_the_reader_do_anything_but_read_or_refuse(text: str) -> None:
    try:
        assert isinstance(read_display(text), dict)
    except DisplayError:
        return


@pytest.mark.parametrize(
    "text",
    ["{" * 6 + "}" * 6, "{'a': 1} 2", "{'a': 1, 'a': 2}", "{1.5: 2}", "{-1: 2}", "{1}", "{1: 2, '1': 3}", "{'a': 1 'b': 2}", "{'a'}",
     "{'a': 0x10}", "{'a': 1_000}", "{'a': 1j}", "{'a': b'x'}", "{'a': 'x' 'y'}", "{'a': f'x'}",
     "{**{}}", "{'a': [1]}", "{'a': (1,)}", "{'a': -True}", "{'a': \"x}", "{'a': '\\q'}",
     "{'a': 1,,}", "{,}", "1", "'x'", "", "{" + "'a': 1," * 20_000 + "}", "{'a': " + "9" * 41 + "}",
     "{'a': np.float64(open('x'))}", "{'a': np.float64(None)}"],
)  # fmt: skip
def test_what_is_no_such_dictionary_is_refused(text: str) -> None:
    with pytest.raises(DisplayError):
        read_display(text)


def test_a_section_as_python_displays_it_has_numbers_for_rounds() -> None:
    text = repr({0: {"server_loss": 0.5}, 1: {"server_loss": 0.25}})
    read = read_federated_result(content({SECTION: text}))
    assert [one.columns["loss"] for one in read.rounds.values()] == [0.5, 0.25]


def test_numbers_that_numpy_displays_are_read() -> None:
    assert read_display("{'a': np.float64(0.5), 'b': np.int64(3),}") == {"a": 0.5, "b": 3}
