"""The result of a run that its program reports: which series counts for each metric."""

import math

from hypothesis import given
from hypothesis import strategies as st

from services.runs.results.domain.comparable import best_run_of, differences, rows_of_series
from services.runs.results.domain.result import (
    MAX_METRICS,
    Reported,
    measured_results,
    ordered_results,
    reported_results,
)

NAMES = ["val_acc", "test/accuracy", "train_loss", "loss", "acc", "reward", "clients_val_acc"]
VALUES = st.floats(allow_nan=True, allow_infinity=True)
ONE = st.builds(
    Reported,
    name=st.sampled_from(NAMES) | st.text(min_size=1, max_size=8),
    value=st.none() | VALUES,
    step=st.none() | st.integers(-5, 100),
)


def reported(**series: float) -> dict[str, float | None]:
    results = [Reported(name=name, value=value, step=0) for name, value in series.items()]
    return {one.metric: one.value for one in reported_results(results)}


def test_test_rows_count_before_validation_before_bare_names_and_never_training() -> None:
    assert reported(acc=0.1, val_acc=0.2, test_acc=0.3, train_acc=0.9) == {"accuracy": 0.3}
    assert reported(acc=0.1, val_acc=0.2, clients_val_acc=0.4) == {"accuracy": 0.2}
    assert reported(global_acc=0.1, val_acc=0.2) == {"accuracy": 0.1}
    assert reported(acc=0.1, clients_test_acc=0.4) == {"accuracy": 0.1}
    assert reported(train_acc=0.9, clients_train_loss=0.1) == {}


def test_of_two_spellings_the_newer_counts() -> None:
    reported = [
        Reported(name="val_acc", value=0.1, step=9),
        Reported(name="val_accuracy", value=0.2, step=10),
    ]
    assert [(one.value, one.step) for one in reported_results(reported)] == [(0.2, 10)]


def test_what_cannot_be_a_value_is_none_and_the_rest_stays() -> None:
    assert reported(val_acc=75.0, val_loss=math.nan, val_f1=1.0000000000000002) == {
        "accuracy": None,
        "loss": None,
        "f1_score": 1.0,
    }


def test_known_metrics_come_before_too_many_unknown_ones() -> None:
    many = [Reported(name=f"a{number}", value=1.0, step=0) for number in range(1_000)]
    reported = reported_results([*many, Reported(name="val_rmse", value=1.0, step=0)])
    assert (len(reported), reported[0].metric) == (MAX_METRICS, "rmse")


@given(st.lists(ONE, max_size=20), st.randoms())
def test_the_order_in_which_series_come_never_matters(series: list[Reported], random) -> None:
    mixed = list({(one.name, one.step): one for one in series}.values())
    before = repr(reported_results(mixed))
    random.shuffle(mixed)
    assert repr(reported_results(mixed)) == before
    names = [one.metric for one in reported_results(mixed)]
    assert len(names) == len(set(names))


def test_only_known_metrics_of_a_measurement_are_results() -> None:
    reported = measured_results({"f1": 0.5, "auc": 0.25, "val_cm_tp": 3.0}, "test", 9, 2)
    assert [(one.metric, one.value, one.num_rows) for one in reported] == [
        ("f1_score", 0.5, 9),
        ("auroc", 0.25, 9),
    ]


def test_headlines_of_the_task_come_first() -> None:
    results = dict.fromkeys(("accuracy", "mae", "skill", "zeta"), 0)
    assert [name for name, _ in ordered_results("forecasting", results)] == [
        "skill",
        "mae",
        "accuracy",
        "zeta",
    ]
    assert ordered_results("classification", results)[0][0] == "accuracy"


def test_a_series_says_its_rows_by_its_name() -> None:
    assert rows_of_series("val_acc", None) == "validation"
    assert rows_of_series("test/loss", None) == "test"
    assert rows_of_series("clients_val_acc", None) == "site_validation"
    assert rows_of_series("global_acc", "held_out_rows") == "test"
    assert rows_of_series("global_acc", "site_validation") == "site_validation"
    assert (rows_of_series("global_acc", None), rows_of_series("reward", None)) == (None, None)


PAIRS = st.lists(
    st.none()
    | st.tuples(
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from(["test", "validation"]),
    ),
    min_size=2,
    max_size=6,
)


@given(PAIRS, st.sampled_from(["min", "max", None]))
def test_a_winner_is_the_only_best_of_several_on_the_same_rows(pairs: list, goal) -> None:
    winner = best_run_of(pairs, list(range(len(pairs))), goal)
    known = [one for one in pairs if one is not None and one[0] is not None]
    if winner is None:
        return
    assert goal is not None
    assert len({rows for _, rows in known}) == 1
    assert len(known) >= 2
    others = [v for place, one in enumerate(pairs) if place != winner and one and (v := one[0])]
    assert all(pairs[winner][0] < v if goal == "min" else pairs[winner][0] > v for v in others)


@given(PAIRS)
def test_a_difference_is_shown_only_between_the_same_rows(pairs: list) -> None:
    for one, difference in zip(pairs, differences(pairs, 0), strict=True):
        if difference is not None:
            assert one[1] == pairs[0][1]
            assert difference == one[0] - pairs[0][0]
