"""The two services: what they are called, where they are, and what is requested of them."""

from dataclasses import dataclass

GSC = "gsc"
BING = "bing"
PLATFORMS = (GSC, BING)
NAMES = {GSC: "Google Search Console", BING: "Bing Webmaster"}
SCOPES = {
    GSC: "https://www.googleapis.com/auth/webmasters.readonly",
    BING: "webmaster.read",
}


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where a platform is: for signing in, for tokens, for data; without a slash at the end."""

    authorize: str
    token: str
    api: str


def addresses_of(platform: str, base: str = "") -> Addresses:
    """Return the addresses of a platform, below ``base`` where one stands in for it."""
    if platform == GSC:
        return Addresses(
            authorize=f"{base or 'https://accounts.google.com'}/o/oauth2/v2/auth",
            token=f"{base or 'https://oauth2.googleapis.com'}/token",
            api=f"{base or 'https://www.googleapis.com'}/webmasters/v3",
        )
    site = base or "https://www.bing.com"
    return Addresses(
        authorize=f"{site}/webmasters/OAuth/authorize",
        token=f"{site}/webmasters/oauth/token",
        api=f"{base or 'https://ssl.bing.com'}/webmaster/api.svc/json",
    )
