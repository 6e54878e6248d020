"""What an answer of a server means for the run: use it, wait, adapt, stop, or fail the item.

Statuses, codes, types and shapes decide; words of a message only where servers give nothing else.
A server's fault never uses up an attempt of an item (decision 32).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.benchmarks.domain.answers import FILTERED, REFUSAL
from services.benchmarks.engine.error_bodies import ErrorBody
from services.benchmarks.engine.replies import ModelReply, read_reply
from services.benchmarks.engine.retry_after import retry_after_s
from services.benchmarks.engine.shape import FIELDS, RequestShape


class Trouble(StrEnum):
    """The classes of ``servers.json``."""

    ANSWER = "answer"
    BUSY = "rate_limited_or_busy"
    DOWN = "server_down"
    ADAPT = "adapt_request"
    CONFIGURATION = "configuration"
    AUTHENTICATION = "authentication"
    ITEM = "item_failure"


@dataclass(slots=True, kw_only=True)
class AnswerVerdict:
    """What one answer means. ``detail`` is a sentence; ``retry`` is for failures of an item.

    ``fields`` are what the server refused, ``wait_s`` how long it asks to wait;
    ``cost_unknown`` where tokens may have been used that no usage counts.
    """

    group: Trouble
    kind: str = "ok"
    detail: str = ""
    reply: ModelReply | None = None
    fields: tuple[str, ...] = ()
    wait_s: float | None = None
    retry: bool = True
    cost_unknown: bool = False

    @property
    def is_uncounted(self) -> bool:
        """Whether tokens may have been used that the answer does not count."""
        reply = self.reply
        has_no_count = reply is not None and reply.has_choice and reply.completion_tokens is None
        return has_no_count or self.cost_unknown

    @property
    def counts_for_breaker(self) -> bool:
        """Whether it is one of the faults that open the circuit breaker."""
        return self.group == Trouble.DOWN


CONTEXT = "context_length"
_CONTEXT = re.compile(
    r"context.{0,20}(?:length|size|window)|exceed.{0,20}context|prompt is too long"
)
_FILTER = re.compile(r"content_?filter|responsibleai|content_policy|data_inspection|moderation")
_FLAGS = frozenset({"flagged_input", "reasons"})
_QUOTA = re.compile(r"insufficient_quota|billing|credit")
_KEY = re.compile(r"invalid_api_key|authentication|unauthori[sz]ed|permission")
_LOADING = re.compile(r"unavailable_error|loading")
_BUSY = re.compile(r"overload|busy|capacity|too_many|rate_limit")
_MODEL = re.compile(r"\bmodel\b")
_TEMPLATE = re.compile(r"chat.?template|support chat|chat completions? api")
_SYSTEM = re.compile(r"system.{0,10}(?:role|message|prompt)|roles must alternate")
_STREAM = re.compile(r"stream")
_SYNONYMS = {
    "response_format": re.compile(
        r"response_format|json_schema|json_object|guided|grammar|structured"
    ),
    "logprobs": re.compile(r"(?<!top_)logprob"),
    "stream": _STREAM,
    "system": _SYSTEM,
    "endpoint": _TEMPLATE,
}
_BUSY_STATUSES = {409, 425, 429, 529}


def judge(
    status: int, headers: Mapping[str, str], body: bytes, shape: RequestShape
) -> AnswerVerdict:
    """Return what an answer with ``status`` means; ``shape`` is that of the request."""
    reply = read_reply(body)
    if status == 200 and reply is not None and reply.error is None:
        return _judge_reply(reply)
    error = (reply.error or _error_without_shape(reply)) if reply else ErrorBody()
    if status == 200:
        return _judge_error_in_200(reply, error, body, shape)
    verdict = _judge_status(status, error, shape, is_json=reply is not None)
    if verdict.group in (Trouble.BUSY, Trouble.DOWN):
        verdict.wait_s = retry_after_s(headers)
    return _with_detail(verdict, f"status {status}", error)


def _error_without_shape(reply: ModelReply) -> ErrorBody:
    return ErrorBody(message=str(reply.body)[:200] if reply.body else "")


def _with_detail(verdict: AnswerVerdict, what: str, error: ErrorBody) -> AnswerVerdict:
    message = f": {error.message}" if error.message else ""
    text = _SENTENCES.get(verdict.kind, verdict.kind)
    text = text if text.endswith(WHY) else f"{text}{WHY}"
    verdict.detail = text.replace("{}", f"{what}{message}", 1)
    return verdict


def _judge_reply(reply: ModelReply) -> AnswerVerdict:
    """Judge a body that is no error by its choice and its finish reason."""
    reason = reply.finish_reason
    if reply.cut_stream:
        return _down("cut_stream", reply, cost_unknown=True)
    if not reply.has_choice:
        return _busy("no_choices", reply)
    if reason in ("abort", "aborted"):
        return _down("aborted_by_server", reply)
    if reason == "error":
        return _busy("provider_error", reply)
    if reason in ("content_filter", "safety", "recitation"):
        return AnswerVerdict(group=Trouble.ITEM, kind=FILTERED, reply=reply, retry=False)
    if reply.refusal and not reply.text:
        return AnswerVerdict(group=Trouble.ITEM, kind=REFUSAL, reply=reply)
    return AnswerVerdict(group=Trouble.ANSWER, reply=reply)


def _judge_error_in_200(
    reply: ModelReply | None, error: ErrorBody, body: bytes, shape: RequestShape
) -> AnswerVerdict:
    if reply is None:
        kind = "error_page" if body.lstrip()[:1] == b"<" else "not_json"
        return _with_detail(_down(kind, None, cost_unknown=True), "status 200", error)
    status = error.status or (422 if "validation" in error.kind else 500)
    verdict = _judge_status(status, error, shape, is_json=True)
    if verdict.group == Trouble.DOWN or verdict.kind in ("rate_limited", "busy"):
        verdict = _busy("error_body", reply)
    if verdict.group == Trouble.CONFIGURATION and verdict.kind == "rejected":
        verdict.kind = "error_body"
    verdict.reply = reply
    return _with_detail(verdict, "an error under status 200", error)


def _judge_status(
    status: int, error: ErrorBody, shape: RequestShape, *, is_json: bool
) -> AnswerVerdict:
    about_item = _about_item(error, status)
    if about_item:
        return about_item
    if status in _BUSY_STATUSES:
        return _authentication("quota") if _has(_QUOTA, error) else _busy("rate_limited")
    if status in (401, 402, 403, 407):
        return _authentication("balance" if status == 402 else "key")
    if status == 408:
        return _down("timeout", None)
    if status in (404, 405, 501):
        return _judge_missing(error)
    if status >= 500:
        return _judge_5xx(status, error, shape, is_json=is_json)
    if 300 <= status < 400:
        return _configuration("redirect")
    return _judge_4xx(error)


def _about_item(error: ErrorBody, status: int) -> AnswerVerdict | None:
    if _has(_FILTER, error) or (status == 403 and error.names & _FLAGS):
        return AnswerVerdict(group=Trouble.ITEM, kind=FILTERED, retry=False)
    has_counts = {"n_ctx", "n_prompt_tokens"} & error.names
    by_words = status in (400, 413, 422, 500) and _CONTEXT.search(error.message.lower())
    if status == 413 or has_counts or "context" in f"{error.kind} {error.code}" or by_words:
        return AnswerVerdict(group=Trouble.ITEM, kind=CONTEXT, retry=False)
    return None


def _judge_missing(error: ErrorBody) -> AnswerVerdict:
    """404 about the model ends the run; 404 about the route calls for the other endpoint."""
    about_model = error.param == "model" or "model" in error.code
    if about_model or (error.structured and _MODEL.search(error.message.lower())):
        return _configuration("model")
    return AnswerVerdict(group=Trouble.ADAPT, kind="route", fields=("endpoint",))


def _judge_5xx(
    status: int, error: ErrorBody, shape: RequestShape, *, is_json: bool
) -> AnswerVerdict:
    if status == 500 and not is_json and shape.top_logprobs:
        return AnswerVerdict(group=Trouble.ADAPT, kind="logprobs_500", fields=("logprobs",))
    if status == 503 and is_json:
        if error.structured and _has(_LOADING, error):
            return _down("model_loading", None)
        if error.plain or _has(_BUSY, error):
            return _busy("busy")
    return _down("server_error", None)


def _judge_4xx(error: ErrorBody) -> AnswerVerdict:
    fields = tuple(dict.fromkeys(_refused_fields(error)))
    if fields:
        return AnswerVerdict(group=Trouble.ADAPT, kind="field_refused", fields=fields)
    if error.param == "model" or "model_not_found" in error.code:
        return _configuration("model")
    if _KEY.search(f"{error.code} {error.kind}"):
        return _authentication("key")
    return _configuration("rejected")


def _refused_fields(error: ErrorBody) -> Iterator[str]:
    """Yield the request's fields that an error is about: as parameter, place, then in words."""
    for name in (error.param, *error.locations):
        first = name.replace("[", ".").split(".")[0]
        first = "response_format" if first == "json_schema" else first
        if first in FIELDS:
            yield first
    if error.param or error.locations:
        return
    words = error.message.lower()
    for name in FIELDS:
        pattern = _SYNONYMS.get(name)
        if pattern.search(words) if pattern else re.search(rf"\b{name}\b", words):
            yield name


