"""From curves and evaluations to a history, its best and its end."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.runs.domain.columns import Columns
from services.runs.domain.history import (
    Evaluated,
    best_epoch,
    best_values,
    final_values,
    history_of_epochs,
    history_of_rounds,
    summarise_rounds,
    trained,
)


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
    assert [e.epoch for e in history_of_epochs({"val_acc": curve({0: 0.1, 2: 0.2})})] == [1, 3]
    assert [e.epoch for e in history_of_rounds(rounds(0.1, 0.2))] == [0, 1]


def test_the_usual_name_wins_over_another_spelling() -> None:
    series = {"val_accuracy": curve({0: 0.1, 1: 0.2}), "val_acc": curve({0: 0.9})}
    assert [e.values["val_acc"] for e in history_of_epochs(series)] == [0.9, 0.2]


def test_a_half_written_epoch_is_there_and_says_what_it_lacks() -> None:
    series = {"train_loss": curve({0: 0.5, 1: 0.4}), "val_loss": curve({0: 0.6})}
    history = history_of_epochs(series)
    assert "val_loss" in history[1].missing
    assert final_values(history) == {}


def test_final_values_never_mix_epochs() -> None:
    series = {"val_acc": curve({0: 0.9, 1: 0.5}), "val_recall": curve({0: 0.8})}
    assert final_values(history_of_epochs(series)) == {"accuracy": 0.5}


def test_counts_belong_together_or_are_not_there() -> None:
    names = ("val_cm_tp", "val_cm_tn", "val_cm_fp", "val_cm_fn")
    whole = {name: curve({0: 0.0, 1: 2.0}) for name in names}
    assert [e.counts for e in history_of_epochs(whole)] == [(0, 0, 0, 0), (2, 2, 2, 2)]
    half = whole | {"val_cm_fn": curve({0: 1.0})}
    assert [e.counts for e in history_of_epochs(half)] == [(0, 0, 0, 1), None]


def test_the_untrained_model_is_best_in_nothing_unless_alone() -> None:
    history = history_of_rounds(rounds(0.9, 0.5))
    assert best_values(history)["accuracy"] == 0.5
    assert best_epoch(history, "val_acc") == 1
    assert best_values(history_of_rounds(rounds(0.9)))["accuracy"] == 0.9


def test_of_ties_the_earliest_is_best_and_zero_beats_nothing() -> None:
    tied = history_of_epochs({"val_acc": curve({0: 0.5, 1: 0.7, 2: 0.7})})
    assert best_epoch(tied, "val_acc") == 2
    assert best_epoch(history_of_epochs({"val_acc": curve({1: 0.0})}), "val_acc") == 1
    assert best_epoch([], "val_acc") == 1


def test_a_loss_is_best_when_lowest_and_a_missing_one_never_wins() -> None:
    series = {"val_loss": curve({0: 0.4, 1: math.nan}), "val_acc": curve({0: 0.1, 1: 0.2})}
    assert best_values(history_of_epochs(series))["loss"] == 0.4
    assert best_values(history_of_epochs({"val_loss": curve({0: 0.0, 1: 0.3})}))["loss"] == 0.0


def test_a_summary_of_nothing_is_nothing() -> None:
    assert summarise_rounds([]) is None


def test_a_metric_that_was_never_measured_has_no_best() -> None:
    summary = summarise_rounds(rounds(None, None))
    assert summary is not None
    assert (summary.best["accuracy"].value, summary.best["accuracy"].round) == (None, None)
    assert (summary.best["loss"].value, summary.best["loss"].round) == (0.9, 1)


@given(st.lists(st.floats(0, 1) | st.none(), min_size=1, max_size=12), st.randoms())
def test_the_order_of_arrival_never_matters(accuracies: list[float | None], random: object) -> None:
    told = rounds(*accuracies)
    shuffled = list(told)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert history_of_rounds(shuffled) == history_of_rounds(told)
    assert summarise_rounds(shuffled) == summarise_rounds(told)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_the_best_is_one_of_those_after_training(accuracies: list[float]) -> None:
    history = history_of_rounds(rounds(*accuracies))
    best = best_values(history)["accuracy"]
    assert best in {epoch.values["val_acc"] for epoch in trained(history)}
