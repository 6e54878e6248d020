"""The certificates of one federation: an authority of its own, and the server's certificate.

Sites get the authority's certificate when they enrol and trust nothing else, so no public
authority can vouch for an impostor, and no hospital has to trust ours beyond this federation.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS, SERVER_DAYS = 3650, 397
RENEW_BEFORE = timedelta(days=30)
CLOCK_SKEW = timedelta(hours=1)  # a site whose clock is behind must still believe it
LOCAL = dict.fromkeys(("localhost", "127.0.0.1", "::1"))
MAX_NAME_LENGTH = 64  # bytes


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A certificate and its private key, both PEM."""

    certificate: bytes
    key: bytes


def new_authority(name: str, at: datetime) -> Pair:
    """Return an authority that vouches for one federation's server."""
    key = ec.generate_private_key(ec.SECP384R1())
    subject = _named(f"Roundhouse federation {name}")
    builder = _builder(subject, subject, key, at, AUTHORITY_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(authority=True), critical=True)
    return _signed(builder, key, key)


def new_server(authority: Pair, host: str, at: datetime) -> Pair:
    """Return a server certificate for ``host`` and for this machine itself."""
    issuer = x509.load_pem_x509_certificate(authority.certificate)
    signer = load_pem_private_key(authority.key, password=None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError("the authority's key is not on an elliptic curve")
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName(
        [_alternative(one) for one in dict.fromkeys((host, *LOCAL))]
    )
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    trusted_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    builder = _builder(_named(host), issuer.subject, key, at, SERVER_DAYS)
    builder = builder.add_extension(
        x509.BasicConstraints(ca=False, path_length=None), critical=True
    )
    builder = builder.add_extension(_usage(authority=False), critical=True)
    builder = builder.add_extension(names, critical=False)
    builder = builder.add_extension(purpose, critical=False)
    builder = builder.add_extension(trusted_by, critical=False)
    return _signed(builder, key, signer)


def is_due(certificate: bytes, at: datetime) -> bool:
    """Return whether a server certificate must be made again."""
    ends = x509.load_pem_x509_certificate(certificate).not_valid_after_utc
    return at > ends - RENEW_BEFORE


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    at: datetime,
    days: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - CLOCK_SKEW)
        .not_valid_after(at + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _signed(
    builder: x509.CertificateBuilder,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
) -> Pair:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    certificate = builder.sign(signer, hashes.SHA256())
    return Pair(certificate=certificate.public_bytes(Encoding.PEM), key=private)


def _named(name: str) -> x509.Name:
    """Return a subject; a common name has room for 64 bytes, not characters (RFC 5280)."""
    short = name.encode()[:MAX_NAME_LENGTH].decode(errors="ignore")
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, short)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
