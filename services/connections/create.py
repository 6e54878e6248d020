"""Connecting an account: a person leaves for the platform, and comes back with a code.

The state that travels with them is good once, for 20 minutes, and only for who began; of it the
database keeps a hash. Nothing is sent to the platform, and nothing stored, for any other.
"""

from datetime import timedelta

from app.auth import secrets
from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.uow import UnitOfWork
from app.errors import NotFound
from app.models.connection import OAuthState, ServiceConnection
from services.connections.clients.grants import OAuthClient, OAuthTokens, authorize_url
from services.connections.clients.platforms import NAMES
from services.connections.config import oauth_client, redirect_uri
from services.connections.errors import SignInFailed, SignInRefused, StateRefused
from services.connections.provision import ensure_schedules, reset_stopped
from services.connections.repository import editable, take_state
from services.connections.start import enqueue_check
from services.connections.topics import subject_of
from services.connections.types import ACTIVE, ARCHIVED, Here, SignIn, SignInStart
from services.scheduler.codes.codes import RETRIED, ErrorCode
from services.scheduler.codes.errors import AttemptFailed

STATE_LIFETIME = timedelta(minutes=20)
EXCHANGE_SECONDS = 30.0  # somebody waits for it


def begin_sign_in(
    here: Here, actor: Actor, platform: str, connection_id: str | None = None
) -> SignInStart:
    """Return the address to open, for a new connection or to sign in again to one.

    Raises PlatformNotConfigured, Forbidden, NotFound.
    """
    require_member(actor)
    client = oauth_client(here.settings, platform)
    state, at = secrets.mint(), now()
    with here.database.write() as unit:
        row = editable(unit.session, actor, connection_id) if connection_id else None
        if row is not None and (row.platform != platform or row.owner_id != actor.user_id):
            raise NotFound(f"Connection {row.id} is not one of yours at {NAMES[platform]}.")
        unit.session.add(
            OAuthState(
                state_hash=secrets.digest(state),
                user_id=actor.user_id,
                platform=platform,
                connection_id=row.id if row else None,
                created_at=at,
                expires_at=at + STATE_LIFETIME,
            )
        )
    url = authorize_url(client, redirect_uri=redirect_uri(here.settings), state=state)
    return SignInStart(authorize_url=url, expires_at=at + STATE_LIFETIME)


def finish_sign_in(
    here: Here, actor: Actor, state: str, code: str | None, error: str | None = None
) -> ServiceConnection:
    """Return the connection that a return from the platform signs in.

    ``error`` is what the platform gave instead of a code. Raises StateRefused, SignInRefused and
    SignInFailed: the state is used up then, too.
    """
    began = _began(here, actor, state)
    name = NAMES[began.platform]
    if code is None:
        words = f" ({error})" if error == "access_denied" else ""
        raise SignInRefused(f"{name} gave no access{words}: nothing was connected.")
    client = oauth_client(here.settings, began.platform)
    tokens = _exchanged(here, client, code)
    if tokens.refresh is None:
        raise SignInRefused(
            f"{name} gave no refresh token: remove this application there, then connect again."
        )
    with here.database.write() as unit:
        row = _signed_in(unit, actor, began)
        row.tokens_encrypted = here.vault.encrypt(row.id, tokens)
        row.scopes, row.expires_at = list(tokens.scopes), tokens.expires_at
        enqueue_check(unit, row)
        ensure_schedules(unit, row)
        detail = {"platform": row.platform, "scopes": row.scopes}
        record(unit, actor, "connection_signed_in", subject_of(row.id), detail)
    reset_stopped(here.database, actor, row)
    return row


def _began(here: Here, actor: Actor, state: str) -> SignIn:
    """Return the sign-in that the actor began with this state, which is used up with it."""
    with here.database.write() as unit:
        began = take_state(unit.session, secrets.digest(state), actor.user_id)
    if began is None or began.expires_at <= now():
        raise StateRefused(
            "This sign-in is not one that you began in the last 20 minutes, or it was used"
            " already: begin again on the page Connections."
        )
    return began


def _exchanged(here: Here, client: OAuthClient, code: str) -> OAuthTokens:
    from services.connections.clients.oauth import exchange_code
    from services.connections.clients.transport import WebClient

    limit = min(EXCHANGE_SECONDS, here.settings.connection_seconds)
    with WebClient(client.service, limit_s=limit) as web:
        try:
            return exchange_code(web, client, code, redirect_uri(here.settings), now())
        except AttemptFailed as failed:
            if failed.code in RETRIED or failed.code is ErrorCode.BAD_DATA:
                raise SignInFailed(f"{failed.detail} Connect the account again.") from None
            raise SignInRefused(failed.detail) from None


def _signed_in(unit: UnitOfWork, actor: Actor, began: SignIn) -> ServiceConnection:
    """Return the connection that is signed in again, or a new one."""
    at = now()
    known = None
    if began.connection_id is not None:
        known = unit.session.get(ServiceConnection, began.connection_id, with_for_update=True)
    if known is not None and known.state != ARCHIVED:
        known.state, known.updated_at = ACTIVE, at
        return known
    row = ServiceConnection(
        owner_id=actor.user_id,
        visibility="private",
        platform=began.platform,
        state=ACTIVE,
        sites=[],
        scopes=[],
        created_at=at,
        updated_at=at,
    )
    unit.session.add(row)
    unit.session.flush()
    return row
