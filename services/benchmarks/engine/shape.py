"""The shape of the requests of a run: what a server refuses is changed once and remembered."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from services.benchmarks.domain.answers import MAX_RATING, MIN_RATING
from services.benchmarks.domain.prompts import Message, as_text
from services.benchmarks.engine.settings import AUTO, CHAT, COMPLETIONS, AskSettings

MAX_TOP_LOGPROBS = 20  # the most that servers give
MIN_TOP_LOGPROBS = 5  # one for each option
SCHEMA, OBJECT = "json_schema", "json_object"
OTHER = {CHAT: COMPLETIONS, COMPLETIONS: CHAT}
ROUTES = {CHAT: "/chat/completions", COMPLETIONS: "/completions"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestShape:
    """Which fields a request has; None and 0 are left out. ``changes`` says what was adapted."""

    endpoint: str = CHAT
    tokens_field: str | None = "max_tokens"
    temperature: bool = True
    seed_field: str | None = None
    top_logprobs: int = 0
    response_format: str | None = None
    stream: bool = False
    system_role: bool = True
    changes: tuple[str, ...] = ()


def first_shape(settings: AskSettings) -> RequestShape:
    """Return the shape that a run begins with."""
    return RequestShape(
        endpoint=CHAT if settings.endpoint == AUTO else settings.endpoint,
        seed_field=None if settings.seed is None else "seed",
        top_logprobs=MAX_TOP_LOGPROBS if settings.logprobs else 0,
        response_format=SCHEMA if settings.constrained else None,
    )


def rating_schema(*, include_rationale: bool) -> dict[str, Any]:
    """Return the JSON schema of an answer: the rationale, where there is one, comes first."""
    rating = {"type": "integer", "enum": list(range(MIN_RATING, MAX_RATING + 1))}
    fields: dict[str, Any] = {"rationale": {"type": "string"}} if include_rationale else {}
    fields["rating"] = rating
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def texts_schema(keys: Iterable[str]) -> dict[str, Any]:
    """Return the JSON schema of an answer that has a text under each key."""
    fields = {key: {"type": "string"} for key in keys}
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _schema(settings: AskSettings) -> dict[str, Any]:
    if settings.max_lengths is not None:
        return texts_schema(settings.max_lengths)
    return rating_schema(include_rationale=settings.include_rationale)


def request_fields(shape: RequestShape, settings: AskSettings) -> dict[str, Any]:
    """Return every field of a request but the prompt."""
    body: dict[str, Any] = {"model": settings.model}
    if shape.tokens_field:
        body[shape.tokens_field] = settings.max_tokens
    if shape.temperature:
        body["temperature"] = settings.temperature
    if shape.seed_field:
        body[shape.seed_field] = settings.seed
    if shape.top_logprobs:
        body |= _logprobs(shape)
    if shape.response_format:
        body["response_format"] = _format(shape.response_format, settings)
    if shape.response_format == SCHEMA and shape.endpoint == COMPLETIONS:
        # what llama.cpp reads there; vLLM reads the other
        body[SCHEMA] = _schema(settings)
    if shape.stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return body


def prompt_field(shape: RequestShape, messages: list[Message]) -> dict[str, Any]:
    """Return the prompt as the endpoint takes it: messages, or one text."""
    if shape.endpoint == COMPLETIONS:
        return {"prompt": as_text(messages)}
    if not shape.system_role and len(messages) > 1:
        return {"messages": [{"role": "user", "content": as_text(messages)}]}
    return {"messages": messages}


def _logprobs(shape: RequestShape) -> dict[str, Any]:
    """Completions take a number, chat a switch and a number."""
    if shape.endpoint == COMPLETIONS:
        return {"logprobs": min(shape.top_logprobs, MIN_TOP_LOGPROBS)}
    return {"logprobs": True, "top_logprobs": shape.top_logprobs}


def _format(name: str, settings: AskSettings) -> dict[str, Any]:
    if name == OBJECT:
        return {"type": OBJECT}
    name = "rating" if settings.max_lengths is None else "texts"
    form = {"name": name, "strict": True, "schema": _schema(settings)}
    return {"type": SCHEMA, SCHEMA: form}


def adapted(shape: RequestShape, fields: Iterable[str]) -> RequestShape | None:
    """Return the shape without what the server refused, or None where nothing is left to change.

    A field that was not sent changes nothing, yet is noted: refused twice, it ends the run.
    """
    for name in fields:
        change = _CHANGES.get(name)
        values, words = change(shape) if change else ({}, "")
        note = f"{name}: {words or 'not sent, asked again'}"
        if change and note not in shape.changes:
            return replace(shape, **values, changes=(*shape.changes, note))
    return None


_Change = tuple[dict[str, Any], str]


def _change_endpoint(shape: RequestShape) -> _Change:
    other = OTHER[shape.endpoint]
    return {"endpoint": other}, f"{shape.endpoint} to {other}"


def _change_max_tokens(shape: RequestShape) -> _Change:
    if shape.tokens_field != "max_tokens":
        return {}, ""
    return {"tokens_field": "max_completion_tokens"}, "max_completion_tokens"


def _change_completion_tokens(shape: RequestShape) -> _Change:
    return ({"tokens_field": "max_tokens"}, "max_tokens") if shape.tokens_field else ({}, "")


def _change_temperature(shape: RequestShape) -> _Change:
    return ({"temperature": False}, "server default") if shape.temperature else ({}, "")


def _change_seed(shape: RequestShape) -> _Change:
    if shape.seed_field == "seed":
        return {"seed_field": "random_seed"}, "random_seed"
    return ({"seed_field": None}, "none") if shape.seed_field else ({}, "")


def _change_top_logprobs(shape: RequestShape) -> _Change:
    if shape.top_logprobs > MIN_TOP_LOGPROBS and shape.endpoint == CHAT:
        return {"top_logprobs": MIN_TOP_LOGPROBS}, str(MIN_TOP_LOGPROBS)
    return _change_logprobs(shape)


def _change_logprobs(shape: RequestShape) -> _Change:
    return ({"top_logprobs": 0}, "none") if shape.top_logprobs else ({}, "")


def _change_format(shape: RequestShape) -> _Change:
    if shape.response_format is None:
        return {}, ""
    other = OBJECT if shape.response_format == SCHEMA else None
    return {"response_format": other}, other or "text"


def _change_stream(shape: RequestShape) -> _Change:
    return ({}, "") if shape.stream else ({"stream": True}, "streamed")


def _change_system(shape: RequestShape) -> _Change:
    return ({"system_role": False}, "before the question") if shape.system_role else ({}, "")


_CHANGES: dict[str, Callable[[RequestShape], _Change]] = {
    "endpoint": _change_endpoint,
    "max_completion_tokens": _change_completion_tokens,
    "max_tokens": _change_max_tokens,
    "temperature": _change_temperature,
    "seed": _change_seed,
    "random_seed": _change_seed,
    "top_logprobs": _change_top_logprobs,
    "logprobs": _change_logprobs,
    "response_format": _change_format,
    "stream": _change_stream,
    "system": _change_system,
}
FIELDS = tuple(_CHANGES)
