"""What of a model's text is its answer: without echoed prompt, reasoning and channel markup.

Contract section 3.5; nothing is taken out of a thought that was not finished (decision 30).
"""

import re
from collections.abc import Iterator

_TAG = r"(?:think|thinking)"
_CLOSING = re.compile(rf"[<\[]/{_TAG}[>\]]", re.IGNORECASE)
_OPENING = re.compile(rf"[<\[]{_TAG}[>\]]", re.IGNORECASE)
_FENCED = re.compile(
    r"```[ \t]*(?:think|thinking|thoughts?|reasoning)\b.*?(?:```|\Z)", re.DOTALL | re.IGNORECASE
)
_PARAGRAPH = re.compile(r"\s*thoughts?\s*:", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_FINAL = re.compile(r"<\|channel\|>\s*final\b")
_MESSAGE = re.compile(r"<\|message\|>")
_END = re.compile(r"<\|(?:end|return|start)\|>")
_ECHO = "[/INST]"


def without_thoughts(text: str, *, cut: bool = False) -> str:
    """Return what is left of ``text`` when everything before and beside the answer is dropped.

    ``cut`` says that the token limit ended the text: a leading thought without an end then
    holds no answer.
    """
    text = text.rpartition(_ECHO)[2].lstrip("\ufeff")
    text = _final_channel(text)
    text = _without_pairs(_FENCED.sub("", text))
    closings = list(_CLOSING.finditer(text))
    if closings:  # the chat template put the opening tag into the prompt
        text = text[closings[-1].end() :]
    opening = _OPENING.search(text)
    if opening:
        text = text[: opening.start()]
    return _without_paragraph(text, cut=cut).strip().lstrip("\ufeff")


def has_thoughts(text: str) -> bool:
    """Return whether ``text`` holds reasoning that a server did not split off."""
    return without_thoughts(text, cut=True) != text.strip().lstrip("\ufeff")


def _final_channel(text: str) -> str:
    if "<|channel|>" not in text:
        return text
    finals = list(_pairs(text, _FINAL, _MESSAGE))
    return _END.split(text[finals[-1][1] :], maxsplit=1)[0] if finals else ""


def _without_pairs(text: str) -> str:
    """Return ``text`` without what stands between an opening and the next closing tag."""
    parts, place = [], 0
    for start, end in _pairs(text, _OPENING, _CLOSING):
        parts.append(text[place:start])
        place = end
    return "".join((*parts, text[place:]))


def _pairs(
    text: str, opening: re.Pattern[str], closing: re.Pattern[str]
) -> Iterator[tuple[int, int]]:
    """Yield where pairs begin and end.

    One pattern with ``.*?`` would read on to the end from each opening that is never closed: an
    hour for a megabyte of them, in which the worker could do nothing else.
    """
    place = 0
    while (start := opening.search(text, place)) and (end := closing.search(text, start.end())):
        yield start.start(), end.end()
        place = end.end()


def _without_paragraph(text: str, *, cut: bool) -> str:
    if not _PARAGRAPH.match(text):
        return text
    end = _BLANK_LINE.search(text)
    if end:
        return text[end.end() :]
    return "" if cut else text
