"""The sentence that answers a study claims what was shown, and no more."""

import pytest

from services.studies.domain.contrasts import RowError
from services.studies.domain.sentence import refused_note, sentence_for
from tests.factories.studies import compared, score, two_arms

ROWS = {"central": RowError(error=0.0001, units=300), "smallest": RowError(error=0.0001, units=300)}
NOISY = [0.93, 0.90, 0.92, 0.95, 0.91], [0.92, 0.92, 0.92, 0.92, 0.92]
CLOSE = [0.900, 0.912, 0.905, 0.909, 0.893], [0.902, 0.910, 0.906, 0.907, 0.894]


def said(scores, metric="auroc", margin=None, rows=ROWS, notes=()):
    contrasts = compared(scores, rows, is_share=metric != "loss", margin=margin)
    return sentence_for(metric, list(contrasts.values()), margin, notes)


def test_what_was_not_found_is_not_called_equal():
    sentence = said(two_arms(*NOISY))
    assert sentence == (
        "No difference was found between federated and central training "
        "(95 % interval −0.036 to +0.040, 5 seeds)."
    )


def test_losses_and_gains_are_claimed_with_their_intervals():
    scores = two_arms([0.942, 0.943, 0.941, 0.944, 0.940], [0.950, 0.952, 0.949, 0.951, 0.949])
    for seed, value in enumerate([0.90, 0.91, 0.90, 0.89, 0.90], start=1):
        scores.append(score("local", seed, value, client="A"))
    sentence = said(scores)
    assert sentence.startswith(
        "Federated training loses 0.008 of AUROC against central training (95 % interval −"
    )
    assert " and gains 0.042 of AUROC for the smallest site (95 % interval +" in sentence


def test_the_interval_of_the_sentence_is_that_of_the_table():
    scores = two_arms(*NOISY)
    interval = compared(scores, ROWS)["central"].difference
    assert f"−{-interval.low:.3f} to +{interval.high:.3f}" in said(scores)


def test_fewer_than_five_seeds_are_said():
    scores = two_arms(*([*values[:4]] for values in NOISY))
    assert ", only 4 seeds, fewer than 5)" in said(scores)


@pytest.mark.parametrize("gap", [0.0, 0.009, 0.3])
def test_two_seeds_claim_nothing(gap):
    sentence = said(two_arms([0.6 + gap] * 2, [0.6] * 2))
    assert "nothing can be claimed yet: it needs 3 seeds or more" in sentence
    assert "gains" not in sentence


def test_equivalence_is_said_where_the_margin_was_set_before_and_met():
    assert said(two_arms(*CLOSE), margin=0.02).startswith(
        "Equivalence within the margin of 0.02, set before the start, was shown between federated"
    )
    assert "equivalence within 0.001 was not shown" in said(two_arms(*CLOSE), margin=0.001)
    assert "equivalent" not in said(two_arms(*CLOSE))


def test_a_small_difference_within_the_margin_is_both():
    scores = two_arms([0.901, 0.911, 0.9052, 0.9059, 0.893], [0.902, 0.912, 0.906, 0.907, 0.894])
    sentence = said(scores, margin=0.02)
    assert "loses 0.001 of AUROC" in sentence
    assert "within the equivalence margin of 0.02 set before" in sentence


def test_a_lower_loss_is_lowered():
    scores = two_arms([0.30, 0.31, 0.29], [0.40, 0.41, 0.39])
    scores = [*scores, *two_arms([], [])]
    assert "Federated training lowers the loss by 0.1000 against central" in said(scores, "loss")


def test_without_predictions_of_rows_the_seeds_are_all_there_is():
    assert "the interval comes from the seeds alone" in said(two_arms(*NOISY), rows={})
    assert "seeds alone" not in said(two_arms(*NOISY))


def test_notes_stand_in_the_sentence_and_nothing_is_said_of_nothing():
    assert said(two_arms(*NOISY), notes=["Site A's runs failed."]).endswith("Site A's runs failed.")
    assert sentence_for("recall", [], None, ["Site A's runs failed."]) is None


def test_seeds_that_were_not_paired_are_named():
    scores = two_arms([0.9, 0.91, 0.92], [0.9, 0.9, 0.9])
    scores[1] = score("federated", 2, 0.91, tested_on="other rows")
    assert refused_note(list(compared(scores).values())) == [
        "Seed 2 is not compared: the models were tested on different rows."
    ]
    assert refused_note(list(compared(two_arms(*NOISY)).values())) == []


def test_a_difference_without_any_error_is_not_sure():
    sentence = said(two_arms([0.5] * 3, [0.4] * 3), "loss", rows={})
    assert "how sure that is cannot be said (no interval, only 3 seeds, fewer than 5)" in sentence
