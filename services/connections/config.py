"""What the settings say of each platform: our OAuth client there, or what is missing for one."""

from app.settings import Settings
from services.connections.clients.grants import OAuthClient
from services.connections.clients.platforms import GSC, NAMES, PLATFORMS, addresses_of
from services.connections.errors import PlatformNotConfigured

CALLBACK_PATH = "/connections/callback"  # a page: it hands over what the platform gave it
_VARIABLES = {
    platform: (
        f"ROUNDHOUSE_{platform.upper()}_CLIENT_ID",
        f"ROUNDHOUSE_{platform.upper()}_CLIENT_SECRET",
    )
    for platform in PLATFORMS
}


def missing_settings(settings: Settings, platform: str) -> list[str]:
    """Return the names of the settings that have to be set before anybody can connect."""
    given = _client(settings, platform)
    values = (given.client_id, given.client_secret)
    return [name for name, value in zip(_VARIABLES[platform], values, strict=True) if not value]


def oauth_client(settings: Settings, platform: str) -> OAuthClient:
    """Return our client at a platform. Raises PlatformNotConfigured, naming the settings."""
    if missing := missing_settings(settings, platform):
        names = " and ".join(missing)
        raise PlatformNotConfigured(f"{NAMES[platform]} cannot be connected: set {names}.")
    return _client(settings, platform)


def redirect_uri(settings: Settings) -> str:
    """Return the address that platforms lead people back to, as it is registered there."""
    return settings.public_url + CALLBACK_PATH


def _client(settings: Settings, platform: str) -> OAuthClient:
    is_google = platform == GSC
    base = settings.gsc_base_url if is_google else settings.bing_base_url
    return OAuthClient(
        platform=platform,
        client_id=settings.gsc_client_id if is_google else settings.bing_client_id,
        client_secret=settings.gsc_client_secret if is_google else settings.bing_client_secret,
        addresses=addresses_of(platform, base),
    )