def _has(pattern: re.Pattern[str], error: ErrorBody) -> bool:
    return pattern.search(f"{error.code} {error.kind}") is not None


def _busy(kind: str, reply: ModelReply | None = None) -> AnswerVerdict:
    return _with_detail(
        AnswerVerdict(group=Trouble.BUSY, kind=kind, reply=reply), "it is asked again", ErrorBody()
    )


def _down(kind: str, reply: ModelReply | None, *, cost_unknown: bool = False) -> AnswerVerdict:
    verdict = AnswerVerdict(group=Trouble.DOWN, kind=kind, reply=reply, cost_unknown=cost_unknown)
    return _with_detail(verdict, "it is asked again", ErrorBody())


def _configuration(kind: str) -> AnswerVerdict:
    return AnswerVerdict(group=Trouble.CONFIGURATION, kind=kind, retry=False)


def _authentication(kind: str) -> AnswerVerdict:
    return AnswerVerdict(group=Trouble.AUTHENTICATION, kind=kind, retry=False)


WHY = " ({})."  # what the server answered
_SENTENCES = {
    "rate_limited": "The server limits the rate ({}).",
    "busy": "The server is busy ({}).",
    "no_choices": "The server answered without a choice ({}).",
    "provider_error": "The provider behind the server failed ({}).",
    "error_body": "The server answered with an error ({}).",
    "model_loading": "The model is loading ({}).",
    "server_error": "The server failed ({}).",
    "error_page": "The server answered with an error page ({}).",
    "not_json": "The server's answer is no JSON ({}).",
    "cut_stream": "The stream of the answer ended too soon ({}).",
    "aborted_by_server": "The server aborted the answer ({}).",
    "timeout": "The server did not answer in time",
    "refused": "The server cannot be reached",
    "dns": "The server's name is not known",
    "tls": "The encrypted connection failed",
    "closed": "The server closed the connection",
    "encoding": "The server's answer cannot be unpacked",
    "quota": "The quota of the key is used up ({}).",
    "balance": "The balance of the account is used up ({}).",
    "key": "The server refuses the key ({}).",
    "model": "The server does not know the model ({}).",
    "redirect": "The server sends the request elsewhere. Use the address it points to ({}).",
    "rejected": "The server refuses the request ({}).",
    "route": "The server does not have this endpoint ({}).",
    "field_refused": "The server refuses a field of the request ({}).",
    "logprobs_500": "The server fails where log-probabilities are asked for ({}).",
    CONTEXT: "The prompt is longer than the model's context ({}).",
    FILTERED: "A content filter stopped the answer ({}).",
    REFUSAL: "The model declines to answer ({}).",
    "address": "The address may not be called",
    "other_model": "Another model answers",
    "too_large": "The answer is too large",
    "truncated": "Answers end at the token limit. Raise max_tokens",
    "empty": "Answers are empty. A server that splits off reasoning may need another setting",
}


def sentence(kind: str) -> str:
    """Return a kind of trouble in words, without a full stop."""
    return _SENTENCES.get(kind, kind.replace("_", " ")).removesuffix(WHY)
