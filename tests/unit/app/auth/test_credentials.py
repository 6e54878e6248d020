from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, update

from app.auth.credentials import Authenticator, SessionLimits
from app.auth.passwords import Verdict
from app.clock import now
from app.errors import Unauthorised
from app.models.api_token import ApiToken
from app.models.auth_session import AuthSession
from app.models.user import User
from services.accounts.sign_in import begin_login, finish_login
from services.accounts.types import SignInOrigin
from tests.factories.people import PASSWORD, make_token, make_user

LIMITS = SessionLimits()
HERE = SignInOrigin(address="203.0.113.9", user_agent="test")


@pytest.fixture
def people(database):
    return Authenticator(database, LIMITS)


def sign_in(database, user):
    attempt = begin_login(database, user.email, HERE)
    return finish_login(database, attempt, Verdict(matches=True), HERE, LIMITS).secret


def set_row(database, model, **values):
    with database.write() as uow:
        uow.session.execute(update(model).values(**values))


def test_a_session_and_a_token_lead_to_their_owner(database, people):
    user = make_user(database, "member", password=PASSWORD)
    assert people.by_session(sign_in(database, user)).user_id == user.id
    actor = people.by_token(make_token(database, user, scopes=["read"]))
    assert (actor.user_id, actor.scopes, actor.via) == (user.id, {"read"}, "token")


@pytest.mark.parametrize("secret", ["", "rh_", "x" * 43, "rh_" + "x" * 43, "\udcff", "'; --"])
def test_unknown_secrets_lead_to_nobody(people, secret):
    with pytest.raises(Unauthorised):
        people.by_session(secret)
    with pytest.raises(Unauthorised):
        people.by_token(secret)


@pytest.mark.parametrize(
    "values",
    [{"last_seen_at": now() - LIMITS.idle}, {"expires_at": now()}],
    ids=["idle", "too old"],
)
def test_a_session_ends_by_itself(database, people, values):
    secret = sign_in(database, make_user(database))
    set_row(database, AuthSession, **values)
    with pytest.raises(Unauthorised):
        people.by_session(secret)


def test_a_token_ends_at_its_expiry(database, people):
    secret = make_token(database, make_user(database), days=1)
    assert people.by_token(secret)
    set_row(database, ApiToken, expires_at=now())
    with pytest.raises(Unauthorised):
        people.by_token(secret)


def test_nothing_of_a_deactivated_person_is_let_in(database, people):
    user = make_user(database)
    session, token = sign_in(database, user), make_token(database, user)
    set_row(database, User, is_active=False)
    for find, secret in ((people.by_session, session), (people.by_token, token)):
        with pytest.raises(Unauthorised):
            find(secret)


def test_use_is_written_down_at_most_once_a_minute(database, people):
    secret = sign_in(database, make_user(database))
    recent, old = now() - timedelta(seconds=30), now() - timedelta(minutes=2)
    set_row(database, AuthSession, last_seen_at=recent)
    people.by_session(secret)
    with database.read() as session:
        assert session.scalar(select(AuthSession.last_seen_at)) == recent
    set_row(database, AuthSession, last_seen_at=old)
    people.by_session(secret)
    with database.read() as session:
        assert session.scalar(select(AuthSession.last_seen_at)) > recent


def test_what_the_database_holds_is_no_credential(database, people):
    user = make_user(database)
    secrets = [sign_in(database, user), make_token(database, user)]
    with database.read() as session:
        kept = [
            *session.scalars(select(AuthSession.secret_hash)),
            *session.scalars(select(ApiToken.secret_hash)),
            *session.scalars(select(ApiToken.prefix)),
        ]
    assert not set(kept) & set(secrets)
    for value in kept:
        with pytest.raises(Unauthorised):
            people.by_session(value)
        with pytest.raises(Unauthorised):
            people.by_token(value)


def test_many_actors_are_checked_at_once_and_only_the_changed_ones_fall_out(database, people):
    users = [make_user(database) for _ in range(5)]
    actors = [people.by_session(sign_in(database, user)) for user in users[:3]]
    actors += [people.by_token(make_token(database, user)) for user in users[3:]]
    assert people.still_valid(actors) == set(actors)
    with database.write() as uow:
        uow.session.get_one(User, users[1].id).role = "viewer"
        uow.session.get_one(User, users[4].id).is_active = False
        uow.session.delete(uow.session.get_one(AuthSession, actors[2].session_id))
    assert people.still_valid(actors) == {actors[0], actors[3]}


def test_the_id_of_an_ended_session_is_never_given_again(database, people):
    first = people.by_session(sign_in(database, make_user(database)))
    with database.write() as uow:
        uow.session.delete(uow.session.get_one(AuthSession, first.session_id))
    second = people.by_session(sign_in(database, make_user(database)))
    assert second.session_id != first.session_id


def test_sessions_that_are_over_are_swept_at_the_next_sign_in(database):
    user = make_user(database)
    sign_in(database, user)
    set_row(database, AuthSession, expires_at=now() - timedelta(days=1))
    sign_in(database, user)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(AuthSession)) == 1


def test_two_statements_check_any_number_of_actors(database, people):
    user = make_user(database)
    actors = [people.by_token(make_token(database, user)) for _ in range(20)]
    actors.append(people.by_session(sign_in(database, user)))
    statements = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    assert people.still_valid(actors) == set(actors)
    assert len([text for text in statements if text.startswith("SELECT")]) == 2
