"""A run as the training sees it: everything it can say, and nothing that can stop it.

Each call appends to the spool and returns; threads do the rest. No call raises but
``StopRequested``, and that only if a person pressed Stop and ``on_stop`` is ``"raise"``.
"""

import os
import threading
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from numbers import Real
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from roundhouse import values
from roundhouse.errors import StopRequested, harmless, log, warn
from roundhouse.sender import Sender
from roundhouse.spool import SpoolWriter, remove_sent

GOALS = ("min", "max")
ROWS = ("test", "validation", "site_validation")
STATUSES = ("completed", "failed", "cancelled")
LEVELS = {"warn": "warning", "critical": "error", "fatal": "error"}
FINISH_SECONDS = 60.0
FINISH_SECONDS_AWAY = 5.0  # also for a full disk; then the rest waits for ``... roundhouse sync``


class Run:
    """One training; made by ``roundhouse.init``."""

    current: ClassVar["Run | None"] = None

    def __init__(
        self,
        writer: SpoolWriter | None = None,
        labels: values.Labels | None = None,
        *,
        on_stop: str = "raise",
    ) -> None:
        self._writer = writer
        self._labels = labels or values.Labels()
        self._on_stop = on_stop
        self._pid = os.getpid()
        self._stepping = threading.Lock()
        self._next_step = 0
        self._ended = writer is None
        self._sender: Sender | None = None
        self.stop_requested = False

    @property
    def writer(self) -> SpoolWriter | None:
        """Where everything is written first; None for a disabled run."""
        return self._writer

    @property
    def folder(self) -> Path | None:
        """The spool of the run; None for a disabled one."""
        return None if self._writer is None else self._writer.folder

    @property
    def id(self) -> int | None:
        """The number of the run, once the platform has given it one."""
        return None if self._sender is None else self._sender.delivery.run_id

    @property
    def url(self) -> str | None:
        """The page of the run, once there is one."""
        return None if self._sender is None else self._sender.delivery.page

    def log(self, metrics: Mapping[str, Any], step: int | None = None) -> None:
        """Log metrics of one step; without a step it is the one after the last."""
        self._log(metrics, step)
        if self.stop_requested and self._on_stop == "raise" and not self._ended:
            raise StopRequested("A stop of this run was requested.")

    @harmless
    def _log(self, metrics: Mapping[str, Any], step: int | None) -> None:
        if self._ended:
            return
        numbers = values.metrics_of(metrics)
        number = self._step(step)
        if numbers:
            self._append("points", numbers, step=number, at=time.time())

    def _step(self, step: Any) -> int:
        with self._stepping:
            number = self._next_step if step is None else self._checked(step)
            self._next_step = max(self._next_step, number + 1)
            return number

    def _checked(self, step: Any) -> int:
        number = int(step)
        cut = isinstance(step, Real) and step != number  # an epoch and a half is no step
        if cut or abs(number) > values.MAX_STEP:
            raise ValueError(f"a step is a whole number; {step} is not: nothing is kept")
        return number

    @harmless
    def resume_from(self, step: int) -> None:
        """Go on from a checkpoint: what was logged at ``step`` and later is taken back.

        The next step is ``step``. What was logged before it stays.
        """
        if self._ended:
            return
        with self._stepping:
            self._next_step = self._checked(step)
        self._append("rewind", {"step": self._next_step})

    @harmless
    def log_result(
        self,
        metrics: Mapping[str, Any],
        *,
        measured_on: str | None = None,
        num_rows: int | None = None,
    ) -> None:
        """Say what the model scores, and on which rows: test, validation or site_validation.

        It takes the place of the newest values as the result of the run; the last one counts.
        Without ``measured_on`` pages say that the rows are unknown.
        """
        if measured_on is not None and measured_on not in ROWS:
            raise ValueError(f"measured_on is {measured_on!r}, but it must be {' or '.join(ROWS)}")
        result: dict[str, Any] = {"metrics": values.metrics_of(metrics)}
        if measured_on is not None:
            result["measured_on"] = measured_on
        if num_rows is not None:
            result["num_rows"] = int(num_rows)
        self._append("result", result)

    @harmless
    def log_params(self, params: Mapping[str, Any]) -> None:
        """Set parameters; one that is logged again takes the new value."""
        self._append("params", self._labels.params(params))

    @harmless
    def define_metric(self, name: str, goal: str) -> None:
        """Say which way a metric gets better: "min" or "max"; without a direction it has no best.

        The platform knows usual names such as val_loss, rmse or accuracy.
        """
        if goal not in GOALS:
            raise ValueError(f"the goal of {name!r} is {goal!r}, but it must be min or max")
        known = values.name_of(name)
        self._append("definitions", {} if known is None else {known: goal})

    @harmless
    def tag(self, tags: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        """Set tags; None takes one away."""
        self._append("tags", self._labels.tags({**(tags or {}), **more}))

    @harmless
    def log_text(self, message: Any, level: str = "info") -> None:
        """Add to the log of the run: debug, info, warning or error."""
        text = values.text_of(message, 1_000_000, "a message of the log")
        level = LEVELS.get(level.lower(), level.lower())
        level = level if level in ("debug", "info", "warning", "error") else "info"
        longest = values.MAX_LINE_LENGTH
        for begin in range(0, max(len(text), 1), longest):
            piece = {"at": _now(), "level": level, "message": text[begin : begin + longest]}
            self._append("line", piece)

    def info(self, message: Any) -> None:
        """Add a line to the log of the run."""
        self.log_text(message)

    @harmless
    def log_artifact(
        self,
        path: str | Path,
        name: str | None = None,
        *,
        kind: str = "file",
        step: int | None = None,
    ) -> None:
        """Keep a file, or all files of a folder, as they are now."""
        source = Path(path)
        called = source.name if name is None else name
        if source.is_dir():
            for inner in sorted(file for file in source.rglob("*") if file.is_file()):
                below = f"{called}/{inner.relative_to(source).as_posix()}"
                self.log_artifact(inner, below, kind=kind, step=step)
        elif self._writer is not None and not self._ended:
            body: dict[str, Any] = {"file": self._writer.add_file(source), "name": called}
            body |= {"kind": kind} | ({} if step is None else {"step": int(step)})
            self._append("file", body)

    @harmless
    def log_evaluation(self, round: int, metrics: Mapping[str, Any]) -> None:  # noqa: A002
        """Log what the server of a federation measured after a round; 0 is before the first."""
        self._append("evaluation", {**values.evaluation_of(metrics), "round": int(round)})

    @harmless
    def log_client_round(
        self,
        client: str,
        round: int,  # noqa: A002
        metrics: Mapping[str, Any],
        **part: Any,
    ) -> None:
        """Log a site's part in a round: also status, num_samples, seconds and reason."""
        body = values.json_of(part) | {"client": str(client), "round": int(round)}
        self._append("round", body | {"metrics": values.metrics_of(metrics)})

    @harmless
    def finish(self, status: str = "completed", reason: str | None = None) -> None:
        """End the run: completed, failed or cancelled; what is left is sent before it returns."""
        writer = self._writer
        if self._ended or writer is None or os.getpid() != self._pid:
            return
        if status not in STATUSES:
            warn(f"{status!r} is no status: {', '.join(STATUSES)} are; taken as completed")
            status = "completed"
        end = {"status": status, "end_time": _now()}
        if status == "failed" and reason:
            end["reason"] = values.text_of(reason, 2000, "the reason of the failure")
        kept = self._append("end", end)
        self._ended = True
        writer.sync()
        arrived = self._sender is not None and self._sender.finish(
            FINISH_SECONDS if kept else FINISH_SECONDS_AWAY, FINISH_SECONDS_AWAY
        )
        writer.close()
        self._say_end(arrived, writer.folder)
        if Run.current is self:
            Run.current = None

    def _say_end(self, arrived: bool, folder: Path) -> None:  # noqa: FBT001 - no choice of a caller
        if arrived:
            remove_sent(folder)
        else:
            warn(f"the run is kept in {folder}; send it: python -m roundhouse sync {folder}")

    def _append(self, kind: str, body: Any, **more: Any) -> bool:
        if self._writer is None or self._ended or not body:
            return False
        return self._writer.append({"kind": kind, "body": body, **more})

    def send_with(self, sender: Sender) -> None:
        """Send what is logged while the training goes on."""
        self._sender = sender
        sender.start()

    def note_stop_request(self) -> None:
        """Note that a stop of the training is requested."""
        if not self.stop_requested:
            log.warning("a stop of this run was requested")
        self.stop_requested = True

    def in_child(self) -> None:
        """After a fork only the parent sends; what a child logs goes into the same spool."""
        self._stepping = threading.Lock()
        self._sender = None
        if self._writer is not None:
            self._writer.after_fork()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self.end_with(error)
        return isinstance(error, StopRequested)  # the block ends; what stands after it goes on

    @harmless
    def end_with(self, error: BaseException | None) -> None:
        """Finish as a program ends: well, by a person's wish, or by an error."""
        if error is None or (isinstance(error, SystemExit) and error.code in (None, 0)):
            self.finish()
        elif isinstance(error, KeyboardInterrupt):
            self.log_text("Stopped by hand.", "warning")
            self.finish("cancelled")
        else:
            last = "".join(traceback.format_exception_only(error)).strip()
            self.log_text(last, "error")
            self.finish("failed", last)


def _now() -> str:
    return datetime.now(UTC).isoformat()
