"""The state of the platform, for people who look after it."""

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import returns
from app.http.resources import resources
from app.system import SystemState, system_state
from blueprints.system.schemas import SystemView

system = ApiBlueprint("system", __name__, url_prefix="/api/system")


@system.get("")
@returns(SystemView())
def get_system() -> SystemState:
    """Show version, processes, queues and health."""
    return system_state(resources())
