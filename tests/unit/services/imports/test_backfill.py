"""Result files: what is read from them, in both forms, and what is refused with which reason."""

import json
import math
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
    values = {(point.name, point.step): point.value for point in read.points}
    assert values == {
        ("clients_train_loss", 1): 0.7, ("clients_train_loss", 2): 0.6,
        ("clients_val_acc", 1): 0.6, ("clients_val_acc", 2): 0.7,
        ("clients_test_accuracy", 1): 0.6, ("clients_test_accuracy", 2): 0.75,
    }  # fmt: skip


def test_a_full_section_may_be_one_text() -> None:
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
        ("3", {}, "no metrics"),
        ("3", [], "not an object"),
        ("3", None, "not an object"),
        ("3", 0.5, "not an object"),
        ("3", "{'server_loss': 0.5", "was never closed"),
        ("3", "__import__('os').system('true')", "is missing"),
        ("3", "{'a': (lambda: 1)()}", "is missing"),
        ("01", GOOD, "there twice"),
    ],
)
def test_a_bad_round_is_left_out_with_its_reason(key: str, value: Any, reason: str) -> None:
    read = read_federated_result(content(result({"1": GOOD, key: value})))
    assert list(read.rounds) == [1]
    assert [(one.round, reason in one.reason) for one in read.skipped] == [(key, True)]


@pytest.mark.parametrize(
    ("metrics", "reason"),
    [
        ({"server_loss": math.nan}, "loss is not a finite number: a gap"),
        ({"server_loss": math.inf}, "loss is not a finite number: a gap"),
        ({"server_loss": 0.5, "dice": math.nan}, "dice is not a finite number: a gap"),
        ({"server_auroc": 10**400}, "server_auroc is not a finite number and is left out"),
        ({"server_cm_tp": -1}, "true_positives is not from 0 to"),
        ({"server_cm_tp": 1.5}, "true_positives is not a whole number"),
        ({"server_cm_tp": math.nan}, "true_positives is not a whole number"),
        ({"num_samples": 2**40}, "num_samples is not from 0 to"),
        ({"server_accuracy": -1}, "accuracy is below 0"),
        ({"server_accuracy": "high"}, "accuracy is not a number"),
        ({"server_accuracy": True}, "accuracy is not a number"),
        ({"confusion_matrix": 5}, "not an object of the four counts"),
        ({"confusion_matrix": {"tp": math.nan}}, "not a finite number and is left out"),
        ({"note": "\ud800"}, "half a character"),
        ({"note": "x" * 6000}, "more than 5000"),
        ({"a list": [1]}, "neither a number nor a text"),
        ({"": 1}, "a metric has a name"),
    ],
)
def test_an_odd_metric_costs_itself_and_not_its_round(metrics: dict[str, Any], reason: str) -> None:
    read = read_federated_result(
        content(result({"1": GOOD, "3": {"server_recall": 0.5} | metrics}))
    )
    assert (list(read.rounds), read.skipped) == ([1, 3], [])
    assert read.rounds[3].columns["recall"] == 0.5
    assert [(one.round, reason in one.reason) for one in read.odd_metrics] == [("3", True)]


def test_a_metric_that_is_said_twice_counts_the_first_time() -> None:
    text = json.dumps(result({"1": GOOD | {"y": 9.0}})).replace('"y"', '"server_loss"')
    read = read_federated_result(text.encode())
    assert read.rounds[1].columns["loss"] == GOOD["server_loss"]
    assert [one.reason for one in read.odd_metrics] == [
        "server_loss is reported twice; the first value counts"
    ]


def test_rounding_noise_takes_no_share_out_of_its_range() -> None:
    rounds = {"1": {"accuracy": 1.0000000000000002, "recall": -1e-17}}
    read = read_federated_result(content({SECTION: rounds}))
    columns = read.rounds[1].columns
    assert (columns["accuracy"], columns["recall"], read.odd) == (1.0, 0.0, [])


def test_percentages_are_kept_as_they_came_and_named_in_every_round() -> None:
    rounds = {"0": {"loss": 2.3, "accuracy": 0.9}, "1": {"loss": 1.0, "accuracy": 61.5}}
    read = read_federated_result(content({SECTION: rounds}))
    assert [one.columns["loss"] for one in read.rounds.values()] == [2.3, 1.0]
    assert [one.columns["accuracy"] for one in read.rounds.values()] == [None, None]
    assert [one.curves["reported_accuracy"] for one in read.rounds.values()] == [0.9, 61.5]
    (metric,) = read.odd_metrics
    assert metric.round == "0, 1 (2 in all)"
    assert "accuracy is above 1" in metric.reason


def test_a_metric_of_the_server_s_own_has_a_curve() -> None:
    read = read_federated_result(content({SECTION: {"1": {"loss": 0.5, "server_dice": 0.8}}}))
    assert read.rounds[1].curves == {"loss": 0.5, "dice": 0.8}
    assert read.rounds[1].additional == {"server_dice": 0.8}


