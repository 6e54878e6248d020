"""A log of Inspect as a file: the zip that it writes (``.eval``), or the older ``.json``.

In the zip are ``header.json``, ``samples/<id>_epoch_<n>.json``, ``summaries.json`` and
``reductions.json``; of a log that was never ended there is ``_journal/start.json`` in place of
the header. Members are packed with deflate or, since 2026, with Zstandard.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.datasets.inspection.archive import Archive, DamagedMemberError
from services.datasets.limits import DEFLATED, MIB, STORED, ZSTD, InspectionLimits
from services.imports.archives import archive_at
from services.imports.domain.evaluation import EvaluationError
from services.imports.domain.json_text import parsed

HEADER, START, SAMPLES = "header.json", "_journal/start.json", "samples/"
MAX_JSON = 128 * MIB  # of a log in one piece, and of one sample: it is held in memory
LIMITS = InspectionLimits(
    member_bytes=MAX_JSON,
    compression_ratio=1_000,  # what a model is shown again at each turn packs very well
    zip_methods=(STORED, DEFLATED, ZSTD),
    last_of_a_name=True,
)


@dataclass(kw_only=True)
class JsonLog:
    """A log in one piece."""

    header: Any
    num_replaced: int = 0

    def samples(self) -> Iterator[Any]:
        """Yield each sample; raises EvaluationError where there is no list of them."""
        given = self.header.get("samples") or []
        if not isinstance(given, list):
            raise EvaluationError("'samples' of this log is no list.")
        yield from given

    def copies(self) -> list[str]:
        """Name the parts that repeat what the samples say."""
        return ["reductions"] if self.header.get("reductions") else []


@dataclass(kw_only=True)
class ZipLog:
    """A log in a zip; ``names`` maps what a member is called in the zip to how it is read."""

    archive: Archive
    names: Mapping[str, str]
    header: Any = None

    @property
    def num_replaced(self) -> int:
        """How many members a later one of the same name replaced."""
        return self.archive.num_replaced

    def read(self, name: str) -> Any:
        """Return what a member holds; raises EvaluationError."""
        try:
            return parsed(self.archive.read(self.names[name]), name)
        except DamagedMemberError:
            raise EvaluationError(f"The archive is damaged at {name[:120]}.") from None

    def samples(self) -> Iterator[Any]:
        """Yield each sample; raises EvaluationError for one that cannot be read."""
        for name in self.names:
            if name.startswith(SAMPLES):
                yield self.read(name)

    def copies(self) -> list[str]:
        """Name the members that repeat what header and samples say."""
        return [one for one in self.names if one != HEADER and not one.startswith(SAMPLES)]


def open_log(path: Path) -> JsonLog | ZipLog:
    """Open a log and read its header; raises EvaluationError."""
    archive = archive_at(path, LIMITS)
    if archive is not None:
        return _in_archive(archive)
    size = path.stat().st_size
    if size > MAX_JSON:
        raise EvaluationError(
            f"The log has {size // MIB} MiB as JSON; at most {MAX_JSON // MIB} MiB are read. "
            "Convert it with 'inspect log convert' to the format eval."
        )
    header = parsed(path.read_bytes(), "The log")
    if not isinstance(header, dict):
        raise EvaluationError("This is no log of Inspect: its header has no 'eval'.")
    return JsonLog(header=header)


def _in_archive(archive: Archive) -> ZipLog:
    infos = archive.members
    log = ZipLog(archive=archive, names={info.filename: key for key, info in infos.items()})
    known = next((name for name in (HEADER, START) if name in log.names), None)
    if known is None:
        raise EvaluationError(_no_header(list(log.names)))
    log.header = log.read(known)
    if known == START and isinstance(log.header, dict):
        log.header = {"status": "started", **log.header}
    return log


def _no_header(names: list[str]) -> str:
    logs = [name for name in names if name.endswith(".eval")]
    if logs:
        return f"The archive holds {len(logs)} logs (.eval): send them one by one."
    return "This is no log of Inspect: the archive holds neither header.json nor a journal."
