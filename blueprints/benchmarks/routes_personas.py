"""Single personas: read and changed."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.models.persona import Persona
from blueprints.benchmarks.schemas_personas import PersonaPatch, PersonaView
from services.benchmarks.personas.read import get_persona
from services.benchmarks.personas.update import change_persona

personas = ApiBlueprint("personas", __name__, url_prefix="/api/benchmarks/personas")


@personas.get("/<persona_id>")
@returns(PersonaView())
@fails({404: "There is no such persona."})
def show_persona(persona_id: str) -> Persona:
    """Return a persona."""
    return get_persona(resources().database, current_actor(), persona_id)


@personas.patch("/<persona_id>")
@body(PersonaPatch())
@returns(PersonaView())
@fails({403: "Shared with you to use.", 404: "No such persona.", 409: "A run asked about it."})
def edit_persona(persona_id: str, body: dict[str, Any]) -> Persona:
    """Change a persona that no run has asked about."""
    return change_persona(resources().database, current_actor(), persona_id, body)
