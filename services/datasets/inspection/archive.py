"""Opens a zip of unknown origin. Nothing is ever unpacked to a path that the zip names.

Sizes are checked against the directory of the zip before a byte is unpacked, and hold
afterwards because the reader stops at the declared size.
"""

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from services.datasets.inspection.faults import Faults, refuse
from services.datasets.inspection.zstd_member import zstd_member
from services.datasets.limits import MIB, ZSTD, InspectionLimits

_ARCHIVES = {".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".zst", ".jar"}
_LITTER = {".ds_store", "thumbs.db", "desktop.ini"}
_ENCRYPTED = 0x1
_UTF8 = 0x800
_SMALL = MIB
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)


class DamagedMemberError(Exception):
    """The bytes of a member cannot be unpacked."""


class Archive:
    """The files of a validated zip, by their path below its root folder.

    ``images`` maps a path below ``Images/`` to the member; ``image_by_stem`` finds an image
    whose name differs from the one looked for in case or extension only.
    """

    def __init__(
        self, opened: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], notes: list[str]
    ) -> None:
        self._zip = opened
        self.members = members
        self.notes = notes
        data = sum(map(_is_data, opened.infolist()))
        self.num_replaced = data - len(members)  # by a later member of the same name
        below = [(name, *name.split("/", 1)) for name in members if "/" in name]
        # One letter may be written as one sign or as two; desktops differ in what they choose.
        self.images = {
            unicodedata.normalize("NFC", rest): name
            for name, top, rest in below
            if top.casefold() == "images"
        }
        self.image_by_stem = {
            PurePosixPath(rest).stem.casefold(): name for rest, name in self.images.items()
        }

    def empty_folders(self) -> list[str]:
        """Return the names of folders in which no file lies, also no deeper one, in order."""
        infos = self._zip.infolist()
        filled = {folder for info in infos if _is_data(info) for folder in _folders_of(info)}
        empty = {folder for info in infos for folder in _folders_of(info)} - filled
        inner = {folder for folder in empty if not any(folder in one.parents for one in empty)}
        return sorted({folder.name for folder in inner if not _is_litter(folder)})

    def read(self, name: str) -> bytes:
        """Return a member's bytes. Raises ``DamagedMemberError``."""
        with self.opened(name) as member:
            return member.read()

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """Give a member as a stream, for large ones.

        Reading raises ``DamagedMemberError`` where the bytes cannot be unpacked.
        """
        info = self.members[name]
        try:
            with (
                zstd_member(self._zip, info)
                if info.compress_type == ZSTD
                else self._zip.open(info) as member
            ):
                yield member
        except _DAMAGE as error:
            raise DamagedMemberError("the archive is damaged here") from error


def open_archive(path: Path, limits: InspectionLimits) -> Archive:
    """Open a zip and check every member before any is read. Raises ``UploadError``."""
    try:
        opened = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeError):
        refuse("This is not a zip archive. Upload a .zip with Images/ and a metadata CSV.")
    infos = opened.infolist()
    _check_size(infos, path.stat().st_size, limits)
    faults, renamed = Faults(), _read_names_as_utf8(infos)
    for info in infos:
        fault = _fault_of(info, limits)
        if fault:
            faults.add(f"{_printable(info.orig_filename)}: {fault}.")
    if not limits.last_of_a_name:
        _note_repeats(infos, faults)
    faults.refuse_if_any()
    notes = [f"{renamed:,} names in the archive are read as UTF-8, which it does not say they are."]
    members = _below_root([info for info in infos if _is_data(info)])
    return Archive(opened, members, notes if renamed else [])


def _read_names_as_utf8(infos: list[zipfile.ZipInfo]) -> int:
    """Read names without the flag for UTF-8 as such where they are, and return how many.

    macOS writes UTF-8 and does not say so; by the format's rule such names are in code page 437.
    """
    renamed = 0
    for info in infos:
        if info.flag_bits & _UTF8 or info.filename.isascii():
            continue
        try:
            info.filename = info.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            continue
        renamed += 1
    return renamed


