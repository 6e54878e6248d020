"""Keys of model servers, encrypted at rest (``app.auth.vault``).

The secret is a file of ``ROUNDHOUSE_HOME``, made at first use; further hosts that work on
benchmarks need the same file.
"""

from collections.abc import Callable
from pathlib import Path

from app.auth.vault import SecretUnreadable, Vault
from app.models.benchmark import BenchmarkModel
from app.settings import Settings
from services.benchmarks.models.errors import KeyUnreadable

SECRET_FILE = "benchmark-keys.secret"  # noqa: S105 - its name
_PURPOSE = b"roundhouse: keys of model servers, 1"


def key_reader(settings: Settings) -> Callable[[BenchmarkModel], str | None]:
    """Return what reads the key of a model for those who send it: workers."""
    return KeyVault(settings.home).key_of


class KeyVault:
    """Encrypts and decrypts keys with the secret in ``home``."""

    def __init__(self, home: Path) -> None:
        self._vault = Vault(home / SECRET_FILE, _PURPOSE)

    def encrypt(self, key: str) -> str:
        """Return what the database keeps of a key; the secret is made if there is none."""
        return self._vault.encrypt(key)

    def key_of(self, model: BenchmarkModel) -> str | None:
        """Return the key of a model, None where it has none. Raises KeyUnreadable."""
        if model.key_encrypted is None:
            return None
        try:
            return self._vault.decrypt(model.key_encrypted)
        except SecretUnreadable:
            raise KeyUnreadable(
                f"The key of '{model.name}' was stored with another {SECRET_FILE} than the one of "
                "this host: give the key again, or copy the file from where it was stored."
            ) from None
