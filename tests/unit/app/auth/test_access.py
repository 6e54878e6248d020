from contextlib import nullcontext

import pytest
from sqlalchemy import select

from app.auth.access import (
    can_edit,
    can_see,
    require_editable,
    require_member,
    require_visible,
    visible,
)
from app.auth.actor import SYSTEM
from app.errors import Forbidden, Invalid, NotFound
from app.models.run import Run
from tests.factories.people import actor_for, make_actor, make_run, make_user

WHO = ("owner", "other", "viewer", "admin", "system", "demoted owner")
SEES = {"private": {"owner", "admin", "system"}, "team": set(WHO)}
EDITS = {"owner", "admin", "system"}


@pytest.fixture
def people(database):
    owner = make_user(database)
    demoted = actor_for(owner)
    return {
        "owner": actor_for(owner),
        "other": make_actor(database),
        "viewer": make_actor(database, "viewer"),
        "admin": make_actor(database, "admin"),
        "system": SYSTEM,
        "demoted owner": type(demoted)(user_id=owner.id, role="viewer"),
    }


@pytest.mark.parametrize("visibility", ["private", "team"])
def test_lists_single_rows_and_the_rule_in_python_agree_on_who_sees_what(
    database, people, visibility
):
    run_id = make_run(database, people["owner"].user_id, visibility)
    with database.read() as session:
        run = session.get_one(Run, run_id)
        for who, actor in people.items():
            expected = who in SEES[visibility]
            listed = session.scalars(select(Run.id).where(visible(Run, actor))).all()
            assert (run_id in listed) is expected, who
            assert can_see(actor, run) is expected, who
            with nullcontext() if expected else pytest.raises(NotFound):
                require_visible(session, Run, run_id, actor)


@pytest.mark.parametrize("visibility", ["private", "team"])
def test_changing_is_for_the_owner_and_admins_and_hides_what_is_not_visible(
    database, people, visibility
):
    run_id = make_run(database, people["owner"].user_id, visibility)
    with database.read() as session:
        run = session.get_one(Run, run_id)
        for who, actor in people.items():
            assert can_edit(actor, run) is (who in EDITS), who
            refusal = Forbidden if who in SEES[visibility] else NotFound
            with nullcontext() if who in EDITS else pytest.raises(refusal):
                require_editable(session, Run, run_id, actor)


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**30, 999_999])
def test_numbers_that_are_no_run_are_not_found(database, number):
    with database.read() as session, pytest.raises(NotFound):
        require_visible(session, Run, number, SYSTEM)


@pytest.mark.parametrize(
    "text", ["", "abc", "1.0", "-1", " 1", "0x1", "1e3", "٣", "1;--", "9" * 40]
)
def test_text_that_is_no_id_is_named_as_wrong(database, text):
    with database.read() as session, pytest.raises(Invalid):
        require_visible(session, Run, text, SYSTEM)


def test_what_does_not_exist_and_what_is_hidden_read_the_same(database, people):
    run_id = make_run(database, people["owner"].user_id, "private")
    sentences = []
    with database.read() as session:
        for number in (run_id, run_id + 1):
            with pytest.raises(NotFound) as caught:
                require_visible(session, Run, number, people["other"])
            sentences.append(caught.value.detail.replace(str(number), "n"))
    assert sentences[0] == sentences[1]


def test_viewers_make_nothing(people):
    require_member(people["owner"])
    with pytest.raises(Forbidden):
        require_member(people["viewer"])
