"""What of a model's text is its answer: without echoed prompt, reasoning and channel markup.

Contract section 3.5; nothing is taken out of a thought that was not finished (decision 30).
"""

import re

_TAG = r"(?:think|thinking)"
_CLOSED = re.compile(rf"[<\[]{_TAG}[>\]].*?[<\[]/{_TAG}[>\]]", re.DOTALL | re.IGNORECASE)
_CLOSING = re.compile(rf"[<\[]/{_TAG}[>\]]", re.IGNORECASE)
_OPENING = re.compile(rf"[<\[]{_TAG}[>\]]", re.IGNORECASE)
_FENCED = re.compile(
    r"```[ \t]*(?:think|thinking|thoughts?|reasoning)\b.*?(?:```|\Z)", re.DOTALL | re.IGNORECASE
)
_PARAGRAPH = re.compile(r"\s*thoughts?\s*:", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_FINAL = re.compile(r"<\|channel\|>\s*final\b.*?<\|message\|>", re.DOTALL)
_END = re.compile(r"<\|(?:end|return|start)\|>")
_ECHO = "[/INST]"


def without_thoughts(text: str, *, cut: bool = False) -> str:
    """Return what is left of ``text`` when everything before and beside the answer is dropped.

    ``cut`` says that the token limit ended the text: a leading thought without an end then
    holds no answer.
    """
    text = text.rpartition(_ECHO)[2].lstrip("\ufeff")
    text = _final_channel(text)
    text = _CLOSED.sub("", _FENCED.sub("", text))
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
    starts = list(_FINAL.finditer(text))
    return _END.split(text[starts[-1].end() :], maxsplit=1)[0] if starts else ""


def _without_paragraph(text: str, *, cut: bool) -> str:
    if not _PARAGRAPH.match(text):
        return text
    end = _BLANK_LINE.search(text)
    if end:
        return text[end.end() :]
    return "" if cut else text
