"""Arms and their values, and the trainings that came to nothing."""

import pytest

from services.studies.domain import outcome
from services.studies.domain.failures import arm_failures, site_failures, smallest_failures
from tests.factories.studies import arms_of, score

ROWS = {"North": 300, "South": 40}


def study(seeds: int = 5) -> list[outcome.Score]:
    """A study of two sites in which South is the smallest and everything worked."""
    scores = []
    for seed in range(1, seeds + 1):
        scores += [
            score("central", seed, 0.95),
            score("federated", seed, 0.94, site_rows=ROWS),
            score("local", seed, 0.93, client="North", train_rows=300),
            score("local", seed, 0.87, client="South", train_rows=40),
        ]
    return scores


def replaced(scores, arm, client, seeds, **values):
    """The study with some of its trainings changed."""
    return [
        score(arm, one.seed, None, client=client, **values)
        if (one.arm, one.client) == (arm, client) and one.seed in seeds
        else one
        for one in scores
    ]


def test_every_site_counts_once_in_the_mean_whatever_its_rows():
    mean = arms_of(study())["local"]
    assert {seed: one.value for seed, one in mean.items()} == pytest.approx(
        dict.fromkeys(range(1, 6), 0.90)
    )
    assert len(mean[1].scores) == 2


def test_a_site_that_fails_is_named_and_left_out_in_every_seed():
    scores = replaced(study(), "local", "South", (2, 4), status="failed")
    (failure,) = site_failures(scores)
    assert (failure.client, failure.seeds, failure.of) == ("South", [2, 4], 5)
    assert failure.sentence == (
        "Site South's runs failed in 2 of 5 seeds; it is left out of the local mean."
    )
    rest = outcome.mean_of_sites(scores, ["North"])
    assert [one.value for one in rest.values()] == [0.93] * 5


def test_no_other_site_stands_in_for_the_smallest():
    scores = replaced(study(), "local", "South", (2, 4), status="failed", train_rows=None)
    smallest = arms_of(scores)["smallest"]
    assert {seed: one.value for seed, one in smallest.items()} == {1: 0.87, 3: 0.87, 5: 0.87}
    assert smallest_failures(smallest, site_failures(scores)) == [
        "The smallest site has no result in seeds 2, 4, left out of its comparison."
    ]


@pytest.mark.parametrize(
    ("status", "said"),
    [("cancelled", "were stopped"), ("completed", "could not be measured"), ("failed", "failed")],
)
def test_it_is_said_what_became_of_a_site(status, said):
    scores = replaced(study(), "local", "South", (1,), status=status)
    assert f"South's runs {said} in 1 of 5" in site_failures(scores)[0].sentence


def test_a_deleted_run_is_missing():
    scores = [one for one in study() if (one.client, one.seed) != ("South", 3)]
    assert "are missing in 1 of 5" in site_failures(scores)[0].sentence


@pytest.mark.parametrize("status", ["queued", "in_progress"])
def test_a_training_that_still_goes_is_no_failure(status):
    scores = replaced(study(), "local", "South", (4, 5), status=status)
    assert site_failures(scores) == []
    assert len(arms_of(scores)["local"]) == 3


def test_a_seed_that_no_site_survives_is_lost_alone():
    scores = replaced(study(), "local", "South", (5,), status="failed")
    scores = replaced(scores, "local", "North", (5,), status="failed")
    assert site_failures(scores) == []
    assert len(arms_of(scores)["local"]) == 4


def test_central_and_federated_runs_without_a_result_are_named():
    scores = replaced(study(), "federated", "", (1, 2), status="failed")
    assert arm_failures(scores) == [
        "The federated run has no result in 2 of 5 seeds; those seeds are left out."
    ]
    assert arm_failures(study()) == []
