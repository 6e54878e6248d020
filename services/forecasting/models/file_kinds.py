"""What a model file is by its first bytes; files that can run code are named and refused.

Sources: the pickle protocol (PEP 307, 3154: protocol 2 and later begin with 0x80 and the
protocol's number), the zip, gzip, bzip2, xz and HDF5 signatures.
"""

import re

from services.forecasting.models.errors import UnreadableModel

PICKLE, ZIP, UNKNOWN = "pickle", "zip", "unknown"
SAFETENSORS, JSON, ONNX, LIGHTGBM = "safetensors", "json", "onnx", "lightgbm"
PROTOCOLS = tuple(bytes([number]) for number in range(2, 6))
# protocols 0 and 1: a class by module and name, or an empty container that is remembered
TEXT_PICKLE = re.compile(rb"\(*([ci][\w.]+\n[\w.]+\n|[dl]p\d|[}\])]q.)", re.DOTALL)
PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"x\x9c", b"x\x01", b"x\xda", b"\x04\x22\x4d\x18")
HEADER = 8  # bytes of the length at the start of safetensors
ENDINGS = {
    ".safetensors": SAFETENSORS,
    ".json": JSON,
    ".onnx": ONNX,
    ".txt": LIGHTGBM,
    ".skops": ZIP,
}


def kind_of(content: bytes) -> str:
    """Return the kind of a file: of a whole file or of its first hundred bytes."""
    if _is_pickle(content):
        return PICKLE
    if content.startswith(b"PK\x03\x04"):
        return PICKLE if b"/data.pkl" in content[:200] or b"archive/" in content[:40] else ZIP
    if content[HEADER : HEADER + 1] == b"{" and content[4:HEADER] == b"\0\0\0\0":
        return SAFETENSORS
    if content.startswith(b"{"):
        return JSON
    if content.startswith(b"tree\n"):
        return LIGHTGBM
    return ONNX if content.startswith(b"\x08") else UNKNOWN


def require_kind(name: str, content: bytes) -> None:
    """Raise ``UnreadableModel`` unless ``content`` is what the name says."""
    ending = name[name.rfind(".") :]
    kind, expected = kind_of(content), ENDINGS.get(ending)
    if kind == PICKLE:
        raise UnreadableModel(
            f"{name} is a pickle: opening it could run code, so it is refused. Models are taken as "
            "safetensors, ONNX, skops, LightGBM's text or JSON."
        )
    if expected is None or kind != expected:
        raise UnreadableModel(
            f"{name} is not {expected or 'a file of a model'}: its first bytes are those of "
            f"{'no known kind' if kind == UNKNOWN else kind}."
        )


def _is_pickle(content: bytes) -> bool:
    if content[:1] == b"\x80" and content[1:2] in PROTOCOLS:
        # a safetensors header of 128 to 1407 bytes could begin so too, but has "{" after 8 bytes
        return not (content[4:HEADER] == b"\0\0\0\0" and content[HEADER : HEADER + 1] == b"{")
    # what joblib compresses is a pickle inside
    return bool(TEXT_PICKLE.match(content)) or content.startswith(PACKED)
