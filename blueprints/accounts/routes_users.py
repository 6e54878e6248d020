"""What admins do for people."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, made, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.models.user import User
from blueprints.accounts.schemas import (
    Link,
    OwnedTokenList,
    OwnedTokensQuery,
    UserBody,
    UserList,
    UserPatch,
    UsersQuery,
    UserView,
)
from services.accounts import tokens
from services.accounts import users as accounts
from services.accounts.types import IssuedLink

users = ApiBlueprint("users", __name__, url_prefix="/api/users")


@users.get("")
@query(UsersQuery())
@returns(UserList())
def list_users(query: dict[str, int]) -> dict[str, Any]:
    """Return the accounts by name."""
    items, total = accounts.list_users(resources().database, **query)
    return {"items": items, "total": total, **query}


@users.post("")
@creates
@made(User)
@body(UserBody())
@returns(UserView(), 201)
@fails({409: "The address is taken."})
def create_user(body: dict[str, Any]) -> User:
    """Make an account; its owner signs in by a link first."""
    return accounts.create_user(resources().database, current_actor(), **body)


@users.patch("/<user_id>")
@body(UserPatch())
@returns(UserView())
@fails({404: "No such account.", 409: "The last active admin stays."})
def change_user(user_id: str, body: dict[str, Any]) -> User:
    """Change a role, a name, or whether an account is active."""
    change = accounts.UserChange(**body)
    return accounts.change_user(resources().database, current_actor(), user_id, change)


# No Idempotency-Key here: the remembered answer would be a usable code in the database.
@users.post("/<user_id>/signin-link")
@returns(Link(), 201)
@fails({404: "No such account.", 409: "The account is not active."})
def issue_link(user_id: str) -> IssuedLink:
    """Make a one-time address with which this person signs in."""
    parts = resources()
    return accounts.issue_link(parts.database, current_actor(), user_id, parts.settings.public_url)


@users.get("/tokens")
@query(OwnedTokensQuery())
@returns(OwnedTokenList())
def list_all_tokens(query: dict[str, Any]) -> dict[str, Any]:
    """Return everybody's API tokens without their secrets, or those of one person."""
    items, total = tokens.list_all_tokens(resources().database, **query)
    return {"items": items, "total": total, "limit": query["limit"], "offset": query["offset"]}


@users.delete("/tokens/<token_id>")
@returns(None)
@fails({404: "No such token."})
def revoke_any_token(token_id: str) -> None:
    """Revoke anybody's API token; it is refused from its next request on."""
    tokens.revoke_any_token(resources().database, current_actor(), token_id)
