import pytest

from app.auth.credentials import Authenticator, SessionLimits, actor_of_session
from app.auth.origin import SiteRules
from app.auth.sockets import SocketGate, headers_of
from app.auth.views import ViewLog
from app.errors import NotFound
from app.models.run import Run
from services.domains import TOPICS
from tests.factories.people import actor_for, make_actor, make_run, make_token, make_user

HEADERS = {"Host": "127.0.0.1:8000", "Origin": "http://127.0.0.1:8000"}


@pytest.fixture
def gate(database):
    site = SiteRules("http://127.0.0.1:8000")
    people = Authenticator(database, SessionLimits())
    return SocketGate(database, site, people, "roundhouse_session", TOPICS, ViewLog(database))


def test_a_token_opens_a_socket(database, gate):
    user = make_user(database)
    actor = gate.authenticate({"token": make_token(database, user)}, HEADERS)
    assert actor.user_id == user.id


@pytest.mark.parametrize(
    "auth", [None, {}, {"token": ""}, {"token": 7}, {"token": "rh_no"}, "x", []]
)
def test_without_a_known_credential_there_is_no_socket(gate, auth):
    assert gate.authenticate(auth, HEADERS) is None


BAD_ORIGINS = ["https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:8001", "",
     "https://127.0.0.1:8000", "http://127.0.0.1:8000.evil.example", "file://", "*",
     "http://localhost:8000"]  # fmt: skip


def test_pages_of_other_sites_get_no_socket(database, gate):
    token = make_token(database, make_user(database))
    for origin in BAD_ORIGINS:
        assert gate.authenticate({"token": token}, HEADERS | {"Origin": origin}) is None


def test_another_host_name_gets_no_socket(database, gate):
    token = make_token(database, make_user(database))
    assert gate.authenticate({"token": token}, {"Host": "evil.example"}) is None


def test_headers_are_read_from_the_environ_of_the_socket_server():
    environ = {"HTTP_X_ROUNDHOUSE": "1", "HTTP_HOST": "h", "REQUEST_METHOD": "GET"}
    assert headers_of(environ) == {"X-Roundhouse": "1", "Host": "h"}


def test_topics_are_watched_by_those_who_may_see_their_subject(database, gate):
    owner, other = make_user(database), make_actor(database)
    private = f"run:{make_run(database, owner.id)}"
    team = f"run:{make_run(database, owner.id, 'team')}"
    for topic in (private, team, "team", f"user:{owner.id}"):
        gate.require_topic(actor_for(owner), topic)
    for topic in (team, "team", f"user:{other.user_id}"):
        gate.require_topic(other, topic)
    for topic in (private, f"user:{owner.id}"):
        with pytest.raises(NotFound):
            gate.require_topic(other, topic)


NO_TOPICS = ["", "run:", "run:0", "run:01", "run:-1", "run:1.0", "run: 1", "run:99999999999999999999",
     "run:999999", "user:", "user:0", "teams", "*", "run:1:2", "system"]  # fmt: skip


def test_topics_that_do_not_exist_are_not_found_even_for_admins(database, gate):
    admin = make_actor(database, "admin")
    make_run(database, admin.user_id)
    for topic in NO_TOPICS:
        with pytest.raises(NotFound):
            gate.require_topic(admin, topic)


def test_who_may_no_longer_see_a_run_falls_out_of_its_topic(database, gate):
    owner, other = make_user(database), make_actor(database)
    run_id = make_run(database, owner.id, "team")
    pairs = {(actor_for(owner), f"run:{run_id}"), (other, f"run:{run_id}"), (other, "team")}
    assert gate.still_visible(pairs) == pairs
    with database.write() as uow:
        uow.session.get_one(Run, run_id).visibility = "private"
    assert gate.still_visible(pairs) == {(actor_for(owner), f"run:{run_id}"), (other, "team")}


def test_a_socket_whose_session_is_gone_is_not_valid(gate):
    assert gate.still_valid({actor_of_session(1, 1, "member", "")}) == set()
