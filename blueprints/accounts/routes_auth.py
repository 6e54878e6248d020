"""Signing in and out."""

from collections.abc import Callable
from typing import Any

from quart import after_this_request, request

from app.auth.passwords import password_hasher
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, fails, returns
from app.http.gate import AnyResponse, client_ip, current_actor, the_gate
from app.http.resources import resources
from app.http.threads import run_in_thread
from app.models.user import User
from blueprints.accounts.schemas import Login, OneTime, WhoAmI
from services.accounts.read import who_am_i
from services.accounts.sessions import sign_out
from services.accounts.sign_in import begin_login, finish_login, use_code
from services.accounts.types import OpenedSession, SignInOrigin

auth = ApiBlueprint("auth", __name__, url_prefix="/api/auth")


@auth.post("/login")
@body(Login())
@returns(WhoAmI())
@fails({401: "Wrong address or password.", 429: "Too many failures from this address."})
async def login(body: dict[str, Any]) -> dict[str, Any]:
    """Sign a browser in with an e-mail address and a password."""
    hasher, database, caller = password_hasher(), resources().database, _caller()
    limits = the_gate().people.limits
    attempt = await run_in_thread(begin_login, database, body["email"], caller)
    verdict = await hasher.aside(hasher.verify, attempt.stored, body["password"])
    return _signed_in(await run_in_thread(finish_login, database, attempt, verdict, caller, limits))


@auth.post("/one-time")
@body(OneTime())
@returns(WhoAmI())
@fails({401: "The code is unknown, used or too old."})
def one_time(body: dict[str, Any]) -> dict[str, Any]:
    """Sign a browser in with the code of a one-time link."""
    limits = the_gate().people.limits
    return _signed_in(use_code(resources().database, body["code"], _caller(), limits))


@auth.post("/logout")
@returns(None)
def logout() -> None:
    """End this session; its cookie is worth nothing from now on."""
    sign_out(resources().database, current_actor())

    _amend(the_gate().clear_cookie)


@auth.get("/me")
@returns(WhoAmI())
def me() -> dict[str, Any]:
    """Return who asks."""
    return _who(who_am_i(resources().database, current_actor()), current_actor().via)


def _caller() -> SignInOrigin:
    return SignInOrigin(
        address=client_ip(),
        user_agent=request.headers.get("User-Agent", ""),
        replaces=request.cookies.get(the_gate().cookie),
    )


def _signed_in(opened: OpenedSession) -> dict[str, Any]:
    _amend(lambda response: the_gate().set_cookie(response, opened.secret))
    return _who(opened.user, "session")


def _amend(change: Callable[[AnyResponse], None]) -> None:
    async def amend(response: AnyResponse) -> AnyResponse:
        change(response)
        return response

    after_this_request(amend)


def _who(user: User, via: str) -> dict[str, Any]:
    return {"user": user, "via": via}
