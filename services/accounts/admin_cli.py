"""People and tokens from the command line of the host, for whoever may read its database.

Run as ``python -m services.accounts.admin_cli``; ``python -m app user`` and ``token`` start it.
"""

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError

from app import strict_json
from app.auth.actor import SYSTEM
from app.auth.audit import verify_chain
from app.db.engine import Database
from app.db.migrate import migrate
from app.errors import NotFound, RoundhouseError
from app.models.user import ROLES, User
from app.outages import outage_sentence
from app.settings import Settings, SettingsError
from services.accounts import users
from services.accounts.first_admin import first_admin_link
from services.accounts.repository import lock_active_admins, user_by_email
from services.accounts.tokens import add_token, list_all_tokens, revoke_any_token, scopes_for
from services.accounts.types import SCOPES, OwnedToken

T = TypeVar("T")
MAX_LISTED = 10_000
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


def _with_database(work: Callable[[Database, Settings], T]) -> T:
    """Open the database, at its newest schema, for ``work``; an error becomes one line."""
    try:
        settings = Settings.from_env(os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    try:
        database = Database(settings.database_url, pool_size=1)
        try:
            migrate(database)
            return work(database, settings)
        finally:
            database.close()
    except RoundhouseError as error:
        raise click.ClickException(error.detail) from None
    except SQLAlchemyError as error:
        raise click.ClickException(outage_sentence(settings, error)) from None


def _say(value: Any, text: str, *, as_json: bool) -> None:
    click.echo(strict_json.dumps(value) if as_json else text)


@click.group()
def cli() -> None:
    """Manage the people of this installation and their tokens."""


@cli.group()
def user() -> None:
    """List, make, invite and deactivate people."""


@user.command("list")
@AS_JSON
def list_users(*, as_json: bool) -> None:
    """List the people."""
    rows, _ = _with_database(lambda database, _: users.list_users(database, 1000, 0))
    lines = [
        f"{row.id:>4}  {row.role:<7} {_state(row):<12} {row.email}  {row.name}" for row in rows
    ]
    _say(
        [_described(row) for row in rows],
        "\n".join(lines) or "There is nobody yet.",
        as_json=as_json,
    )


@user.command("create")
@click.argument("email")
@click.option("--name", help="The name to show; the address without its host otherwise.")
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True)
@AS_JSON
def create_user(email: str, name: str | None, role: str, *, as_json: bool) -> None:
    """Make an account and print its one-time sign-in address."""

    def work(database: Database, settings: Settings) -> dict[str, Any]:
        with database.write() as uow:
            shown = name or email.partition("@")[0]
            made = users.add_user(uow, SYSTEM, email=email, name=shown, role=role)
            link = users.add_link(uow, SYSTEM, made, settings.public_url)
        return _described(made) | {"url": link.url, "expires_at": link.expires_at}

    made = _with_database(work)
    _say(made, f"Made {made['email']} ({role}). Sign in once with:\n{made['url']}", as_json=as_json)


@user.command("link")
@click.argument("email")
@AS_JSON
def link_user(email: str, *, as_json: bool) -> None:
    """Print a one-time sign-in address for EMAIL, valid for a day."""

    def work(database: Database, settings: Settings) -> dict[str, Any]:
        link = users.issue_link(database, SYSTEM, _known(database, email).id, settings.public_url)
        return {"url": link.url, "expires_at": link.expires_at}

    made = _with_database(work)
    _say(made, made["url"], as_json=as_json)


@user.command("deactivate")
@click.argument("email")
@AS_JSON
def deactivate_user(email: str, *, as_json: bool) -> None:
    """Sign EMAIL out everywhere and let the account in no more."""
    _change_state(email, active=False, as_json=as_json)


@user.command("activate")
@click.argument("email")
@AS_JSON
def activate_user(email: str, *, as_json: bool) -> None:
    """Let EMAIL in again."""
    _change_state(email, active=True, as_json=as_json)


def _change_state(email: str, *, active: bool, as_json: bool) -> None:
    def work(database: Database, _: Settings) -> User:
        person = str(_known(database, email).id)
        return users.change_user(database, SYSTEM, person, users.UserChange(is_active=active))

    row = _with_database(work)
    _say(_described(row), f"{row.email} is {_state(row)} now.", as_json=as_json)


@user.command("role")
@click.argument("email")
@click.argument("role", type=click.Choice(ROLES))
@AS_JSON
def change_role(email: str, role: str, *, as_json: bool) -> None:
    """Give EMAIL another role."""

    def work(database: Database, _: Settings) -> User:
        person = str(_known(database, email).id)
        return users.change_user(database, SYSTEM, person, users.UserChange(role=role))

    row = _with_database(work)
    _say(_described(row), f"{row.email} is {row.role} now.", as_json=as_json)


@cli.group()
def token() -> None:
    """Make, list and revoke API tokens."""


