"""Arrays in a zip as numpy's ``.npz`` has them, written and read in pieces; never with pickle.

Files are the same bytes for the same arrays. Windows overlap, so that they shrink to a small part
even at the fastest level of compression.
"""

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
LEVEL = 1
EPOCH = (1980, 1, 1, 0, 0, 0)
SKIP = 1 << 20


@dataclass(frozen=True, kw_only=True)
class ArrayPieces:
    """An array of ``shape`` whose pieces come one after the other along its first axis."""

    shape: Sequence[int]
    dtype: np.dtype[Any]
    pieces: Iterable[Array]

    @classmethod
    def whole(cls, array: Array) -> Self:
        """Return an array that is there as a whole."""
        return cls(shape=array.shape, dtype=array.dtype, pieces=[array])


def write_npz(target: Path | BinaryIO, arrays: Mapping[str, ArrayPieces]) -> None:
    """Write arrays by name; raises TypeError for one that would need pickle."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for name, array in arrays.items():
            if array.dtype.hasobject:
                raise TypeError(f"{name} holds objects.")
            entry = zipfile.ZipInfo(f"{name}.npy", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as member:
                _write(member, array)


def _write(member: Any, array: ArrayPieces) -> None:
    header = {
        "descr": np.lib.format.dtype_to_descr(array.dtype),
        "fortran_order": False,
        "shape": tuple(array.shape),
    }
    np.lib.format.write_array_header_1_0(member, header)
    for piece in array.pieces:
        member.write(np.ascontiguousarray(piece, dtype=array.dtype).tobytes())


class NpzReader:
    """Arrays of a ``.npz``, whole or only some rows of them. Raises ValueError for other files."""

    def __init__(self, stream: BinaryIO) -> None:
        try:
            self._archive = zipfile.ZipFile(stream)
        except zipfile.BadZipFile as broken:
            raise ValueError("not an .npz file") from broken

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def names(self) -> list[str]:
        """Return the names of the arrays."""
        return [name.removesuffix(".npy") for name in self._archive.namelist()]

    def array(self, name: str) -> Array:
        """Return an array; raises KeyError for another name."""
        with self._archive.open(f"{name}.npy") as member:
            return np.asarray(np.lib.format.read_array(member, allow_pickle=False))

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of an array without reading it."""
        with self._archive.open(f"{name}.npy") as member:
            return _header(member)[0]

    def rows(self, name: str, numbers: Sequence[int]) -> Array:
        """Return some rows, given in rising order, without holding the others."""
        with self._archive.open(f"{name}.npy") as member:
            shape, dtype = _header(member)
            size = int(np.prod(shape[1:])) * dtype.itemsize
            matched = [_row(member, size, skipped) for skipped in _skips(numbers)]
        flat = np.frombuffer(b"".join(matched), dtype=dtype)
        return flat.reshape(len(matched), *shape[1:])


def _header(member: Any) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = np.lib.format.read_magic(member)
    read = np.lib.format.read_array_header_1_0
    if version != (1, 0):
        read = np.lib.format.read_array_header_2_0
    shape, fortran, dtype = read(member)
    if fortran or dtype.hasobject:
        raise ValueError("not a plain array in C order")
    return shape, dtype


def _skips(numbers: Sequence[int]) -> Iterator[int]:
    """Yield how many rows lie between each row and the one before it."""
    before = -1
    for number in numbers:
        yield int(number) - before - 1
        before = int(number)


def _row(member: Any, size: int, skipped: int) -> bytes:
    left = skipped * size
    while left:
        gone = len(member.read(min(left, SKIP)))
        if not gone:
            raise ValueError("the array has fewer rows")
        left -= gone
    content: bytes = member.read(size)
    if len(content) != size:
        raise ValueError("the array has fewer rows")
    return content
