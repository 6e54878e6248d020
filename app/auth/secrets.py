"""Opaque secrets: 256 random bits for the person, their SHA-256 for the database.

A fast hash is enough at this entropy: there is nothing to guess, and a copy of the database
holds no usable credential.
"""

import hashlib
import secrets

TOKEN_PREFIX = "rh_"  # noqa: S105 - lets people and secret scanners recognise a token
SHOWN = 10


def mint(prefix: str = "") -> str:
    """Return a new secret, safe in URLs, headers and cookies."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return what the database keeps of ``secret``."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
