"""What a request names in its body is checked like what it names in its address."""

import pytest

from tests.factories.browser import signed_in
from tests.factories.people import make_user
from tests.factories.resources import make_dataset

MODES = {"centralized": {}, "federated": {"num_server_rounds": 1}}


@pytest.mark.parametrize("mode", MODES)
async def test_nobody_trains_on_a_dataset_that_is_not_theirs_to_see(app, database, mode):
    owner, stranger = make_user(database), await signed_in(app, database)
    hidden = make_dataset(database, owner.id)
    shared = make_dataset(database, owner.id, "team")
    path = f"/api/experiments/{mode}/train"
    answers = {}
    for dataset in (hidden, hidden + 1000, shared):
        body = {"dataset": dataset, "experiment_name": "x", **MODES[mode]}
        status, answer = await stranger.post(path, body)
        answers[dataset] = (status, answer.get("code"))
    assert answers[hidden] == answers[hidden + 1000]
    assert answers[hidden][0] == 404
    assert answers[shared] == (200, None)


async def test_lists_hold_what_one_may_see_and_count_nothing_else(app, database):
    owner, stranger = make_user(database), await signed_in(app, database)
    shared = make_dataset(database, owner.id, "team")
    make_dataset(database, owner.id)
    _, before = await stranger.get("/api/datasets")
    ids = {item["id"] for item in before["items"] if not item["builtin"]}
    assert ids == {shared}
    assert before["total"] == len(before["items"])


async def test_the_owner_of_a_row_is_who_makes_it_whatever_the_body_says(app, database):
    maker, other = await signed_in(app, database), make_user(database)
    for field in ("owner_id", "user_id", "owner"):
        status, body = await maker.post(
            "/api/experiments/centralized/train", {"dataset": "digits", field: other.id}
        )
        assert (status, list(body["errors"])) == (422, [field])
