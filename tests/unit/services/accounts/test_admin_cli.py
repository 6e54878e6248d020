"""The command line for people and tokens, on a real database."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.auth.credentials import Authenticator, SessionLimits
from app.errors import Unauthorised
from app.models.audit import AuditEntry
from services.accounts.admin_cli import cli
from tests.factories.people import make_token, make_user


@pytest.fixture
def run(settings, monkeypatch):
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)

    def invoke(*arguments, code=0):
        result = CliRunner().invoke(cli, arguments)
        assert result.exit_code == code, result.output
        return result.output

    return invoke


def test_the_first_link_makes_one_admin_however_often_it_is_requested(run):
    first, second = run("first-link").strip(), run("first-link").strip()
    assert "/signin#code=" in first
    assert first != second
    people = json.loads(run("user", "list", "--json"))
    assert [(person["email"], person["role"]) for person in people] == [
        ("admin@localhost", "admin")
    ]


def test_a_token_is_printed_alone_so_that_a_script_can_keep_it(run, database):
    run("first-link")
    token = run("token", "create", "--name", "ci").strip()
    actor = Authenticator(database, SessionLimits()).by_token(token)
    assert (actor.scopes, actor.role) == ({"read", "write"}, "member")


def test_a_token_belongs_to_whom_it_was_made_for_and_has_what_was_requested(run, database):
    user = make_user(database)
    made = json.loads(
        run("token", "create", "--name", "ci", "--email", user.email, "--scopes", "read",
            "--expires-days", "7", "--json")
    )  # fmt: skip
    actor = Authenticator(database, SessionLimits()).by_token(made["token"])
    assert (actor.user_id, actor.scopes) == (user.id, {"read"})
    assert made["expires_at"] is not None


def test_tokens_are_listed_without_secrets_and_revoked_by_number(run, database):
    ada, ben = make_user(database), make_user(database)
    secrets = [make_token(database, person, scopes=["read"]) for person in (ada, ben)]
    (listed,) = json.loads(run("token", "list", "--email", ada.email, "--json"))
    assert (listed["email"], listed["scopes"]) == (ada.email, ["read"])
    table = run("token", "list")
    assert len(table.splitlines()) == 2
    assert not any(secret in table for secret in secrets)
    assert run("token", "revoke", str(listed["id"])) == f"Revoked test ({listed['id']}).\n"
    people = Authenticator(database, SessionLimits())
    with pytest.raises(Unauthorised):
        people.by_token(secrets[0])
    assert people.by_token(secrets[1]).user_id == ben.id
    assert "does not exist" in run("token", "revoke", str(listed["id"]), code=1)
    with database.read() as session:
        query = select(AuditEntry).where(AuditEntry.action == "token_revoked")
        assert [entry.via for entry in session.scalars(query)] == ["system"]


def test_an_account_is_made_with_a_link_to_sign_in(run):
    made = json.loads(run("user", "create", "Ada@example.org", "--role", "viewer", "--json"))
    assert (made["email"], made["role"]) == ("ada@example.org", "viewer")
    assert "/signin#code=" in made["url"]
    assert "/signin#code=" in run("user", "link", "ada@example.org")


def test_people_are_deactivated_activated_and_given_roles(run):
    run("first-link")
    run("user", "create", "ada@example.org")
    assert "deactivated" in run("user", "deactivate", "ada@example.org")
    assert "active" in run("user", "activate", "ada@example.org")
    assert "admin" in run("user", "role", "ada@example.org", "admin")
    assert "ada@example.org" in run("user", "list")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("user", "deactivate", "admin@localhost"), "last active admin"),
        (("user", "link", "nobody@example.org"), "There is no account"),
        (("user", "create", "no address"), "e-mail address"),
        (("token", "create", "--name", "x", "--scopes", "everything"), "scopes"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_code_1(run, arguments, sentence):
    run("first-link")
    assert sentence in run(*arguments, code=1)


def test_without_an_admin_a_token_needs_an_owner(run):
    assert "first-link" in run("token", "create", "--name", "x", code=1)


def test_a_bad_setting_is_named(run, monkeypatch):
    monkeypatch.setenv("ROUNDHOUSE_PORT", "eighty")
    assert "ROUNDHOUSE_PORT" in run("user", "list", code=1)


def test_the_audit_log_is_proved_on_the_command_line(run):
    run("first-link")
    assert "intact" in run("verify-audit")
    assert json.loads(run("verify-audit", "--json")) == {"entries": 2, "broken_at": None}
