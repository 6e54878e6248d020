"""A domain whose routes come with the first request to one of them."""

from quart import Response

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import raw

late_toys = ApiBlueprint("late_toys", __name__, url_prefix="/api/late-toys")
BLUEPRINTS = (late_toys,)


@late_toys.get("/<int:number>")
@raw("text/plain")
def show_late_toy(number):
    """Return the number of a toy."""
    return Response(str(number))
