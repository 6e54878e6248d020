"""The switches of the platform's parts."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.flags.schemas import FlagList, FlagPatch, FlagsOff, FlagView
from services.domains import FLAGS
from services.flags.read import FlagState, flags_off, list_flags
from services.flags.update import change_flag

flags = ApiBlueprint("flags", __name__, url_prefix="/api/flags")


@flags.get("")
@returns(FlagList())
def get_flags() -> dict[str, list[FlagState]]:
    """Return every part that can be switched, and for how many people it is on."""
    return {"items": list_flags(resources().database, FLAGS)}


@flags.patch("/<name>")
@body(FlagPatch())
@returns(FlagView())
@fails({404: "No part is called so."})
def patch_flag(name: str, body: dict[str, Any]) -> FlagState:
    """Switch a part on for a share of the people, or off; it holds from the next request on."""
    return change_flag(resources().database, current_actor(), FLAGS, name, **body)


@flags.get("/off")
@returns(FlagsOff())
def get_flags_off() -> dict[str, list[str]]:
    """Return the parts that are switched off for you."""
    return {"items": flags_off(resources().database, current_actor(), FLAGS)}
