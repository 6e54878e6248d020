"""Visible text of elements: collapsed, and with words that markup joins kept together."""

import re

from selectolax.lexbor import LexborNode

MAX_TEXT = 500  # characters of one text that is kept
MAX_ITEMS = 2_000  # of one list that is kept
MAX_EXCERPT = 8_000  # characters of a page that a summary is written from
_INLINE_TAGS = """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rp rt ruby s
    samp small span strike strong sub sup time tt u var wbr -text -comment
"""
_INLINE = frozenset(_INLINE_TAGS.split())
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_UNSPACED = re.compile(  # scripts that put no space between words
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
)
_PER_WORD = 2  # letters of a word in them, on average


def collapsed(text: str) -> str:
    """Return ``text`` with each run of white space as one space, and none at its ends."""
    return " ".join(text.split())


def text_of(node: LexborNode) -> str:
    """Return the text of an element; images say what their ``alt`` says, blocks begin a word."""
    parts: list[str] = []
    for one in node.traverse(include_text=True):
        if one.tag == "-text":
            after_block = one.prev is not None and one.prev.tag not in _INLINE
            parts += [" "] * after_block + [one.text_content or ""]
        elif one.tag == "img":
            parts.append(f" {one.attributes.get('alt') or ''} ")
        elif one.tag not in _INLINE:
            parts.append(" ")
    return collapsed("".join(parts))


def words_in(text: str) -> int:
    """Return how many words a text has; of scripts without spaces every two letters are one."""
    unspaced = len(_UNSPACED.findall(text))
    return len(_WORD.findall(_UNSPACED.sub(" ", text))) + unspaced // _PER_WORD


def cut(text: str) -> str:
    """Return ``text`` at the length that is kept."""
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
