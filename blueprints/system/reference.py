"""The OpenAPI description turned into what the page of the reference shows."""

from collections.abc import Iterator, Mapping
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
TITLES = {
    "accounts": "Signing in and people",
    "datasets": "Datasets",
    "experiments": "Experiments",
    "config": "Configuration",
    "runs": "Runs",
    "home": "Home",
    "events": "Events",
    "system": "System",
}
Spec = Mapping[str, Any]


def reference(spec: Spec) -> dict[str, Any]:
    """Return the sections of the page, each with its operations, and the shared shapes."""
    operations = sorted(_operations(spec), key=lambda one: (one["path"], one["method"]))
    tags = [tag for tag in TITLES if any(one["tag"] == tag for one in operations)]
    tags += sorted({one["tag"] for one in operations} - set(TITLES))
    return {
        "info": spec["info"],
        "sections": [
            {
                "tag": tag,
                "title": TITLES.get(tag, tag.capitalize()),
                "operations": [one for one in operations if one["tag"] == tag],
            }
            for tag in tags
        ],
        "shapes": [
            {"name": name, "about": schema.get("description", ""), "fields": _fields(schema)}
            for name, schema in sorted(spec["components"]["schemas"].items())
        ],
    }


def _operations(spec: Spec) -> Iterator[dict[str, Any]]:
    for path, item in spec["paths"].items():
        shared = item.get("parameters", [])
        for method in METHODS:
            if method in item:
                yield _operation(path, method, item[method], shared)


def _operation(path: str, method: str, operation: Spec, shared: list[Spec]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    return {
        "anchor": operation["operationId"],
        "path": path,
        "method": method.upper(),
        "tag": operation["tags"][0],
        "summary": operation["summary"],
        "description": operation["description"],
        "parameters": [
            {
                "name": parameter["name"],
                "place": parameter["in"],
                "required": parameter.get("required", False),
                "about": parameter.get("description", ""),
                **_type(parameter.get("schema", {})),
            }
            for parameter in [*shared, *operation.get("parameters", [])]
        ],
        "bodies": [{"type": kind, **_type(content["schema"])} for kind, content in body.items()],
        "answers": [_answer(code, answer) for code, answer in operation["responses"].items()],
    }


def _answer(code: str, answer: Spec) -> dict[str, Any]:
    content = next(iter(answer.get("content", {}).items()), None)
    shown = {"code": code, "about": answer["description"], "kind": "", "text": "", "link": ""}
    return (
        shown if content is None else {**shown, "kind": content[0], **_type(content[1]["schema"])}
    )


def _fields(schema: Spec) -> list[dict[str, Any]]:
    required = set(schema.get("required", []))
    return [
        {
            "name": name,
            "required": name in required,
            "about": part.get("description", ""),
            **_type(part),
        }
        for name, part in schema.get("properties", {}).items()
    ]


def _type(schema: Spec) -> dict[str, Any]:
    """Return a type as words and, where it is a shape of its own, the shape's name."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return {"text": name, "link": name}
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return _either([_type(one) for one in schema[choice]])
    kinds = schema.get("type", "any")
    text = kinds if isinstance(kinds, str) else " or ".join(kinds)
    if "items" in schema:
        inner = _type(schema["items"])
        return {"text": f"list of {inner['text']}", "link": inner["link"]}
    return {"text": text + _limits(schema), "link": ""}


def _either(types: list[dict[str, Any]]) -> dict[str, Any]:
    links = [one["link"] for one in types if one["link"]]
    return {"text": " or ".join(one["text"] for one in types), "link": (links or [""])[0]}


def _limits(schema: Spec) -> str:
    limits = []
    if "enum" in schema:
        limits.append("one of " + ", ".join(str(value) for value in schema["enum"]))
    if "format" in schema:
        limits.append(schema["format"])
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None or high is not None:
        limits.append(f"{'' if low is None else low} to {'' if high is None else high}")
    if "default" in schema:
        limits.append(f"default {schema['default']}")
    return f" ({'; '.join(limits)})" if limits else ""