def _check_size(infos: list[zipfile.ZipInfo], packed: int, limits: InspectionLimits) -> None:
    if not infos:
        refuse("The archive is empty.")
    if len(infos) > limits.archive_members:
        refuse(f"The archive has {len(infos)} members; at most {limits.archive_members} are read.")
    total = sum(info.file_size for info in infos)
    if total > limits.unpacked_bytes:
        refuse(
            f"The archive unpacks to {total // MIB} MiB; "
            f"at most {limits.unpacked_bytes // MIB} MiB are read."
        )
    if total > _SMALL and total > packed * limits.compression_ratio:
        refuse(
            f"The archive unpacks to {total // packed} times its size; "
            f"more than {limits.compression_ratio} times is refused as a bomb."
        )


def _fault_of(info: zipfile.ZipInfo, limits: InspectionLimits) -> str | None:
    name_fault = _name_fault(info.orig_filename) or _name_fault(info.filename)
    return name_fault or _kind_fault(info, limits) or _size_fault(info, limits)


def _name_fault(name: str) -> str | None:
    parts = name.removesuffix("/").split("/")
    if "\0" in name or any(ord(letter) < 32 for letter in name):
        return "the name holds a control character"
    if "\\" in name:
        return "the name holds a backslash; folders are written with /"
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "the name is an absolute path; it must lie inside the archive"
    if ".." in parts:
        return "the name leads out of the archive (..)"
    if "" in parts or "." in parts:
        return "the name has an empty part"
    return None


def _kind_fault(info: zipfile.ZipInfo, limits: InspectionLimits) -> str | None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "it is a symbolic link; only files are read"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "it is a special file; only files are read"
    if info.flag_bits & _ENCRYPTED:
        return "it is encrypted; upload it without a password"
    if info.compress_type not in limits.zip_methods:
        return "it is packed with an unusual method; use plain zip (deflate)"
    if PurePosixPath(info.filename).suffix.lower() in _ARCHIVES:
        return "it is an archive inside the archive"
    return None


def _size_fault(info: zipfile.ZipInfo, limits: InspectionLimits) -> str | None:
    if info.file_size > limits.member_bytes:
        return f"it unpacks to over {limits.member_bytes // MIB} MiB"
    allowed = max(info.compress_size, 1) * limits.compression_ratio
    if info.file_size > _SMALL and info.file_size > allowed:
        return f"it unpacks to over {limits.compression_ratio} times its size (a bomb)"
    return None


def _note_repeats(infos: list[zipfile.ZipInfo], faults: Faults) -> None:
    seen: set[str] = set()
    for info in infos:
        if info.filename in seen:
            faults.add(f"{_printable(info.filename)}: the archive holds this name twice.")
        seen.add(info.filename)


def _is_data(info: zipfile.ZipInfo) -> bool:
    """Return whether it is a file, not a folder and not what desktops leave behind."""
    return not info.is_dir() and not _is_litter(PurePosixPath(info.filename))


def _is_litter(path: PurePosixPath) -> bool:
    litter = path.parts[0] == "__MACOSX" or path.name.lower() in _LITTER
    return litter or path.name.startswith("._")


def _folders_of(info: zipfile.ZipInfo) -> list[PurePosixPath]:
    """Return the folders that a member lies in, and itself if it is one."""
    path = PurePosixPath(info.filename)
    above = [folder for folder in path.parents if folder.parts]
    return [path, *above] if info.is_dir() else above


def _below_root(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Return members by path, without the one folder that everything lies in, if any."""
    tops = {info.filename.split("/", 1)[0] for info in infos}
    nested = all("/" in info.filename for info in infos)
    if len(tops) == 1 and nested and next(iter(tops)).casefold() != "images":
        return {info.filename.split("/", 1)[1]: info for info in infos}
    return {info.filename: info for info in infos}


def _printable(name: str) -> str:
    shown = "".join(letter if letter.isprintable() else "?" for letter in name)
    return shown if len(shown) <= 120 else shown[:117] + "..."
