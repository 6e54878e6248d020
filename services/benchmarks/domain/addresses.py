"""Base URLs of model servers: one spelling, and which addresses may be called.

Public addresses by default; loopback and private ones only where a setting allows them; those of
a cloud's metadata service, multicast and reserved ones never (decision 33).
"""

import re
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit, urlunsplit

from app.net.ranges import METADATA, embedded_ipv4

_VERSION = re.compile(r"/v\d+[a-z0-9]*(?=/|$)")
MAX_URL = 2_000  # characters


class BaseUrlError(ValueError):
    """The text is no base URL; the message says what is wrong and what would be right."""


def api_root(text: str) -> str:
    """Return the URL that routes such as ``/chat/completions`` are added to.

    A trailing slash goes; ``/v1`` is added unless the path names a version. Raises BaseUrlError.
    """
    text = text.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise BaseUrlError(f"The base URL cannot be read: {error}.") from None
    _check(parts.scheme, parts.hostname, text)
    if port == 0:
        raise BaseUrlError("The base URL has port 0: give one from 1 to 65535, or none.")
    if parts.username is not None or parts.password is not None:
        raise BaseUrlError("The base URL holds a user or a password. Use the key's own field.")
    if parts.query or parts.fragment:
        raise BaseUrlError("The base URL has a query or a fragment. Leave out what follows ? or #.")
    path = parts.path.rstrip("/")
    path = path if _VERSION.search(path) else f"{path}/v1"
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, f"{host}:{port}" if port else host, path, "", ""))


def _check(scheme: str, host: str | None, text: str) -> None:
    example = "such as https://api.example.org/v1"
    if scheme not in ("http", "https") or not host:
        raise BaseUrlError(f"The base URL is to begin with http:// or https://, {example}.")
    is_escaped = "%" in host and ":" not in host  # a zone of IPv6 has one
    if len(text) > MAX_URL or is_escaped or re.search(r"[\x00-\x20\x7f\\]", text):
        raise BaseUrlError(
            f"The base URL is too long or holds a character that is none, {example}."
        )


def forbidden_reason(address: str, *, allow_private: bool) -> str | None:
    """Return why the IP ``address`` may not be called, or None where it may."""
    ip = embedded_ipv4(ip_address(address.partition("%")[0]))
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return "is a link-local, multicast or unspecified address, which is never called"
    if ip in METADATA:
        return "is an address of a cloud's metadata service, which is never called"
    if ip.is_loopback or ip.is_private or (isinstance(ip, IPv6Address) and ip.is_site_local):
        return None if allow_private else "is a loopback or private address"
    return None if ip.is_global else "is a reserved address, which is never called"
