"""From curves and evaluations to a history, its best and its end."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runs.results.domain.history import (
    Evaluated,
    after_training,
    best_by_metric,
    best_epoch,
    counts_of,
    final_counts,
    final_values,
    history_of_epochs,
    history_of_rounds,
    summarise_rounds,
)
from services.tracking.catalogue import clamped
from services.tracking.domain.columns import Columns
from services.tracking.domain.ranges import possible_values


def curve(values: dict[int, float]) -> Columns:
    steps = np.array(sorted(values), dtype=np.int64)
    return Columns(
        steps=steps,
        values=np.array([values[int(step)] for step in steps], dtype=np.float64),
        times=steps.astype(np.float64),
    )


def rounds(*accuracies: float | None) -> list[Evaluated]:
    return [
        Evaluated(round=number, metrics={"loss": 1.0 - number / 10, "accuracy": accuracy})
        for number, accuracy in enumerate(accuracies)
    ]


def test_an_epoch_counts_from_one_and_a_round_as_it_is() -> None:
    assert history_of_epochs({"val_acc": curve({0: 0.1, 2: 0.2})}).epochs.tolist() == [1, 3]
    assert history_of_rounds(rounds(0.1, 0.2)).epochs.tolist() == [0, 1]


def test_the_last_step_that_there_is_has_an_epoch_too() -> None:
    assert history_of_epochs({"val_acc": curve({0: 0.1, 2**63 - 1: 0.2})}).epochs.tolist() == [
        1,
        2**63 - 1,
    ]


def test_the_usual_name_wins_over_another_spelling() -> None:
    series = {"val_accuracy": curve({0: 0.1, 1: 0.2}), "val_acc": curve({0: 0.9})}
    assert history_of_epochs(series).values["val_acc"].tolist() == [0.9, 0.2]


def test_a_half_written_epoch_is_there_and_says_what_it_lacks() -> None:
    series = {"train_loss": curve({0: 0.5, 1: 0.4}), "val_loss": curve({0: 0.6})}
    history = history_of_epochs(series)
    assert "val_loss" in history.rows()[1].missing
    assert final_values(history) == {}


def test_final_values_never_mix_epochs() -> None:
    series = {"val_acc": curve({0: 0.9, 1: 0.5}), "val_recall": curve({0: 0.8})}
    assert final_values(history_of_epochs(series)) == {"accuracy": 0.5}


def test_counts_belong_together_or_are_not_there() -> None:
    names = ("val_cm_tp", "val_cm_tn", "val_cm_fp", "val_cm_fn")
    complete = {name: curve({0: 0.0, 1: 2.0}) for name in names}
    assert history_of_epochs(complete).counts_at(0) == (0, 0, 0, 0)
    assert final_counts(history_of_epochs(complete)) == (2, 2, 2, 2)
    half = history_of_epochs(complete | {"val_cm_fn": curve({0: 1.0})})
    assert (half.counts_at(0), final_counts(half)) == ((0, 0, 0, 1), None)


@pytest.mark.parametrize("count", [-1.0, math.nan, math.inf, 1e300, None])
def test_what_cannot_be_counted_is_no_count(count: float | None) -> None:
    assert counts_of([1.0, 2.0, 3.0, count]) is None


def test_a_value_that_a_share_cannot_have_is_left_out_and_the_others_stay() -> None:
    series = {"val_acc": curve({0: 0.9, 1: 75.0, 2: -1.0}), "val_loss": curve({0: 7.5, 1: 75.0})}
    history = history_of_epochs(series)
    assert best_by_metric(history) == {"accuracy": 0.9, "loss": 7.5}
    assert "val_acc" in history.rows()[1].missing
    assert final_values(history) == {}


def test_a_share_that_left_its_range_by_rounding_is_the_end_of_the_range() -> None:
    series = {"val_acc": curve({0: 0.5, 1: 1.0000000000000002}), "val_recall": curve({1: -1e-17})}
    history = history_of_epochs(series)
    assert (best_by_metric(history)["accuracy"], final_values(history)["recall"]) == (1.0, 0.0)


def test_the_steps_of_other_programs_stand_as_they_were_logged() -> None:
    series = {"train_loss": curve({-1: 0.3, 1: 0.2, 2**63 - 1: 0.1})}
    assert history_of_epochs(series, first_step=0).epochs.tolist() == [-1, 1, 2**63 - 1]


def test_the_last_epoch_of_a_run_that_diverged_is_not_its_last_good_one() -> None:
    series = {"val_loss": curve({0: 0.9, 1: 0.5, 2: math.nan, 3: math.nan})}
    history = history_of_epochs(series)
    assert (history.epochs.tolist(), final_values(history)) == ([1, 2, 3, 4], {})
    assert best_by_metric(history) == {"loss": 0.5}


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=20))
def test_columns_and_single_values_have_one_range(values: list[float]) -> None:
    values_left = possible_values("val_acc", np.array(values))
    assert [None if math.isnan(one) else one for one in values_left.tolist()] == [
        clamped("val_acc", value) for value in values
    ]


def test_what_is_written_once_at_the_end_makes_no_epoch() -> None:
    series = {"val_acc": curve({0: 0.5}), "final_sensitivity": curve({10: 0.4})}
    assert history_of_epochs(series).epochs.tolist() == [1]


def test_a_million_steps_are_one_matter_of_columns() -> None:
    steps = np.arange(1_000_000)
    logged = Columns(steps=steps, values=1.0 / (1.0 + steps), times=steps.astype(np.float64))
    history = history_of_epochs({"train_loss": logged, "val_loss": curve({500_000: 0.25})})
    assert (len(history), best_by_metric(history)) == (1_000_000, {"loss": 0.25})
    assert history.rows([0])[0].values == {"train_loss": 1.0}


def test_the_untrained_model_is_best_in_nothing_unless_alone() -> None:
    history = history_of_rounds(rounds(0.9, 0.5))
    assert best_by_metric(history)["accuracy"] == 0.5
    assert best_epoch(history, "val_acc") == 1
    assert best_by_metric(history_of_rounds(rounds(0.9)))["accuracy"] == 0.9


def test_of_ties_the_earliest_is_best_and_zero_beats_nothing() -> None:
    tied = history_of_epochs({"val_acc": curve({0: 0.5, 1: 0.7, 2: 0.7})})
    assert best_epoch(tied, "val_acc") == 2
    assert best_epoch(history_of_epochs({"val_acc": curve({1: 0.0})}), "val_acc") == 1
    assert best_epoch(history_of_epochs({}), "val_acc") == 1


def test_a_loss_is_best_when_lowest_and_a_missing_one_never_wins() -> None:
    series = {"val_loss": curve({0: 0.4, 1: math.nan}), "val_acc": curve({0: 0.1, 1: 0.2})}
    assert best_by_metric(history_of_epochs(series))["loss"] == 0.4
    assert best_by_metric(history_of_epochs({"val_loss": curve({0: 0.0, 1: 0.3})}))["loss"] == 0.0


def test_a_summary_of_nothing_is_nothing() -> None:
    assert summarise_rounds([]) is None


def test_a_metric_that_was_never_measured_has_no_best() -> None:
    summary = summarise_rounds(rounds(None, None))
    assert summary is not None
    assert (summary.best["accuracy"].value, summary.best["accuracy"].round) == (None, None)
    assert (summary.best["loss"].value, summary.best["loss"].round) == (0.9, 1)


@given(st.lists(st.floats(0, 1) | st.none(), min_size=1, max_size=12), st.randoms())
def test_the_order_of_arrival_never_matters(accuracies: list[float | None], random: object) -> None:
    evaluations = rounds(*accuracies)
    shuffled = list(evaluations)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert history_of_rounds(shuffled).rows() == history_of_rounds(evaluations).rows()
    assert summarise_rounds(shuffled) == summarise_rounds(evaluations)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_the_best_is_one_of_those_after_training(accuracies: list[float]) -> None:
    history = history_of_rounds(rounds(*accuracies))
    best = best_by_metric(history)["accuracy"]
    assert best in history.values["val_acc"][after_training(history)].tolist()
    assert best >= max(accuracies[1:], default=accuracies[0])
