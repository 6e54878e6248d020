"""A person's own default configuration."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.config.schemas import ConfigUpdateView, Configuration, CurrentConfigView
from services.preferences.config import ConfigUpdate, CurrentConfig, current_config, update_config

config = ApiBlueprint("config", __name__, url_prefix="/api/config")


@config.get("/current")
@returns(CurrentConfigView())
def get_config() -> CurrentConfig:
    """Read your own configuration."""
    return current_config(resources().database, current_actor())


@config.post("/update")
@body(Configuration())
@returns(ConfigUpdateView())
def change_config(body: dict[str, Any]) -> ConfigUpdate:
    """Change some of your own settings; those left out or null stay."""
    return update_config(resources().database, current_actor(), body)
