"""What people may see when a connection cannot be made or changed."""

from app.errors import BadRequest, Conflict


class StateRefused(BadRequest):
    """The return from a sign-in belongs to none that this person began."""

    code = "oauth_state_refused"


class SignInRefused(BadRequest):
    """The platform gave no tokens, or the person did not agree."""

    code = "sign_in_refused"


class SignInFailed(Conflict):
    """The platform could not be reached or answered something else: to be tried again."""

    code = "sign_in_failed"


class PlatformNotConfigured(Conflict):
    """The installation has no OAuth client of that platform."""

    code = "platform_not_configured"


class ConnectionUnusable(Conflict):
    """The connection has to be signed in, or needs a property, first."""

    code = "connection_unusable"
