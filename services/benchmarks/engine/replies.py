"""The body of a server's answer, read by its shape: JSON of chat or completions, or a stream."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from services.benchmarks.engine.error_bodies import ErrorBody, error_of

DONE = "[DONE]"
_HIGH, _LOW = rb"\\u[dD][89abAB][0-9a-fA-F]{2}", rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_HALF = re.compile(rb"%b(?!%b)|(?<!%b)%b" % (_HIGH, _LOW, _HIGH, _LOW))  # of a surrogate pair
MAX_TOKENS = 100_000_000  # of one answer: what is larger was not counted


@dataclass(slots=True, kw_only=True)
class ModelReply:
    """What a server answered; ``error`` is set where the body is an error, whatever its status.

    Token counts are None where the server gives none. Reasoning is kept apart from ``text``.
    """

    text: str | None = None
    reasoning: str | None = None
    refusal: str | None = None
    finish_reason: str | None = None
    model: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    logprobs: Any = None
    error: ErrorBody | None = None
    has_choice: bool = False
    cut_stream: bool = False
    body: Any = field(default=None, repr=False)


def read_reply(body: bytes) -> ModelReply | None:
    """Return what ``body`` says, or None where it is neither JSON nor a stream of events."""
    body = body.strip()
    if body.startswith((b"data:", b":", b"event:", b"id:", b"retry:")):
        return _of_stream(body)
    value = _json(body)
    return _of_value(value) if isinstance(value, dict) else None


def _json(body: bytes) -> Any:
    """Return the value, also where it holds half of a character; None for what is no JSON."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        whole = _HALF.sub(rb"\\ufffd", body).decode("utf-8", errors="replace")
    try:
        return orjson.loads(whole)
    except orjson.JSONDecodeError:
        return None


def _of_value(value: dict[str, Any]) -> ModelReply:
    choices = value.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    reply = ModelReply(model=_text(value.get("model")), body=value)
    _add_usage(reply, value.get("usage"))
    if isinstance(choice, dict):
        reply.has_choice = True
        _add_choice(reply, choice)
    else:
        reply.error = error_of(value)
    if value.get("error"):
        reply.error = error_of(value)
    return reply


def _add_choice(reply: ModelReply, choice: dict[str, Any]) -> None:
    message = choice.get("message")
    if isinstance(message, dict):
        reply.text = _content(message.get("content"))
        reply.refusal = _text(message.get("refusal"))
        reply.reasoning = _text(message.get("reasoning_content") or message.get("reasoning"))
    else:
        reply.text = _content(choice.get("text"))
    reply.finish_reason = _text(choice.get("finish_reason"))
    reply.logprobs = choice.get("logprobs")
    if choice.get("error"):
        reply.error = error_of(choice)


def _add_usage(reply: ModelReply, usage: Any) -> None:
    if isinstance(usage, dict):
        reply.prompt_tokens = _count(usage.get("prompt_tokens"))
        reply.completion_tokens = _count(usage.get("completion_tokens"))


def _count(value: Any) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value <= MAX_TOKENS else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _content(value: Any) -> str | None:
    """Return a message's content: a text, or the texts of a list of parts."""
    if isinstance(value, list):
        parts = [part.get("text") for part in value if isinstance(part, dict)]
        return "".join(part for part in parts if isinstance(part, str))
    return _text(value)


def _of_stream(body: bytes) -> ModelReply:
    """Return the chunks of a stream put together; without an end mark it was cut."""
    reply = ModelReply(cut_stream=True)
    texts: list[str] = []
    thoughts: list[str] = []
    for data in _events(body):
        if data == DONE:
            reply.cut_stream = False
            continue
        chunk = _json(data.encode())
        if chunk is None:
            break
        if isinstance(chunk, dict):
            _add_chunk(reply, chunk, texts, thoughts)
    reply.text = "".join(texts) if texts else None
    reply.reasoning = "".join(thoughts) or None
    reply.cut_stream = reply.cut_stream and reply.finish_reason is None
    return reply


def _events(body: bytes) -> Iterator[str]:
    for line in body.decode("utf-8", errors="replace").splitlines():
        if line.startswith("data:"):
            yield line.removeprefix("data:").strip()


def _add_chunk(
    reply: ModelReply, chunk: dict[str, Any], texts: list[str], thoughts: list[str]
) -> None:
    part = _of_value(chunk)
    reply.error = reply.error or (part.error if chunk.get("error") else None)
    reply.model = reply.model or part.model
    if chunk.get("usage"):
        _add_usage(reply, chunk["usage"])
    choices = chunk.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        return
    choice = choices[0]
    delta = choice.get("delta")
    said = _of_value({"choices": [{**choice, "message": delta}]}) if delta is not None else part
    reply.has_choice = True
    texts.extend([said.text] if said.text is not None else [])
    thoughts.extend([said.reasoning] if said.reasoning else [])
    reply.refusal = reply.refusal or said.refusal
    reply.finish_reason = said.finish_reason or reply.finish_reason
    reply.logprobs = _joined(reply.logprobs, said.logprobs)


def _joined(before: Any, more: Any) -> Any:
    """Return the log-probabilities of two chunks as those of one answer."""
    if not isinstance(before, dict) or not isinstance(more, dict):
        return more if isinstance(more, dict) else before
    return {
        name: [*before[name], *value]
        if isinstance(value, list) and isinstance(before.get(name), list)
        else value
        for name, value in more.items()
    }
