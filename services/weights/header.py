"""Reading what a safetensors file says of itself, without loading a tensor of it.

The length of the header is checked here, before anything of that length is read; the library
then proves that the shapes, types and offsets cover the file exactly, without gap or overlap.
"""

import math
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open

from services.weights.errors import WeightsRefused

LENGTH_BYTES = 8
MAX_HEADER = 4 * 1024 * 1024
MAX_TENSORS = 10_000
TYPES = ("F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U8")
RIGHT = "Save the weights with safetensors.torch.save_file(model.state_dict(), path)."
_MAX_REASON_LENGTH = 200
_FOREIGN = {
    b"PK\x03\x04": "a zip archive, as torch.save writes it",
    b"\x80": "a pickle, which could run code and is never read",
    b"\x89HDF": "an HDF5 file",
    b"GGUF": "a GGUF file",
}


@dataclass(frozen=True, kw_only=True)
class WeightsSummary:
    """How many tensors a file holds, and how many numbers are in them."""

    num_tensors: int
    num_parameters: int


def read_summary(path: Path) -> WeightsSummary:
    """Return what the file holds.

    Raises WeightsRefused for everything that is not a whole safetensors file of numbers.
    """
    _check_beginning(path)
    try:
        with safe_open(path, framework="numpy") as file:
            names = list(file.keys())
            _check_count(len(names))
            slices = {name: file.get_slice(name) for name in names}
            for name, one in slices.items():
                _check_type(name, one.get_dtype())
            numbers = sum(math.prod(one.get_shape()) for one in slices.values())
    except SafetensorError as error:
        reason = str(error).removeprefix("Error while deserializing header: ")[:_MAX_REASON_LENGTH]
        raise WeightsRefused(f"The safetensors file is damaged: {reason}. {RIGHT}") from None
    return WeightsSummary(num_tensors=len(names), num_parameters=numbers)


def _check_beginning(path: Path) -> None:
    with path.open("rb") as file:
        beginning = file.read(LENGTH_BYTES + 1)
    if len(beginning) <= LENGTH_BYTES:
        raise WeightsRefused(f"The file has {len(beginning)} bytes: no safetensors file. {RIGHT}")
    length = int.from_bytes(beginning[:LENGTH_BYTES], "little")
    if beginning.endswith(b"{") and length <= MAX_HEADER:
        return
    for magic, what in _FOREIGN.items():
        if beginning.startswith(magic):
            raise WeightsRefused(f"This is {what}. {RIGHT}")
    if beginning.endswith(b"{"):
        raise WeightsRefused(
            f"The header has {length} bytes; at most {MAX_HEADER} are read. {RIGHT}"
        )
    raise WeightsRefused(f"This is no safetensors file. {RIGHT}")


def _check_count(count: int) -> None:
    if not 1 <= count <= MAX_TENSORS:
        raise WeightsRefused(f"The file holds {count} tensors; 1 to {MAX_TENSORS} can be used.")


def _check_type(name: str, kind: str) -> None:
    if kind not in TYPES:
        shown = name[:_MAX_REASON_LENGTH]
        raise WeightsRefused(
            f"Tensor '{shown}' is of the type {kind}; it must be one of {', '.join(TYPES)}."
        )
