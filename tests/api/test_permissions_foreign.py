"""What a request names in its body is checked like what it names in its address."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.auth.policy import Who
from app.clock import now
from app.models.api_token import ApiToken
from blueprints import ACCESS
from tests.factories.browser import Browser, signed_in
from tests.factories.people import make_token, make_user
from tests.factories.resources import make_dataset
from tests.support.asks import Ask, filled
from tests.support.asks_forecasting import FORECASTING_ASKS, a_session, about_sessions
from tests.support.databases import ON_ONE_DATABASE

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


# the rows decide one by one who may; the matrix proves the rest of the table
@ON_ONE_DATABASE
@pytest.mark.parametrize("form", ["id", "uuid"])
async def test_a_session_of_another_is_answered_like_one_that_does_not_exist(app, resources, form):
    stranger = await signed_in(app, resources.database)
    owner, wrong = make_user(resources.database), []
    for row in about_sessions(ACCESS.routes):
        request = FORECASTING_ASKS.get(row, Ask())
        names = (request.about or a_session)(resources, owner.id, "private")
        hidden = str(names.get(form, names["id"]))
        texts = []
        for name in (hidden, another(hidden)):
            method, path = row.format(id=name).split(" ", 1)
            json = filled(request.json, {"id": name})
            status, answer = await stranger.send(method, path + request.query, json=json)
            del answer["request_id"]
            texts.append(f"{status} {answer}".replace(name, "…"))
        if texts[0] != texts[1] or not texts[0].startswith(f"{request.hidden} "):
            wrong.append((row, texts))
    assert wrong == []


def another(name):
    """Return the name of nothing, in the form of ``name``."""
    return name[:-5] + "00000" if len(name) > 5 else f"9999{name}"


@ON_ONE_DATABASE
@pytest.mark.parametrize("kind", ["none", "bad", "expired"])
async def test_no_route_takes_a_token_that_is_none_or_is_over(app, database, kind):
    token = make_token(database, make_user(database), days=1)
    with database.write() as unit:
        unit.session.execute(update(ApiToken).values(expires_at=now() - timedelta(seconds=1)))
    given = {"none": {}, "bad": {"Authorization": f"Bearer {token[:-4]}0000"},
             "expired": {"Authorization": f"Bearer {token}"}}[kind]  # fmt: skip
    browser, wrong = Browser(app), {}
    for row, rule in ACCESS.routes.items():
        if rule.who is not Who.PUBLIC:
            method, path = re.sub(r"\{\w+\}", "1", row).split(" ", 1)
            status, _ = await browser.send(method, path, headers=given)
            wrong |= {} if status == 401 else {row: status}
    assert wrong == {}
