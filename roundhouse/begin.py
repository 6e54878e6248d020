"""Beginning a run: where it is sent, where its spool lies, and what the end of the program does."""

import atexit
import multiprocessing
import os
import secrets
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from roundhouse import values
from roundhouse.api import Api
from roundhouse.errors import announce, harmless, warn
from roundhouse.run import Run
from roundhouse.sender import Sender
from roundhouse.spool import SpoolReader, SpoolWriter, new_folder

URL, TOKEN, FOLDER = "ROUNDHOUSE_URL", "ROUNDHOUSE_TOKEN", "ROUNDHOUSE_DIR"
LOCAL = "http://127.0.0.1:8000"
SPOOLS = "roundhouse-runs"
BEAT_SECONDS = 10.0
Mode = Literal["online", "offline", "disabled"]
CHOICES = {
    "mode": ("online", "offline", "disabled"),
    "training_mode": ("centralized", "federated"),
    "task": ("classification", "forecasting", "other"),
    "visibility": ("private", "team"),
    "on_stop": ("raise", "flag"),
}

_runs: list[Run] = []
_failure: list[BaseException] = []


def init(
    name: str | None = None,
    params: Mapping[str, Any] | None = None,
    tags: Mapping[str, Any] | None = None,
    *,
    url: str | None = None,
    token: str | None = None,
    training_mode: str = "centralized",
    task: str | None = None,
    mode: Mode = "online",
    description: str | None = None,
    visibility: str = "private",
    folder: str | Path | None = None,
    on_stop: str = "raise",
) -> Run:
    """Begin a run and return it at once; the platform hears of it from a thread.

    ``url`` and ``token`` come from ROUNDHOUSE_URL and ROUNDHOUSE_TOKEN where they are not given,
    ``folder`` (where spools lie) from ROUNDHOUSE_DIR. ``mode`` offline only writes the spool,
    disabled does nothing at all. ``on_stop`` says what ``log`` does once somebody pressed Stop:
    raise ``StopRequested``, or only set ``run.stop_requested``. ``task`` is classification,
    forecasting or other and decides which metrics are shown first. The run's address is printed
    once, unless ROUNDHOUSE_QUIET is 1.

    Raises ValueError for a word that is none of its choices.
    """
    _check_words(
        mode=mode,
        task=task or "other",
        training_mode=training_mode,
        visibility=visibility,
        on_stop=on_stop,
    )
    labels = values.Labels()
    fields = {
        **_described(name, task, description),
        "training_mode": training_mode,
        "params": labels.params(params or {}),
        "tags": {name: text for name, text in labels.tags(tags or {}).items() if text},
        "visibility": visibility,
        "start_time": datetime.now(UTC).isoformat(),
        "heartbeat_seconds": BEAT_SECONDS,
    }
    disabled = mode == "disabled" or _is_being_spawned()
    run = None if disabled else _spooled(fields, labels, folder, on_stop)
    run = run or Run()
    if run.folder is not None and mode == "online":
        _send(run, url or os.environ.get(URL) or LOCAL, token or os.environ.get(TOKEN) or "")
    Run.current = run
    return run


def _described(name: str | None, task: str | None, description: str | None) -> dict[str, Any]:
    """Return what a run is called, with its task and description where they are given."""
    fields = {"name": values.line_of(name or "", 200, "the name of the run") or _script()}
    if task:
        fields["task"] = task
    if description:
        fields["run_description"] = values.text_of(description, 1024, "the description of the run")
    return fields


def _is_being_spawned() -> bool:
    """Return whether a spawned process is only reading the script again, and say so once.

    A script without ``if __name__ == "__main__"`` would begin one more run in each of its
    ``DataLoader`` workers. A spawned process that calls ``init`` in its own work begins a run.
    """
    process = multiprocessing.current_process()
    if not getattr(process, "_inheriting", False):  # multiprocessing's own mark of that time
        return False
    warn(
        f"{process.name} (process {os.getpid()}) was spawned by the script and begins no run of "
        'its own: put the training under `if __name__ == "__main__":`'
    )
    return True


def _check_words(**given: str) -> None:
    for name, word in given.items():
        if word not in CHOICES[name]:
            raise ValueError(f"{name} is {word!r}, but it must be {' or '.join(CHOICES[name])}.")


def _script() -> str:
    return values.line_of(Path(sys.argv[0]).stem, 200, "the name of the script") or "run"


@harmless
def _spooled(
    fields: dict[str, Any], labels: values.Labels, folder: str | Path | None, on_stop: str
) -> Run:
    place = Path(folder or os.environ.get(FOLDER) or SPOOLS).absolute()
    about = {"run": fields, "key": secrets.token_hex(16), "version": 1}
    run = Run(SpoolWriter(new_folder(place), about), labels, on_stop=on_stop)
    _watch_the_end(run)
    return run


@harmless
def _send(run: Run, url: str, token: str) -> None:
    writer = run.writer
    if writer is None:
        return
    if not token:
        warn(f"no token: set {TOKEN} or pass token=; until then the run is only kept on the disk")
        return

    def on_begin() -> None:
        announce(f"run {run.id} is at {run.url}")

    reader = SpoolReader(writer.folder)
    api = Api(url, token)
    run.send_with(Sender(writer, reader, api, BEAT_SECONDS / 2, run.note_stop_request, on_begin))


def _watch_the_end(run: Run) -> None:
    """Finish the run when the program ends without doing so itself."""
    if not _runs:
        atexit.register(_finish_all)
        sys.excepthook = _noting(sys.excepthook)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=_in_child)
    _runs.append(run)


def _finish_all() -> None:
    for run in _runs:
        run.end_with(_failure[-1] if _failure else None)


def _noting(hook: Any) -> Any:
    def noted(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        _failure.append(error)
        hook(kind, error, trace)

    return noted


def _in_child() -> None:
    for run in _runs:
        run.in_child()
