"""Creating and reading bells."""

from marshmallow import Schema, fields

from app.auth.access import require_visible
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, returns
from app.http.gate import current_actor
from app.http.resources import resources
from tests.toy_domain.models import Bell
from tests.toy_domain.services.bells.create import create_bell

bells = ApiBlueprint("bells", __name__, url_prefix="/api/bells")


class NewBell(Schema):
    name = fields.String(required=True)


class BellView(Schema):
    id = fields.Integer()
    name = fields.String()
    strikes = fields.Integer()


@bells.post("")
@creates
@body(NewBell())
@returns(BellView(), 201)
def create(body: dict[str, str]) -> Bell:
    """Create a bell."""
    return create_bell(resources().database, current_actor(), **body)


@bells.get("/<bell_id>")
@returns(BellView())
def read(bell_id: str) -> Bell:
    """Return one bell."""
    with resources().database.read() as session:
        return require_visible(session, Bell, bell_id, current_actor(), what="Bell")
