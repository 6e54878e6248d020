"""Event files as the real TensorBoard writes them."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams import api_pb2, metadata, plugin_data_pb2
from tensorboard.plugins.hparams import summary_v2 as hparams_v2
from tensorboard.plugins.scalar import summary_v2 as scalars_v2
from tensorboard.summary.writer.event_file_writer import EventFileWriter

BEGAN = 1_700_000_000.25


def write_scalars(
    folder: Path,
    curves: Mapping[str, Iterable[float]],
    *,
    as_tensors: bool = False,
    hparams: Mapping[str, object] | None = None,
    more_times: Iterable[float] = (),
) -> Path:
    """Write curves that begin at step 0, a point each second, and return the event file.

    The curve ``more`` has points at ``more_times``.
    """
    writer = EventFileWriter(str(folder))
    if hparams is not None:
        _add(writer, hparams_v2.hparams_pb(hparams), 0)
    for tag, values in curves.items():
        for step, value in enumerate(values):
            plain = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
            _add(writer, scalars_v2.scalar_pb(tag, value) if as_tensors else plain, step)
    for at in more_times:
        more = Summary(value=[Summary.Value(tag="more", simple_value=1.0)])
        writer.add_event(Event(wall_time=at, summary=more))
    if hparams is not None:
        _add(writer, _session_end(), 0)
    writer.close()
    (file,) = folder.glob("*tfevents*")
    return file


def _add(writer: EventFileWriter, summary: Summary, step: int) -> None:
    writer.add_event(Event(wall_time=BEGAN + step, step=step, summary=summary))


def _session_end() -> Summary:
    end = plugin_data_pb2.SessionEndInfo(status=api_pb2.STATUS_SUCCESS, end_time_secs=BEGAN)
    data = plugin_data_pb2.HParamsPluginData(session_end_info=end)
    about = metadata.create_summary_metadata(data)
    return Summary(value=[Summary.Value(tag=metadata.SESSION_END_INFO_TAG, metadata=about,
                                        tensor=metadata.NULL_TENSOR)])  # fmt: skip


def zipped(folder: Path) -> bytes:
    """Return the folder as a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return packed.getvalue()
