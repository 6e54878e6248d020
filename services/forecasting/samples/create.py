"""Creating a session from a sample: as if its files had been uploaded by hand."""

import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app import strict_json
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.forecasting import ForecastSession
from app.storage import ObjectStore
from app.storage.files import sha256_of
from services.forecasting.create import init_session
from services.forecasting.domain.numbers import shown
from services.forecasting.errors import FieldRefused
from services.forecasting.files.create import FileReading, Reader, SeriesUpload, create_file
from services.forecasting.samples.carbon import carbon_sample
from services.forecasting.samples.load import load_sample
from services.forecasting.samples.types import SampleFile, SampleSession

SAMPLES: Mapping[str, Callable[[], SampleSession]] = {
    "load": load_sample,
    "carbon": carbon_sample,
}


def create_sample(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    name: object,
    folder: Path,
    read: Reader,
    *,
    called: str | None = None,
) -> ForecastSession:
    """Return a new session with the files and settings of the sample ``name``.

    It is ``called`` so, or by the sample's own name.

    ``folder`` is for files that live for a moment. Raises FieldRefused for an unknown name.
    """
    if not isinstance(name, str) or name not in SAMPLES:
        detail = f"sample is {shown(name)}, but it must be {' or '.join(SAMPLES)}."
        raise FieldRefused("sample", detail)
    sample = SAMPLES[name]()
    settings = {"zeitschritte": sample.time_steps, "timeInfo": sample.time_info}
    wire_id = f"session_{uuid.uuid4()}"
    title = sample.name if called is None else called  # "" is refused, as by hand
    session = init_session(database, actor, wire_id, settings, title)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as here:
        read_once = _remembering(read)  # most samples use one text for several series
        for file in sample.files:
            upload = _upload(Path(here), session.wire_id, file)
            create_file(database, store, actor, upload, read_once)
    return session


def _remembering(read: Reader) -> Reader:
    """Return a reader that reads equal files with equal options once."""
    known: dict[str, tuple[FileReading, bytes]] = {}

    def reader(path: Path, options: Mapping[str, Any], target: Path) -> FileReading:
        key = f"{sha256_of(path)} {strict_json.dumps(options)}"
        if key in known:
            reading, values = known[key]
            target.write_bytes(values)
            return reading
        reading = read(path, options, target)
        known[key] = (reading, target.read_bytes())
        return reading

    return reader


def _upload(folder: Path, wire_id: str, file: SampleFile) -> SeriesUpload:
    path = folder / "sample.csv"
    path.write_text(file.text, encoding="utf-8")
    return SeriesUpload(
        path=path,
        file_name=f"{file.label}.csv",
        direction=file.direction,
        session_id=wire_id,
        label=file.label,
        metadata=file.fields,
    )
