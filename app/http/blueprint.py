"""A blueprint whose views are plain functions: it parses before them and serialises after."""

import asyncio
import inspect
from collections.abc import Callable, Sequence
from functools import partial, wraps
from itertools import islice
from typing import Any, ParamSpec

from marshmallow import Schema, ValidationError
from quart import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import RequestTimeout

from app import strict_json
from app.errors import BadRequest, Invalid, TooLarge
from app.http.endpoint import Endpoint, View, endpoint_of
from app.http.faults import MAX_FAULTS, MAX_NAME, faults_of, refuse_beginning, refuse_unknown
from app.http.idempotency import answer_once, commit_with_answer
from app.http.memory import body_memory
from app.http.resources import resources
from app.http.schemas import ErrorEnvelope
from app.http.threads import run_in_thread

P = ParamSpec("P")
NO_NUL = "A text cannot hold the NUL character."
NO_PARAMETERS = "Unknown parameter: this address takes none."
MAX_STRANGER_BYTES = 16 << 10  # of a body whose sender is not known
STRANGER_SECONDS = 10  # that it may take to arrive
MAX_INLINE_BYTES = 64 << 10  # a longer body is read and checked off the event loop


class ApiBlueprint(Blueprint):
    """A blueprint that understands the notes of ``app.http.endpoint``.

    ``error_schema`` describes its errors; who gives them another shape sets it.
    """

    error_schema: Schema = ErrorEnvelope()

    def get(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a view that only reads."""
        return self.route(rule, methods=["GET"], **options)

    def post(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a view that makes or does something."""
        return self.route(rule, methods=["POST"], **options)

    def put(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a view that sets something, however often it is called."""
        return self.route(rule, methods=["PUT"], **options)

    def patch(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a view that changes something."""
        return self.route(rule, methods=["PATCH"], **options)

    def delete(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a view that takes something away."""
        return self.route(rule, methods=["DELETE"], **options)

    def route(
        self, rule: str, methods: list[str] | None = None, **options: Any
    ) -> Callable[[View], View]:
        """Register a view; typed for views that are plain functions of their arguments.

        A view with a second address needs an ``endpoint`` of its own there.
        """
        endpoint = options.pop("endpoint", None)

        def decorate(view: View) -> View:
            self.add_url_rule(rule, endpoint, view, methods=methods, **options)
            return view

        return decorate

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Any = None,
        provide_automatic_options: bool | None = None,  # noqa: FBT001 - Quart's signature
        **options: Any,
    ) -> None:
        """Register the view behind parsing, the thread hop and serialisation."""
        view = _as_view(view_func) if view_func is not None else None
        super().add_url_rule(rule, endpoint, view, provide_automatic_options, **options)


def _as_view(function: Callable[..., Any]) -> Callable[..., Any]:
    notes = endpoint_of(function)

    @wraps(function)
    async def view(**arguments: Any) -> Response:
        arguments |= await _parsed(notes)
        if notes.creates:
            answer = partial(_answer, function, notes, arguments)
            return await answer_once(answer, partial(_answer_of_made, notes))
        return await _answer(function, notes, arguments)

    return view


def _answer_of_made(notes: Endpoint, rows: Sequence[object]) -> tuple[int, bytes] | None:
    """Return status and content of the answer about the row that the route makes, once it is one.

    It is made before the commit, in the thread and the session of the use case.
    """
    if notes.made is None or notes.returns is None:
        return None
    model, describe = notes.made
    made = [row for row in rows if isinstance(row, model)]
    if not made or (len(made) > 1 and not notes.made_many):
        return None
    described = describe(made if notes.made_many else made[0])
    return notes.status, strict_json.dump_bytes(notes.returns.dump(described))


async def last_step(function: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> Response:
    """Answer a view that is a coroutine by what ``function`` returns: it does all that it does.

    Its answer is committed with the effect, like that of a view that is a plain function.
    """
    notes = endpoint_of(current_app.view_functions[str(request.endpoint)])
    answer = partial(_answer_here, partial(function, *args, **kwargs), notes, {})
    return await run_in_thread(commit_with_answer, answer)


async def _answer(
    function: Callable[..., Any], notes: Endpoint, arguments: dict[str, Any]
) -> Response:
    if inspect.iscoroutinefunction(function):
        return _response(notes, await function(**arguments))
    if notes.creates and notes.made is None:
        answer = partial(_answer_here, function, notes, arguments)
        return await run_in_thread(commit_with_answer, answer)
    return _response(notes, await run_in_thread(function, **arguments))


def _answer_here(
    function: Callable[..., Any], notes: Endpoint, arguments: dict[str, Any]
) -> Response:
    return _response(notes, function(**arguments))


def _response(notes: Endpoint, result: Any) -> Response:
    return result if isinstance(result, Response) else json_response(notes, result)


def json_response(notes: Endpoint, result: Any) -> Response:
    """Return ``result`` by the schema of the route; NaN cannot pass."""
    if notes.returns is None:
        return Response(b"", status=notes.status if notes.status != 200 else 204)
    payload = strict_json.dump_bytes(result if notes.plain else notes.returns.dump(result))
    return Response(payload, status=notes.status, content_type="application/json")


async def _parsed(notes: Endpoint) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    if notes.query is not None:
        arguments["query"] = load(notes.query, _query_values(), "query")
    elif not notes.form_in_query:
        _refuse_query()
    if notes.form is not None and notes.body is not None and is_form():
        arguments["body"] = None  # the view reads the form itself
    elif notes.body is not None:
        glance = partial(refuse_beginning, schema=notes.body, where="body")
        body = await read_body(_most(large=notes.large), glance)
        arguments["body"] = await _aside(_load_body, body, notes.body)
    return arguments


async def _aside(read: Callable[..., Any], body: bytes, *args: Any) -> Any:
    """Return what ``read`` makes of ``body``; a long one keeps nobody else waiting."""
    if len(body) <= MAX_INLINE_BYTES:
        return read(body, *args)
    return await run_in_thread(read, body, *args)


def _load_body(body: bytes, schema: Schema) -> Any:
    values = strict_json.parse_columns(body) if body else {}
    refuse_unknown(values, schema, "body")
    strict_json.refuse_depth(values)
    return load(schema, values, "body")


def is_form() -> bool:
    """Return whether the request carries a multipart form."""
    return bool(request.mimetype == "multipart/form-data")


def _refuse_query() -> None:
    """Refuse parameters where none is read: a slip would go unnoticed, and so its answer be taken.

    Probes of monitors may say what they like.
    """
    if request.args and request.path.startswith("/api/"):
        given = islice(request.args, MAX_FAULTS)
        errors = {name[:MAX_NAME]: [NO_PARAMETERS] for name in given}
        raise Invalid(f"The query is not valid: see {', '.join(sorted(errors))}.", errors=errors)


def _query_values() -> dict[str, str]:
    given = request.args
    repeated = {name: ["Give it once."] for name in given if len(given.getlist(name)) > 1}
    if repeated:
        raise Invalid("A parameter is given more than once.", errors=repeated)
    return dict(request.args)


async def read_json(*, large: bool = False) -> Any:
    """Return the JSON body of the request, an empty object when there is no body.

    Raises BadRequest for what is not JSON, TooLarge beyond the limit and RequestTimeout for a
    body that takes too long to arrive.
    """
    body = await read_body(_most(large=large))
    return await _aside(strict_json.parse_body, body) if body else {}


def _most(*, large: bool) -> int:
    settings = resources().settings
    return settings.max_batch_bytes if large else settings.max_body_bytes


def _no_glance(_: bytes) -> None:
    """Look at nothing."""


async def read_body(max_bytes: int, glance: Callable[[bytes], None] = _no_glance) -> bytes:
    """Return the body of the request, as it came.

    ``glance`` sees how a long one begins, and may refuse it before the rest comes. Of a sender
    who is not known only a little is taken. Raises TooLarge beyond ``max_bytes``, RequestTimeout
    for what takes too long to arrive, and Busy while there is no room for it.
    """
    seconds = resources().settings.body_timeout_seconds
    if "actor" not in g:
        max_bytes, seconds = min(max_bytes, MAX_STRANGER_BYTES), min(seconds, STRANGER_SECONDS)
    try:
        async with asyncio.timeout(seconds):
            g.body = await _received(max_bytes, glance)
    except TimeoutError:
        raise RequestTimeout from None
    return bytes(g.body)


async def _received(max_bytes: int, glance: Callable[[bytes], None]) -> bytes:
    """Return the body; reading empties the request, and the idempotency key hashes it later."""
    coding = request.headers.get("Content-Encoding", "identity")
    if coding.strip().lower() not in ("", "identity"):
        raise BadRequest(f"Send the body as it is: a Content-Encoding ({coding[:40]}) is not read.")
    if (request.content_length or 0) > max_bytes:
        raise TooLarge(f"The body is larger than {max_bytes} bytes.")
    content, memory = bytearray(), body_memory()
    async for chunk in request.body:
        is_first = len(content) < MAX_INLINE_BYTES
        content += chunk
        if is_first and len(content) >= MAX_INLINE_BYTES:
            glance(bytes(content[:MAX_INLINE_BYTES]))
        if len(content) > max_bytes:
            raise TooLarge(f"The body is larger than {max_bytes} bytes.")
        memory.hold(request.body, len(content))
    return bytes(content)


def load(schema: Schema, values: Any, where: str) -> Any:
    """Return ``values`` checked by ``schema``.

    Raises Invalid whose ``errors`` maps each field (dots for nesting) to sentences.
    """
    _refuse_nul(values, where)
    try:
        return schema.load(values)
    except ValidationError as error:
        errors = faults_of(error, values, schema)
        named = ", ".join(sorted(errors)) or where
        raise Invalid(f"The {where} is not valid: see {named}.", errors=errors) from None


def _refuse_nul(values: Any, where: str) -> None:
    """Keep out the one character that PostgreSQL cannot store and SQLite would."""
    named = values.items() if isinstance(values, dict) else ()
    hurt = (name[:MAX_NAME] for name, value in named if strict_json.holds_nul(value))
    errors = {name: [NO_NUL] for name in islice(hurt, MAX_FAULTS)}
    if errors:
        raise Invalid(f"The {where} is not valid: see {', '.join(errors)}.", errors=errors)
