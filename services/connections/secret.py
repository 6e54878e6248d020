"""OAuthTokens of connections, encrypted at rest, each for its own connection alone."""

from datetime import datetime
from pathlib import Path

from app.auth.vault import SecretUnreadable, Vault
from app.models.connection import ServiceConnection
from services.connections.clients.grants import OAuthTokens
from services.scheduler.codes.errors import ConfigMissing

SECRET_FILE = "connections.secret"  # noqa: S105 - its name
_PURPOSE = b"roundhouse: tokens of connections, 1"


class TokenVault:
    """Encrypts and decrypts tokens with the secret in ``home``."""

    def __init__(self, home: Path) -> None:
        self._vault = Vault(home / SECRET_FILE, _PURPOSE)

    def encrypt(self, connection_id: int, tokens: OAuthTokens) -> str:
        """Return what the database keeps of the tokens of a connection."""
        values = {"access": tokens.access, "refresh": tokens.refresh}
        return self._vault.seal(connection_id, values)

    def tokens_of(self, row: ServiceConnection) -> OAuthTokens:
        """Return the tokens of a connection that has some.

        Raises ConfigMissing where they were stored with another secret, or for another connection.
        """
        try:
            kept = self._vault.unseal(row.id, row.tokens_encrypted or "")
        except SecretUnreadable:
            raise ConfigMissing(
                f"The sign-in of this connection was stored with another {SECRET_FILE} than the"
                " one of this host: connect the account again, or copy the file."
            ) from None
        return OAuthTokens(
            access=kept["access"],
            refresh=kept["refresh"],
            expires_at=row.expires_at or datetime.min,  # noqa: DTZ901 - never: set with the tokens
            scopes=tuple(row.scopes),
        )
