"""OpenAPI 3.1 from the very schemas that check requests and write answers."""

import re
from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema
from quart import Quart

from app.http.endpoint import Endpoint, endpoint_of
from app.http.schemas import ErrorEnvelope

_ARGUMENT = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
_KINDS = {"int": "integer", "string": "string", "path": "string", None: "string"}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
PARSED = ("application/json", "application/yaml")  # whoever checks an answer reads its values
ABOUT = """Train models on your own machines and watch every round.

Sign in with a cookie, or send `Authorization: Bearer rh_…`. Requests that change something with a
cookie need the header `X-Roundhouse: 1`. Errors are one shape, `ErrorEnvelope`; a domain
that keeps a contract of others adds its fields. A POST that creates something takes an
`Idempotency-Key`.
"""


def openapi(app: Quart, version: str) -> dict[str, Any]:
    """Return the specification of every ``/api`` and ``/health`` route of ``app``."""
    spec = APISpec(
        title="Roundhouse",
        version=version,
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin(schema_name_resolver=_schema_name)],
        info={"description": ABOUT},
        security=[{"token": []}, {"session": []}],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.security_scheme(
        "session", {"type": "apiKey", "in": "cookie", "name": "roundhouse_session"}
    )
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.rule.startswith(("/api/", "/health/")):
            _add(spec, app, rule)
    described: dict[str, Any] = spec.to_dict()
    return described


def _add(spec: APISpec, app: Quart, rule: Any) -> None:
    view = app.view_functions[rule.endpoint]
    blueprint, _, name = rule.endpoint.rpartition(".")
    error = getattr(app.blueprints.get(blueprint), "error_schema", ErrorEnvelope())
    operations = {
        method.lower(): _operation(view, method, name, error)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    }
    arguments = [
        {
            "name": match["name"],
            "in": "path",
            "required": True,
            "schema": {"type": _KINDS[match["kind"]]},
        }
        for match in _ARGUMENT.finditer(rule.rule)
    ]
    path = _ARGUMENT.sub(lambda match: "{" + match["name"] + "}", rule.rule)
    spec.path(path=path, operations=operations, parameters=arguments)


def _operation(view: Any, method: str, name: str, error: Schema) -> dict[str, Any]:
    notes = endpoint_of(getattr(view, "__wrapped__", view))
    summary, _, description = (view.__doc__ or view.__name__).strip().partition("\n")
    operation: dict[str, Any] = {
        "operationId": f"{method.lower()}_{name}",
        "summary": summary,
        "description": " ".join(description.split()),
        "tags": [view.__module__.split(".")[1] if "." in view.__module__ else "system"],
        "responses": _responses(notes, error),
        "parameters": [{"in": "query", "schema": notes.query}] if notes.query else [],
    }
    content = _request_content(notes)
    if content:
        operation["requestBody"] = {"content": content}
    return operation


def _request_content(notes: Endpoint) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if notes.body is not None:
        content["application/json"] = {"schema": notes.body}
    if notes.own_body is not None:
        content["application/json"] = {"schema": notes.own_body}
    if notes.form is not None:
        content["multipart/form-data"] = {"schema": notes.form}
    return content


def _responses(notes: Endpoint, error_schema: Schema) -> dict[str, Any]:
    status = 204 if notes.returns is None and notes.status == 200 else notes.status
    good: dict[str, Any] = {"description": "Done."}
    if notes.content_type != "application/json":
        status = notes.status
        types = (notes.content_type, *notes.other_content_types)
        good["content"] = {one: {"schema": _raw_schema(one)} for one in types}
    elif notes.returns is not None:
        good["content"] = {"application/json": {"schema": notes.returns}}
    error = {"application/json": {"schema": error_schema}}
    responses: dict[str, Any] = {str(status): good}
    for code, text in notes.responses.items():
        responses[str(code)] = {"description": text, "content": error}
    for code, schema in notes.also.items():
        content = {"application/json": {"schema": schema}}
        responses[str(code)] = {"description": "The other answer.", "content": content}
    responses["default"] = {"description": "An error.", "content": error}
    return responses


def _raw_schema(content_type: str) -> dict[str, Any]:
    return {} if content_type in PARSED else {"type": "string"}


@cache
def _name_of(kind: type) -> str:
    return kind.__name__.removesuffix("Schema")


def _schema_name(schema: Any) -> str | bool:
    kind = schema if isinstance(schema, type) else type(schema)
    partial = isinstance(schema, Schema) and (schema.only or schema.exclude or schema.partial)
    return False if kind.__name__ == "GeneratedSchema" or partial else _name_of(kind)
