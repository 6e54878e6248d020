"""What the views of one app share, reached through the app they run in."""

from typing import TYPE_CHECKING, cast

from quart import current_app

if TYPE_CHECKING:
    from app.resources import Resources


def resources() -> "Resources":
    """Return the open resources of the running app."""
    return cast("Resources", current_app.extensions["resources"])
