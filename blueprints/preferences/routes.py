"""What a person has chosen on the pages."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.preferences.schemas import PreferencesBody, PreferencesView
from services.preferences.pages import change_preferences, read_preferences

preferences = ApiBlueprint("preferences", __name__, url_prefix="/api/preferences")


@preferences.get("")
@returns(PreferencesView())
def get_preferences() -> dict[str, Any]:
    """Read what you have chosen on the pages; null is what you have not."""
    return read_preferences(resources().database, current_actor())


@preferences.patch("")
@body(PreferencesBody())
@returns(PreferencesView())
def patch_preferences(body: dict[str, Any]) -> dict[str, Any]:
    """Keep your own choices; null takes one back, what is left out stays."""
    return change_preferences(resources().database, current_actor(), body)
