"""Recognises what a file is and in which encoding its text is written, from its first bytes."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from services.tabular.errors import UnreadableTable

SAMPLE_BYTES = 256 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"PK\x03\x04", "xlsx or zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"Rar!", "rar"),
    (b"{\\rtf", "RTF"),
    (b"PAR1", "Parquet"),
    (b"ARROW1", "Arrow"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x89HDF", "HDF5"),
    (b"CDF\x01", "NetCDF"),
    (b"MATLAB", "MATLAB"),
    (b"\x7fELF", "program"),
    (b"MZ\x90", "program"),
)
_PLAUSIBLE = frozenset("äöüÄÖÜßéèêëàâçîïôûùœáíóúñÁÉÍÓÚÑåøæÅØÆãõ°²³µ€·–—’“”„±×½§¿¡ºª\u00a0")
_MAX_CONTROL_SHARE = 0.02
_CONTROL = bytes(set(range(32)) - {0, 9, 10, 11, 12, 13, 26, 27})


@dataclass(frozen=True)
class Encoding:
    """The encoding's Python name, how many bytes its mark has, and whether it was guessed."""

    name: str
    bom_bytes: int = 0
    guessed: bool = False


def detect_encoding(path: Path, override: str | None = None) -> Encoding:
    """Return the encoding of the file. Raises ``UnreadableTable`` for what is no text."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    if not sample:
        raise UnreadableTable("empty_file", "The file is empty: it has no bytes.")
    for bom, name in _BOMS:
        if sample.startswith(bom):
            return Encoding(_normal(override) if override else name, len(bom))
    _refuse_binary(sample)
    if override:
        return Encoding(_normal(override))
    encoding = wide_encoding(sample) or _narrow(sample)
    _refuse_markup(sample, encoding.name)
    return encoding


def encoding_of_text(sample: bytes) -> Encoding:
    """Return the encoding of the first bytes of a text without NUL bytes.

    Raises ``UnreadableTable`` for bytes that are no text.
    """
    return _narrow(sample)


def _normal(name: str) -> str:
    canonical = codecs.lookup(name).name
    return {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}.get(
        canonical, canonical
    )


def kind_of_binary(sample: bytes) -> str | None:
    """Return what a file of these first bytes is, if it is a known kind that is no text."""
    return next((what for magic, what in _MAGIC if sample.startswith(magic)), None)


def _refuse_binary(sample: bytes) -> None:
    if what := kind_of_binary(sample):
        raise UnreadableTable(
            "binary_file",
            f"The file is no text but {what}. Export the table as CSV and upload that.",
        )


def wide_encoding(sample: bytes) -> Encoding | None:
    """Recognise UTF-16 without a mark by where its NUL bytes stand."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if odd > 0.4 * half and even < 0.05 * half:
        return Encoding("utf-16-le", guessed=True)
    if even > 0.4 * half and odd < 0.05 * half:
        return Encoding("utf-16-be", guessed=True)
    return None


def _narrow(sample: bytes) -> Encoding:
    sample = sample.rstrip(b"\0")  # a logger without power leaves the rest of its file empty
    text = sample.replace(b"\0", b"")
    if (
        not text
        or len(text) < 0.5 * len(sample)
        or _controls(text) > _MAX_CONTROL_SHARE * len(text)
    ):
        raise UnreadableTable(
            "binary_file",
            "The file holds bytes that are no text. Export the table as CSV and upload that.",
        )
    try:
        codecs.getincrementaldecoder("utf-8")().decode(text)
    except UnicodeDecodeError:
        return Encoding(_single_byte(text), guessed=True)
    return Encoding("utf-8")


def _controls(text: bytes) -> int:
    return len(text) - len(text.translate(None, _CONTROL))


def _single_byte(text: bytes) -> str:
    """Return which one-byte encoding makes the most plausible letters and signs."""
    high = bytes(byte for byte in text if byte >= 128)
    scores = {}
    for name in ("cp1252", "cp850", "mac-roman"):
        letters = high.decode(name, errors="replace")
        scores[name] = sum(letter in _PLAUSIBLE for letter in letters) / len(letters)
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > scores["cp1252"] + 0.2 else "cp1252"


def _refuse_markup(sample: bytes, encoding: str) -> None:
    start = sample[:4096].decode(encoding, errors="replace").lstrip().lower()
    if start.startswith(("<!doctype html", "<html", "<head", "<body", "<script")):
        _refuse_text("HTML", "The file is a web page, perhaps a sign-in page. Download it again.")
    if start.startswith(("<?xml", "<svg")):
        _refuse_text("XML", "The file is XML. Export the table as CSV.")
    if start.startswith(("{", "[{", "[[")):
        _refuse_text("JSON", "The file is JSON. Export the table as CSV.")


def _refuse_text(what: str, message: str) -> None:
    raise UnreadableTable("not_csv", f"{message} ({what})", row=1)
