"""Addresses of web pages: read by the URL standard, refused where they lead elsewhere.

What is refused here is refused before any look-up; the numbers that a look-up gives are checked
again when the connection is made (``app.net.guarded``).
"""

from dataclasses import dataclass

from ada_url import URL

from app.net.ranges import not_public_reason
from app.net.spellings import ip_of_host, is_private_name
from services.sites.errors import ForbiddenAddress

MAX_URL = 2_000  # characters
_PORTS = ("", "80", "443")  # none: that of the scheme


@dataclass(frozen=True)
class WebAddress:
    """An address that may be called, in one spelling and without its fragment."""

    href: str
    origin: str
    host: str


def web_address(text: str, base: str | None = None) -> WebAddress:
    """Return the address that ``text`` means, seen from ``base``. Raises ForbiddenAddress."""
    try:
        url = URL(text, base=base)
    except ValueError:
        raise ForbiddenAddress("The address cannot be read as one of a web page.") from None
    if reason := _reason(url):
        raise ForbiddenAddress(f"The address {reason}, so it is not called.")
    href = str(url.href).partition("#")[0]
    if len(href) > MAX_URL:
        raise ForbiddenAddress(f"The address has over {MAX_URL} characters, so it is not called.")
    return WebAddress(href=href, origin=str(url.origin), host=str(url.hostname))


def _reason(url: URL) -> str | None:
    host = str(url.hostname).strip("[]")
    if url.protocol not in ("http:", "https:"):
        return "begins with neither http:// nor https://"
    if url.username or url.password:
        return "holds a user or a password"
    if url.port not in _PORTS:
        return "names a port other than 80 and 443"
    if address := ip_of_host(host):
        return not_public_reason(address)
    return "is a name of the own network" if is_private_name(host) else None
