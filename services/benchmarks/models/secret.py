"""Keys of model servers, encrypted at rest.

Fernet (AES-128-CBC with HMAC-SHA-256) under a key that HKDF (RFC 5869) derives from the secret of
the installation: a copy of the database alone holds no usable key. The secret is a file of
``ROUNDHOUSE_HOME``, made at first use; further hosts that work on benchmarks need the same file.
"""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.models.benchmark import BenchmarkModel
from app.settings import Settings
from services.benchmarks.models.errors import KeyUnreadable

SECRET_FILE = "benchmark-keys.secret"  # noqa: S105 - its name
SECRET_BYTES = 32
_PURPOSE = b"roundhouse: keys of model servers, 1"


def key_reader(settings: Settings) -> Callable[[BenchmarkModel], str | None]:
    """Return what reads the key of a model for those who send it: workers."""
    return KeyVault(settings.home).key_of


class KeyVault:
    """Encrypts and decrypts keys with the secret in ``home``."""

    def __init__(self, home: Path) -> None:
        self._path = home / SECRET_FILE

    def encrypt(self, key: str) -> str:
        """Return what the database keeps of a key; the secret is made if there is none."""
        return self._fernet(self._secret()).encrypt(key.encode()).decode()

    def key_of(self, model: BenchmarkModel) -> str | None:
        """Return the key of a model, None where it has none. Raises KeyUnreadable."""
        if model.key_encrypted is None:
            return None
        try:
            return self._fernet(self._path.read_bytes()).decrypt(model.key_encrypted).decode()
        except (FileNotFoundError, InvalidToken):
            raise KeyUnreadable(
                f"The key of '{model.name}' was stored with another {SECRET_FILE} than the one of "
                "this host: give the key again, or copy the file from where it was stored."
            ) from None

    def _secret(self) -> bytes:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return self._made()

    def _made(self) -> bytes:
        """Write a secret that nobody else reads; of two processes the first decides."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._path.with_name(f"{SECRET_FILE}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, self._path)  # refuses to replace one that is there
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return self._path.read_bytes()

    @staticmethod
    def _fernet(secret: bytes) -> Fernet:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret)
        return Fernet(base64.urlsafe_b64encode(derived))
