"""Names of files. They are labels, never paths."""

import re
import unicodedata

from app.unseen import is_unseen

MAX_LABEL_BYTES = 255
SHA256 = re.compile(r"[0-9a-f]{64}")
_FORBIDDEN = frozenset({"Cc", "Cs", "Zl", "Zp"})  # control characters, surrogates, line ends


def checked_label(text: str) -> str:
    """Return a file's name in NFC, otherwise as it was given.

    Raises ValueError with a sentence for an empty name, one of more than 255 bytes, and one with
    a separator, a control character or ``..`` as the whole.
    """
    label = unicodedata.normalize("NFC", text)
    if is_unseen(label):
        raise ValueError("A file name has at least one character that is shown.")
    if len(label.encode("utf-8", "surrogatepass")) > MAX_LABEL_BYTES:
        raise ValueError(f"A file name has at most {MAX_LABEL_BYTES} bytes in UTF-8.")
    if "/" in label or "\\" in label or label in (".", ".."):
        raise ValueError("A file name is no path: leave out /, \\ and '..'.")
    if any(unicodedata.category(letter) in _FORBIDDEN for letter in label):
        raise ValueError("A file name has no control characters.")
    return label


def checked_sha256(text: str) -> str:
    """Return a SHA-256 as 64 digits in lower case. Raises ValueError with a sentence."""
    digest = text.strip().lower()
    if not SHA256.fullmatch(digest):
        raise ValueError("A SHA-256 is written as 64 hexadecimal digits.")
    return digest
