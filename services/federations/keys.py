"""Public keys of sites: read in either form, kept in one."""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
    load_ssh_private_key,
    load_ssh_public_key,
)

from app.errors import Invalid

CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
EXPECTED_KEY = (
    "Give the public key of the site: a text that begins with 'ecdsa-sha2-nistp' (OpenSSH) or "
    "'-----BEGIN PUBLIC KEY-----' (PEM), on one of the curves P-256, P-384 and P-521."
)


def public_key_of(text: str) -> ec.EllipticCurvePublicKey:
    """Return the key that a person pasted; raises ``Invalid`` for anything else."""
    content = text.strip().encode()
    if b"PRIVATE KEY" in content:
        detail = (
            "This is a private key. It never leaves the site; make a new pair there, and send "
            "only the public part."
        )
        raise Invalid(detail, errors={"public_key": [detail]})
    load = load_pem_public_key if content.startswith(b"-----") else load_ssh_public_key
    try:
        key = load(content)
    except (ValueError, UnsupportedAlgorithm):
        raise _unreadable("cannot be read") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, CURVES):
        raise _unreadable("is of another kind")
    return key


def _unreadable(what: str) -> Invalid:
    return Invalid(f"public_key {what}. {EXPECTED_KEY}", errors={"public_key": [EXPECTED_KEY]})


def as_pem(key: ec.EllipticCurvePublicKey) -> str:
    """Return the key as PEM, the form in which a SuperNode shows it."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def fingerprint(key: ec.EllipticCurvePublicKey) -> str:
    """Return the SHA-256 of the key, 64 hexadecimal digits."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return digest.finalize().hex()


def new_private_key() -> bytes:
    """Return a fresh private key in OpenSSH's form, which Flower reads."""
    key = ec.generate_private_key(ec.SECP384R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())


def public_part(private_key: bytes) -> ec.EllipticCurvePublicKey:
    """Return the public part of a key that ``new_private_key`` made."""
    key = load_ssh_private_key(private_key, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the key is not on an elliptic curve")
    return key.public_key()