def test_a_name_that_both_sections_of_the_clients_have_makes_two_curves() -> None:
    section = {
        "train_metrics_clientapp": {"1": {"acc": 0.5, "loss": 0.4}},
        "evaluate_metrics_clientapp": {"1": {"acc": 0.6}},
    }
    points = read_federated_result(content(section)).points
    assert {one.name: one.value for one in points} == {
        "clients_train_acc": 0.5, "clients_loss": 0.4, "clients_evaluate_acc": 0.6,
    }  # fmt: skip


def test_a_part_of_the_file_that_is_not_read_is_named() -> None:
    read = read_federated_result(content(result() | {"arrays": {}}))
    assert [(one.round, one.reason) for one in read.skipped] == [
        ("arrays", "this part of the file is not read")
    ]


def test_of_a_round_that_is_reported_twice_the_first_counts() -> None:
    text = json.dumps(result({"1": GOOD, "x": {"server_loss": 9.0}})).replace('"x"', '"1"')
    read = read_federated_result(text.encode())
    assert read.rounds[1].columns["loss"] == GOOD["server_loss"]
    assert [(one.round, "first counts" in one.reason) for one in read.skipped] == [("1", True)]


@pytest.mark.parametrize(
    ("text", "complaint"),
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
def test_a_broken_file_is_refused_with_the_place(text: bytes, complaint: str) -> None:
    with pytest.raises(ResultFileError, match=complaint):
        read_section(read_result(text), SECTION)


def test_a_broken_section_of_the_clients_costs_nothing_else() -> None:
    section = result() | {"train_metrics_clientapp": 5}
    read = read_federated_result(content(section))
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
def test_whatever_python_displays_is_read_back(value: dict[str, Any]) -> None:
    assert read_display(repr(value)) == value


@given(st.text(alphabet="{}[]():,'\"\\ \n.-+eEnaifNT0123456789_xu", max_size=60))
def test_no_text_makes_the_reader_do_anything_but_read_or_refuse(text: str) -> None:
    try:
        assert isinstance(read_display(text), dict)
    except DisplayError:
        return


@pytest.mark.parametrize(
    "text",
    ["{" * 6 + "}" * 6, "{'a': 1} 2", "{'a': 1, 'a': 2}", "{1.5: 2}", "{-1: 2}", "{True: 2}", "{1}", "{1: 2, '1': 3}", "{'a': 1 'b': 2}", "{'a'}",
     "{'a': f'x'}", "{'a': x}", "{'a': 1 + 1}", "{'a': [open('x')]}", "{'a': -open('x')}", "{**{}}", "{'a': -True}", "{'a': \"x}",
     "{'a': 1,,}", "{,}", "1", "'x'", "", "\0", "{'a': '\ud800'}", "{" + "'a': 1," * 20_000 + "}", "{'a': " + "9" * 5_000 + "}",
     "{'a': np.float64(open('x'))}", "{'a': np.float64(None)}", "{'a': np.float64('1')}", "{'a': np.load('x')}", "{'a': open(1)}",
     "-" * 99_000 + "1", "not " * 24_000 + "1", "1+" * 49_000 + "1", "lambda:" * 14_000 + "1", "a." * 49_000 + "a",
     "1 if 1 else " * 8_000 + "1", "~" * 99_000 + "1", "{'a': " + "-" * 90_000 + "1}", "await " * 16_000 + "1", "*" * 99_000],
)  # fmt: skip
def test_what_is_no_such_dictionary_is_refused(text: str) -> None:
    with pytest.raises(DisplayError):
        read_display(text)


def test_a_section_as_python_displays_it_has_numbers_for_rounds() -> None:
    text = repr({0: {"server_loss": 0.5}, 1: {"server_loss": 0.25}})
    read = read_federated_result(content({SECTION: text}))
    assert [one.columns["loss"] for one in read.rounds.values()] == [0.5, 0.25]


def test_numbers_that_numpy_displays_are_read() -> None:
    assert read_display("{'a': np.float64(0.5), 'b': np.int64(-3),}") == {"a": 0.5, "b": -3}


def test_what_has_no_literal_in_python_is_read_as_it_is_displayed() -> None:
    read = read_display(
        "{'a': -inf, 'b': null, 'c': True, 'd': false, 'e': '{{{{{{', 'f': np.float64(inf)}"
    )
    assert read == {"a": -math.inf, "b": None, "c": True, "d": False, "e": "{{{{{{", "f": math.inf}
    assert math.isnan(read_display("{'a': nan}")["a"])


def test_a_list_costs_its_metric_and_not_its_round() -> None:
    read = read_federated_result(content(result({"1": "{'server_loss': 0.5, 'a': [1, 2]}"})))
    assert read.rounds[1].columns["loss"] == 0.5
    assert [one.reason for one in read.odd_metrics] == [
        "a is neither a number nor a text and is left out"
    ]
