"""A verdict on an answer and what the answer says, together: rating, or why there is none."""

from dataclasses import dataclass

from services.benchmarks.domain.answers import (
    CUT,
    EMPTY,
    OK,
    SERVER_ERROR,
    ParsedAnswer,
    parse_answer,
)
from services.benchmarks.domain.text_answers import parse_texts
from services.benchmarks.engine.faults import AnswerVerdict, Trouble
from services.benchmarks.engine.settings import AskSettings


@dataclass(slots=True)
class ReadAnswer:
    """The class of trouble after reading; ``parsed`` is set where there was a text to read."""

    group: Trouble
    kind: str
    parsed: ParsedAnswer | None = None
    retry: bool = True


def read_answer(verdict: AnswerVerdict, settings: AskSettings) -> ReadAnswer:
    """Return what an answer says; what was not demanded is a failure of its item."""
    reply = verdict.reply
    if verdict.group != Trouble.ANSWER or reply is None:
        return ReadAnswer(verdict.group, verdict.kind, retry=verdict.retry)
    if not reply.text:
        return ReadAnswer(Trouble.ITEM, "truncated" if _only_thoughts(verdict) else EMPTY)
    parsed = _parsed(reply.text, reply.finish_reason or "stop", settings)
    if parsed.kind == OK:
        return ReadAnswer(Trouble.ANSWER, OK, parsed)
    if parsed.kind == SERVER_ERROR:  # an error page that came as an answer
        return ReadAnswer(Trouble.BUSY, SERVER_ERROR, parsed)
    return ReadAnswer(Trouble.ITEM, parsed.kind, parsed)


def _parsed(text: str, finish_reason: str, settings: AskSettings) -> ParsedAnswer:
    if settings.max_lengths is not None:
        return parse_texts(text, settings.max_lengths, finish_reason=finish_reason)
    return parse_answer(
        text,
        finish_reason=finish_reason,
        include_rationale=settings.include_rationale,
        lenient=settings.lenient,
    )


def _only_thoughts(verdict: AnswerVerdict) -> bool:
    return verdict.reply is not None and verdict.reply.finish_reason == CUT