@token.command("create")
@click.option("--name", required=True, help="What the token is for.")
@click.option("--email", help="Whose token it is; the first admin's otherwise.")
@click.option("--scopes", help=f"Separated by commas, of {', '.join(SCOPES)}.")
@click.option("--expires-days", type=click.IntRange(1, 3650), help="Never, if not given.")
@AS_JSON
def create_token(
    name: str, email: str | None, scopes: str | None, expires_days: int | None, *, as_json: bool
) -> None:
    """Make a token and print it, this once."""
    requested = [scope.strip() for scope in scopes.split(",")] if scopes is not None else None

    def work(database: Database, _: Settings) -> dict[str, Any]:
        owner = _known(database, email) if email else _first_admin(database)
        granted = scopes_for(owner, requested)
        with database.write() as uow:
            made = add_token(uow, SYSTEM, owner.id, name, granted, expires_days)
        return {"token": made.secret, "id": made.token.id, "name": name, "scopes": granted,
                "email": owner.email, "expires_at": made.token.expires_at}  # fmt: skip

    made = _with_database(work)
    _say(made, made["token"], as_json=as_json)


@token.command("list")
@click.option("--email", help="Only the tokens of this person.")
@AS_JSON
def list_tokens(email: str | None, *, as_json: bool) -> None:
    """List the tokens of everybody, or of one person, without their secrets."""

    def work(database: Database, _: Settings) -> list[OwnedToken]:
        owner = _known(database, email).id if email else None
        return list_all_tokens(database, MAX_LISTED, 0, owner)[0]

    rows = _with_database(work)
    text = "\n".join(map(_token_line, rows)) or "There are no tokens."
    _say([_described_token(row) for row in rows], text, as_json=as_json)


@token.command("revoke")
@click.argument("token_id")
@AS_JSON
def revoke_token(token_id: str, *, as_json: bool) -> None:
    """Revoke the token with the number TOKEN_ID, as `token list` shows it."""
    name = _with_database(lambda database, _: revoke_any_token(database, SYSTEM, token_id))
    _say({"id": int(token_id), "name": name}, f"Revoked {name} ({token_id}).", as_json=as_json)


@cli.command("first-link")
@click.option("--email", default="admin@localhost", show_default=True)
@click.option("--name", default="Admin", show_default=True)
@AS_JSON
def first_link(email: str, name: str, *, as_json: bool) -> None:
    """Print a one-time sign-in address for the first admin, making one if there is none."""
    link = _with_database(
        lambda database, settings: first_admin_link(
            database, settings.public_url, email=email, name=name
        )
    )
    _say({"url": link.url, "expires_at": link.expires_at}, link.url, as_json=as_json)


@cli.command("verify-audit")
@AS_JSON
def verify_audit(*, as_json: bool) -> None:
    """Prove that no entry of the audit log was changed or removed."""

    def work(database: Database, _: Settings) -> dict[str, Any]:
        with database.read() as session:
            chain = verify_chain(session)
        return {"entries": chain.entries, "broken_at": chain.broken_at}

    chain = _with_database(work)
    intact = chain["broken_at"] is None
    text = "intact" if intact else f"broken at entry {chain['broken_at']}"
    _say(chain, f"{chain['entries']} entries, the chain is {text}.", as_json=as_json)
    if not intact:
        raise SystemExit(1)


def _known(database: Database, email: str) -> User:
    with database.read() as session:
        user = user_by_email(session, email)
    if user is None:
        raise NotFound(f"There is no account for {email}.")
    return user


def _first_admin(database: Database) -> User:
    with database.read() as session:
        admins = lock_active_admins(session)
    if not admins:
        raise NotFound("There is no admin yet: run first-link, or name somebody by --email.")
    return admins[0]


def _described(row: User) -> dict[str, Any]:
    return {
        "id": row.id,
        "email": row.email,
        "name": row.name,
        "role": row.role,
        "is_active": row.is_active,
    }


def _described_token(row: OwnedToken) -> dict[str, Any]:
    token = row.token
    return {"id": token.id, "name": token.name, "prefix": token.prefix, "scopes": token.scopes,
            "email": row.owner.email, "created_at": token.created_at,
            "expires_at": token.expires_at, "last_used_at": token.last_used_at}  # fmt: skip


def _token_line(row: OwnedToken) -> str:
    token = row.token
    expiry = f"expires {token.expires_at:%Y-%m-%d}" if token.expires_at else "never expires"
    used = f"used {token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never used"
    scopes = ",".join(token.scopes)
    words = (f"{token.id:>4}", f"{token.prefix}…", scopes, expiry, used, row.owner.email)
    return "  ".join((*words, token.name))


def _state(row: User) -> str:
    return "active" if row.is_active else "deactivated"


if __name__ == "__main__":
    cli(prog_name="python -m services.accounts.admin_cli")
