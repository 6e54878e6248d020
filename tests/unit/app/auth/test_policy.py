import pytest

from app.auth.credentials import actor_of_session, actor_of_token
from app.auth.policy import ADMIN, MAKES, OWN, OWN_KEYS, check
from app.errors import Forbidden
from blueprints import ACCESS


def browser(role):
    return actor_of_session(1, 1, role, "")


def token(role, *scopes):
    return actor_of_token(1, 1, role, "", list(scopes))


def test_rows_are_found_however_the_router_names_the_variable():
    assert ACCESS.rule_for("GET", "/api/runs/<run_id>") is ACCESS.routes["GET /api/runs/{id}"]
    assert (
        ACCESS.rule_for("HEAD", "/api/runs/<string:run_id>") is ACCESS.routes["GET /api/runs/{id}"]
    )


@pytest.mark.parametrize(
    ("method", "address"),
    [("GET", "/api/unknown"), ("PUT", "/api/runs/<id>"), ("OPTIONS", "/api/auth/me"),
     ("TRACE", "/"), ("PUT", "/api/auth/login")],
)  # fmt: skip
def test_what_is_not_in_the_table_has_no_rule(method, address):
    assert ACCESS.rule_for(method, address) is None


@pytest.mark.parametrize(("rule", "roles"), [
    (OWN, {"viewer", "member", "admin"}), (MAKES, {"member", "admin"}), (ADMIN, {"admin"}),
])  # fmt: skip
def test_each_rule_lets_exactly_its_roles_pass(rule, roles):
    for role in ("viewer", "member", "admin"):
        if role in roles:
            check(rule, browser(role))
        else:
            with pytest.raises(Forbidden):
                check(rule, browser(role))


def test_a_token_needs_the_scope_of_the_route():
    check(MAKES, token("member", "read", "write"))
    with pytest.raises(Forbidden, match="scope write"):
        check(MAKES, token("member", "read"))


def test_a_token_of_an_admin_is_an_admin_only_with_that_scope():
    assert token("admin", "read", "write").role == "member"
    check(ADMIN, token("admin", "read", "write", "admin"))
    with pytest.raises(Forbidden):
        check(ADMIN, token("admin", "read", "write"))


def test_a_scope_above_the_owners_role_gives_nothing():
    with pytest.raises(Forbidden):
        check(ADMIN, token("member", "read", "write", "admin"))


def test_no_token_manages_credentials():
    with pytest.raises(Forbidden, match="browser"):
        check(OWN_KEYS, token("admin", "read", "write", "admin"))
