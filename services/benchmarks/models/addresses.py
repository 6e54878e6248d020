"""Base URLs as they are stored: one spelling, and none that leads into the own network.

Names are not resolved here: the client checks each address again when it connects.
"""

from urllib.parse import urlsplit

from app.net.spellings import ip_of_host, is_private_name
from services.benchmarks.domain.addresses import BaseUrlError, api_root, forbidden_reason
from services.benchmarks.models.errors import AddressRefused

SETTING = "ROUNDHOUSE_BENCHMARK_PRIVATE_ADDRESSES"
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
    reason = None
    if address := ip_of_host(host):
        reason = forbidden_reason(address, allow_private=allow_private)
    elif is_private_name(host) and not allow_private:
        reason = "is a name of the own network"
    if reason and not allow_private and "never" not in reason:
        return f"{reason}: an admin allows those with {SETTING}=1"
    return reason


def _refused(detail: str) -> AddressRefused:
    return AddressRefused(detail, errors={"base_url": [detail]})
