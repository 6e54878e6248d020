"""Base URLs as they are stored: one spelling, and none that leads into the own network.

Names are not resolved here: the client checks each address again when it connects.
"""

import socket
import unicodedata
from ipaddress import IPv4Address, ip_address
from urllib.parse import urlsplit

from services.benchmarks.domain.addresses import BaseUrlError, api_root, forbidden_reason
from services.benchmarks.models.errors import AddressRefused

SETTING = "ROUNDHOUSE_BENCHMARK_PRIVATE_ADDRESSES"
PRIVATE_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa")
MAX_LENGTH = 500  # of the column
_VERSION = "/v1"


def stored_url(text: str, *, allow_private: bool) -> str:
    """Return a base URL without a slash and without /v1 at its end. Raises AddressRefused."""
    try:
        root = api_root(text)
    except BaseUrlError as error:
        raise _refused(str(error)) from None
    host = urlsplit(root).hostname or ""
    if reason := _reason(host, allow_private=allow_private):
        raise _refused(f"The base URL's host '{host[:100]}' {reason}.")
    short = root.removesuffix(_VERSION)
    url = short if api_root(short) == root else root  # a version further left stays the only one
    if len(url) > MAX_LENGTH:
        raise _refused(f"The base URL has {len(url)} characters: give at most {MAX_LENGTH}.")
    return url


def server_of(url: str) -> tuple[str, str]:
    """Return scheme and server of a URL: where a key is sent."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _reason(host: str, *, allow_private: bool) -> str | None:
    address = _address(host)
    if address is not None:
        reason = forbidden_reason(address, allow_private=allow_private)
    else:
        name = host.rstrip(".").casefold()
        is_private = "." not in name or name.endswith(tuple(f".{one}" for one in PRIVATE_NAMES))
        reason = "is a name of the own network" if is_private and not allow_private else None
    if reason and not allow_private and "never" not in reason:
        return f"{reason}: an admin allows those with {SETTING}=1"
    return reason


def _address(host: str) -> str | None:
    """Return the IP address that a host is, also in the old forms 127.1, 0x7f.1 and 2130706433.

    Full-width and encircled digits, and a full stop at the end, stand for the same number.
    """
    host = unicodedata.normalize("NFKC", host).rstrip(".")
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        return str(IPv4Address(socket.inet_aton(host)))
    except (OSError, UnicodeError):
        return None


def _refused(detail: str) -> AddressRefused:
    return AddressRefused(detail, errors={"base_url": [detail]})
