"""A person's own credentials: sessions, password, API tokens."""

from typing import Any

from app.auth.password_rules import check_password
from app.auth.passwords import password_hasher
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, fails, returns
from app.http.gate import client_ip, current_actor, the_gate
from app.http.resources import resources
from app.http.threads import run_in_thread
from blueprints.accounts.schemas import (
    NewTokenBody,
    PasswordChange,
    Revoked,
    SessionList,
    TokenList,
    TokenOnce,
    TokenView,
)
from services.accounts import sessions, tokens
from services.accounts.passwords import begin_change, finish_change, wrong_current_password

keys = ApiBlueprint("keys", __name__, url_prefix="/api/auth")


@keys.get("/sessions")
@returns(SessionList())
def list_sessions() -> dict[str, Any]:
    """Return where you are signed in."""
    limits = the_gate().people.limits
    return {"items": sessions.list_sessions(resources().database, current_actor(), limits)}


@keys.delete("/sessions/<session_id>")
@returns(None)
@fails({404: "None of your sessions."})
def revoke_session(session_id: str) -> None:
    """End one of your sessions."""
    sessions.revoke_session(resources().database, current_actor(), session_id)


@keys.post("/sessions/revoke-others")
@returns(Revoked())
def revoke_others() -> dict[str, int]:
    """End all of your sessions but this one."""
    return {"revoked": sessions.revoke_other_sessions(resources().database, current_actor())}


@keys.post("/password")
@body(PasswordChange())
@returns(None)
@fails({422: "The new password is too easy, or the current one is not right."})
async def change_password(body: dict[str, Any]) -> None:
    """Change your password; every other session ends."""
    hasher, database, actor = password_hasher(), resources().database, current_actor()
    check = await run_in_thread(begin_change, database, actor, client_ip())
    if check.stored is not None:
        current = body["current_password"] or ""
        if not (await hasher.aside(hasher.verify, check.stored, current)).matches:
            raise wrong_current_password()
    check_password(body["new_password"], email=check.email, name=check.name)
    new_hash = await hasher.aside(hasher.hash, body["new_password"])
    await run_in_thread(finish_change, database, actor, check, client_ip(), new_hash)


@keys.get("/tokens")
@returns(TokenList())
def list_tokens() -> dict[str, Any]:
    """Return your API tokens, without their secrets."""
    return {"items": tokens.list_tokens(resources().database, current_actor())}


# No Idempotency-Key here: the remembered answer would be a usable token in the database.
@keys.post("/tokens")
@body(NewTokenBody())
@returns(TokenOnce(), 201)
def create_token(body: dict[str, Any]) -> dict[str, Any]:
    """Make an API token; its secret is shown this once."""
    made = tokens.create_token(resources().database, current_actor(), **body)
    shown = {name: getattr(made.token, name) for name in TokenView().fields}
    return shown | {"token": made.secret}


@keys.delete("/tokens/<token_id>")
@returns(None)
@fails({404: "None of your tokens."})
def revoke_token(token_id: str) -> None:
    """Revoke one of your API tokens."""
    tokens.revoke_token(resources().database, current_actor(), token_id)
