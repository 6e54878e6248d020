"""Decorators that say what a view takes and gives back; they read as the policy of the route.

    @runs.get("/list")
    @query(ListQuery())
    @returns(RunList())
    def list_runs(query): ...

The decorators only note; ``ApiBlueprint`` turns a noted view into a route: it reads and checks
the request on the event loop, runs the view in a thread and serialises what it returns.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from marshmallow import Schema

View = TypeVar("View", bound=Callable[..., Any])


@dataclass
class Endpoint:
    """What is known about a view beyond its code."""

    body: Schema | None = None
    large: bool = False
    query: Schema | None = None
    returns: Schema | None = None
    plain: bool = False
    status: int = 200
    creates: bool = False
    made: tuple[type, Callable[[Any], Any]] | None = None
    made_many: bool = False
    content_type: str = "application/json"
    other_content_types: tuple[str, ...] = ()
    form: Schema | None = None
    form_in_query: bool = False
    own_body: Schema | None = None
    responses: dict[int, str] = field(default_factory=dict)
    also: dict[int, Schema] = field(default_factory=dict)


def endpoint_of(view: Callable[..., Any]) -> Endpoint:
    """Return the notes of ``view``, an empty set for a view without any."""
    notes: Endpoint | None = getattr(view, "__endpoint__", None)
    if notes is None:
        notes = Endpoint()
        view.__endpoint__ = notes  # type: ignore[attr-defined]
    return notes


def body(schema: Schema, *, large: bool = False) -> Callable[[View], View]:
    """Take a JSON body, checked by ``schema``, as the argument ``body``.

    A large one may be as long as a batch of points.
    """
    return _note(body=schema, large=large)


def query(schema: Schema) -> Callable[[View], View]:
    """Take the query string, checked by ``schema``, as the argument ``query``."""
    return _note(query=schema)


def returns(
    schema: Schema | None, status: int = 200, *, plain: bool = False
) -> Callable[[View], View]:
    """Serialise the result by ``schema``; None means an answer without a body.

    ``plain`` means that the view returns plain values in the form of the schema already, for
    answers so large that going through them again would cost more than making them (ADR 16).
    """
    return _note(returns=schema, status=status, plain=plain)


def creates(view: View) -> View:
    """Mark a view that makes something: an ``Idempotency-Key`` is honoured."""
    endpoint_of(view).creates = True
    return view


def made(
    model: type, describe: Callable[[Any], Any] = lambda row: row, *, many: bool = False
) -> Callable[[View], View]:
    """Say which row a view with ``creates`` makes, so that its key is committed with its answer.

    ``describe`` returns, of the new row (of the new rows, where there may be ``many``), what the
    view returns. A view that is no coroutine needs this only where the answer has a secret, which
    is not kept, or where what it does is more than one transaction should hold.
    """
    return _note(made=(model, describe), made_many=many)


def form(schema: Schema, *, in_query: bool = False) -> Callable[[View], View]:
    """Document a multipart form; the view reads the request itself.

    With ``in_query`` its fields may stand in the query as well.
    """
    return _note(form=schema, form_in_query=in_query)


def own_body(schema: Schema) -> Callable[[View], View]:
    """Document a JSON body that the view reads and checks itself."""
    return _note(own_body=schema)


def raw(content_type: str, *others: str) -> Callable[[View], View]:
    """Mark a view that answers something else than JSON, perhaps in one of several forms."""
    return _note(content_type=content_type, other_content_types=others)


def fails(responses: Mapping[int, str]) -> Callable[[View], View]:
    """Document the errors that are particular to this route."""
    return _note(responses=dict(responses))


def also_returns(schema: Schema, status: int) -> Callable[[View], View]:
    """Document a second answer, which the view makes itself."""
    return _note(also={status: schema})


def _note(**notes: Any) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        for name, value in notes.items():
            setattr(endpoint_of(view), name, value)
        return view

    return decorate
