"""What a page is decoded with: what was declared, and what its bytes say themselves.

Browsers believe the header before the page (WHATWG, Encoding sniffing algorithm). A report is to
show what was meant: bytes that are UTF-8 and not ASCII are UTF-8, and a declaration that cannot
decode the page is passed over; both are findings.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

_PRESCAN = 4096  # bytes; WHATWG looks at 1024
_META = re.compile(
    rb"<meta[^>]{0,500}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})", re.IGNORECASE
)
_HEADER = re.compile(
    r"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})", re.IGNORECASE | re.ASCII
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAME = {  # labels that WHATWG reads as a larger encoding; keys are names of Python's codecs
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "utf-16": "utf-16-le",
}
_USUAL = "cp1252"  # of a page that says nothing and is not UTF-8
# What pages may have: others of Python's are no text, or are slow
_TEXT = """
    utf-8 utf-16-le utf-16-be cp866 cp874 cp932 cp949 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255
    cp1256 cp1257 cp1258 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8
    iso8859-10 iso8859-13 iso8859-14 iso8859-15 iso8859-16 koi8-r koi8-u mac-roman mac-cyrillic
    gb18030 big5 euc_jp iso2022_jp
"""
_CODECS = frozenset(_TEXT.split())


@dataclass(frozen=True)
class Decoded:
    """The text of a page, its encoding, what was declared, and whether that disagrees."""

    text: str
    charset: str
    declared: tuple[str, ...]
    is_wrong: bool


def decoded(body: bytes, content_type: str) -> Decoded:
    """Return the text of a page whose header ``Content-Type`` is given."""
    declared = tuple(_declared(body, content_type))
    codings = [name for label in declared if (name := encoding_of(label))]
    text, charset = _first(body, codings)
    disagree = len(set(codings)) > 1
    failed = bool(codings) and charset not in codings
    return Decoded(text, charset, declared, disagree or failed)


def encoding_of(label: str) -> str | None:
    """Return Python's name of the encoding that a label means on the web, or None."""
    try:
        name = codecs.lookup(label.strip().lower()).name
    except LookupError:
        return None
    name = _SAME.get(name, name)
    return name if name in _CODECS else None


def _declared(body: bytes, content_type: str) -> Iterator[str]:
    """Yield the labels in the order in which a browser believes them."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            yield name.removesuffix("-sig")
    if in_header := _HEADER.search(content_type):
        yield in_header[1]
    if in_page := _META.search(body[:_PRESCAN]):
        label = in_page[1].decode("ascii", "replace")
        yield "utf-8" if label.lower().startswith("utf-16") else label  # it was read as ASCII


def _first(body: bytes, codings: list[str]) -> tuple[str, str]:
    is_ascii = body.isascii()
    mark = next((name for mark, name in _MARKS if body.startswith(mark)), None)
    order = [*([mark] if mark else []), *([] if is_ascii else ["utf-8"]), *codings]
    for name in [*order, "utf-8"]:
        try:
            return body.decode(name).removeprefix("\ufeff"), name.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    usual = codings[0] if codings and codings[0] != "utf-8" else _USUAL
    return body.decode(usual, "replace"), usual
