"""Which hosts we answer for and which pages may call us: pure rules on header values.

An allow-list of hosts stops DNS rebinding, where a stranger's name is made to point at this
machine. The origin check stops other sites from using the cookie of a signed-in browser.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.errors import BadRequest, Forbidden

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
INTENT_HEADER = "X-Roundhouse"  # another site cannot send it without a preflight, which we refuse


class HostNotAllowed(BadRequest):
    """The request was made for a name that is not ours."""

    code = "host_not_allowed"


@dataclass(frozen=True)
class SiteRules:
    """The names under which this server may be called."""

    public_url: str
    trusted_hosts: tuple[str, ...] = ()
    bound_host: str = ""

    def check_host(self, host: str) -> None:
        """Refuse a Host header that names somebody else.

        Raises HostNotAllowed.
        """
        if not self.answers(host):
            raise HostNotAllowed(
                "This server does not answer under that name: add it to ROUNDHOUSE_TRUSTED_HOSTS."
            )

    def answers(self, host: str) -> bool:
        """Return whether requests for ``host`` (a Host header or a bare address) are answered."""
        return _name_of(_bracketed(host)) in self._names

    def is_ours(self, headers: Mapping[str, str], scheme: str) -> bool:
        """Return whether the browser says that one of our own pages is calling.

        Programs that are no browser send neither ``Origin`` nor ``Sec-Fetch-Site`` and pass:
        nobody can make them call with a cookie that is not theirs.
        """
        own = headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")
        return own and self.is_our_origin(headers, scheme)

    def is_our_origin(self, headers: Mapping[str, str], scheme: str) -> bool:
        """Return whether ``Origin`` is missing or ours; browsers send it with every socket."""
        origin = headers.get("Origin")
        if origin is None:
            return True
        here = f"{scheme}://{headers.get('Host', '')}"
        return origin.lower() in (here.lower(), self._public_origin)

    def check_intent(self, headers: Mapping[str, str], scheme: str) -> None:
        """Refuse a writing request that lives on a cookie unless one of our pages sent it.

        Raises Forbidden.
        """
        if headers.get(INTENT_HEADER) != "1":
            raise Forbidden(f"A writing request with a cookie needs the header {INTENT_HEADER}: 1.")
        self.check_origin(headers, scheme)

    def check_origin(self, headers: Mapping[str, str], scheme: str) -> None:
        """Refuse a request that a page of another site sent.

        Raises Forbidden.
        """
        if not self.is_ours(headers, scheme):
            raise Forbidden("This request was sent by a page of another site.")

    @property
    def _names(self) -> frozenset[str]:
        hosts = (*self.trusted_hosts, self.bound_host)
        named = {_name_of(_bracketed(host)) for host in hosts if host}
        return LOOPBACK | named | {urlsplit(self.public_url).hostname or ""} - {""}

    @property
    def _public_origin(self) -> str:
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}".lower()


def _bracketed(host: str) -> str:
    """Return a bare IPv6 address as a Host header writes it, anything else as it is."""
    return f"[{host}]" if host.count(":") > 1 and not host.startswith("[") else host


def _name_of(host: str) -> str:
    """Return the name in a Host header, without the port, as typed but for its case."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def unnamed_proxy(public_url: str, trusted_proxies: tuple[str, ...]) -> str | None:
    """Return what is wrong where a proxy must stand before us that nobody has named, else None.

    This process speaks no TLS: so behind an https address everybody has the proxy's address.
    """
    if not public_url.startswith("https://") or trusted_proxies:
        return None
    return (
        "ROUNDHOUSE_PUBLIC_URL is https, but ROUNDHOUSE_TRUSTED_PROXIES names no proxy: everybody "
        "then has the proxy's address, and one who guesses passwords locks sign-in for all"
    )


def client_address(peer: str, forwarded: str, trusted_proxies: tuple[str, ...]) -> str:
    """Return whose request this is: the peer, or whom a trusted proxy names.

    Read from the right, the first address that is no trusted proxy counts: everything to its
    left is what the client chose to claim.
    """
    address = peer
    for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        if not is_within(address, trusted_proxies):
            break
        address = hop
    return address[:64] if _is_address(address) else peer[:64]


def is_within(address: str, networks: tuple[str, ...]) -> bool:
    """Return whether ``address`` lies in one of ``networks``; False for text that is none."""
    if not _is_address(address):
        return False
    number = ipaddress.ip_address(address)
    return any(number in ipaddress.ip_network(network, strict=False) for network in networks)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def neighbourhood(address: str) -> str:
    """Return what one subscriber can choose addresses from: IPv6 by /64, IPv4 as it is."""
    if not _is_address(address) or ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False))
