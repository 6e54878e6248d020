"""Addresses and secrets of channels, encrypted at rest, each for its own channel alone."""

from pathlib import Path

from app.auth.vault import SecretUnreadable, Vault
from app.models.channel import AlertChannel
from services.channels.sending.envelope import Target
from services.channels.sending.outcome import TargetRefused

SECRET_FILE = "channels.secret"  # noqa: S105 - its name
_PURPOSE = b"roundhouse: targets of channels, 1"


class ChannelVault:
    """Encrypts and decrypts targets with the secret in ``home``."""

    def __init__(self, home: Path) -> None:
        self._vault = Vault(home / SECRET_FILE, _PURPOSE)

    def encrypt(self, channel_id: int, target: Target) -> str:
        """Return what the database keeps of the target of a channel."""
        values = {"address": target.address, "secret": target.secret}
        return self._vault.seal(channel_id, values)

    def target_of(self, row: AlertChannel) -> Target:
        """Return the target of a channel.

        Raises TargetRefused where it was stored with another secret, or for another channel.
        """
        try:
            kept = self._vault.unseal(row.id, row.target_encrypted or "")
        except SecretUnreadable:
            raise TargetRefused(
                f"The address of this channel was stored with another {SECRET_FILE} than the one"
                " of this host: give it again, or copy the file."
            ) from None
        return Target(address=kept["address"], secret=kept["secret"])
