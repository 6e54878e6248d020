"""Toy routes and use cases: just enough to see what the ground floor does around them."""

from marshmallow import Schema, fields

from app.clock import now
from app.errors import Conflict, TooMany, Unauthorised
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, made, query, raw, returns
from app.http.resources import resources
from app.http.schemas import StrictSchema
from app.models.user import User

TOYS = ApiBlueprint("toys", __name__)
SECRET = "postgresql://user:hunter2@db/x"


class Inner(StrictSchema):
    size = fields.Integer(required=True)


class ToyBody(StrictSchema):
    name = fields.String(required=True)
    inner = fields.Nested(Inner)


class ToyQuery(StrictSchema):
    page = fields.Integer(load_default=1)


class Toy(Schema):
    name = fields.String()
    value = fields.Raw()


@TOYS.post("/api/toys")
@creates
@body(ToyBody())
@returns(Toy(), 201)
def make_toy(body):
    """Make a toy: a row whose name nobody else may have."""
    with resources().database.write() as unit:
        unit.session.add(
            User(email=body["name"], name="toy", role="viewer", is_active=True, created_at=now())
        )
    if body["name"] == "crash":
        raise RuntimeError("between the commit and the answer")
    return {"name": body["name"]}


@TOYS.post("/api/toys/made")
@creates
@made(User, lambda user: {"name": user.email})
@body(ToyBody())
@returns(Toy(), 201)
def make_known_toy(body):
    """Make a toy whose answer is committed with it."""
    return make_toy(body)


@TOYS.get("/api/toys")
@query(ToyQuery())
@returns(Toy())
def show_toy(query):
    """Show a toy."""
    return {"name": f"page {query['page']}", "value": float("nan")}


@TOYS.delete("/api/toys")
@returns(None)
def drop_toy():
    """Drop the toy."""


@TOYS.get("/api/toys/broken")
def break_toy():
    """Break with something that nobody may read."""
    raise RuntimeError(SECRET)


@TOYS.get("/api/toys/refused/<kind>")
def refuse_toy(kind):
    """Refuse in one of the ways there are."""
    raise {
        "conflict": Conflict("It is taken."),
        "stranger": Unauthorised("Sign in."),
        "hurry": TooMany("Wait a little.", retry_after=7),
    }[kind]


@TOYS.get("/api/toys/text")
@raw("text/csv")
async def toy_text():
    """Answer something else than JSON."""
    from quart import Response

    return Response("a,b\n", content_type="text/csv")
