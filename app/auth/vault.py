"""Secrets of other people's services, encrypted at rest.

Fernet (AES-128-CBC with HMAC-SHA-256) under a key that HKDF (RFC 5869) derives from a secret file
of ``ROUNDHOUSE_HOME``, made at first use: a copy of the database alone holds nothing usable.
Further hosts that work with such secrets need the same file.
"""

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

SECRET_BYTES = 32


class SecretUnreadable(Exception):
    """What was encrypted has another secret file than the one of this host."""


class Vault:
    """Encrypts and decrypts with the secret in a file, for one ``purpose``."""

    def __init__(self, path: Path, purpose: bytes) -> None:
        self._path = path
        self._purpose = purpose

    def encrypt(self, text: str) -> str:
        """Return what the database keeps of a text; the secret is made if there is none."""
        return self._fernet(self._secret()).encrypt(text.encode()).decode()

    def decrypt(self, kept: str) -> str:
        """Return the text. Raises SecretUnreadable."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet(self._path.read_bytes()).decrypt(kept).decode()
        except (FileNotFoundError, InvalidToken):
            raise SecretUnreadable from None

    def seal(self, row_id: int, values: Mapping[str, Any]) -> str:
        """Return what the database keeps of values that belong to one row alone."""
        return self.encrypt(orjson.dumps({**values, "of": row_id}).decode())

    def unseal(self, row_id: int, kept: str) -> dict[str, Any]:
        """Return the values. Raises SecretUnreadable, too where they are another row's."""
        values: dict[str, Any] = orjson.loads(self.decrypt(kept))
        if values.pop("of", None) != row_id:
            raise SecretUnreadable
        return values

    def _secret(self) -> bytes:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return self._made()

    def _made(self) -> bytes:
        """Write a secret that nobody else reads; of two processes the first decides."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._path.with_name(f"{self._path.name}.{secrets.token_hex(8)}")
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

    def _fernet(self, secret: bytes) -> "Fernet":
        from cryptography.fernet import Fernet
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=self._purpose).derive(secret)
        return Fernet(base64.urlsafe_b64encode(derived))
