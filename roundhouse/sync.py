"""Sending spools that were written while the platform was away, or by a program that died."""

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import BinaryIO

from roundhouse.api import Api
from roundhouse.delivery import Delivery
from roundhouse.errors import Refused, Unreachable
from roundhouse.spool import LINES, Record, SpoolReader, open_lock

KILLED = "The program ended without a word: it was killed, or its machine went down."
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
ReportProgress = Callable[[int, int], None]


def sync(reader: SpoolReader, api: Api, report: ReportProgress) -> Delivery:
    """Send what the platform does not have yet and report (bytes sent, bytes in all) as it goes.

    A run whose program died is ended as failed. Raises InUse while a program writes the spool,
    Unreachable when the platform stays away, Refused when it will not have the run.
    """
    lock = open_lock(reader.folder)
    try:
        return _sync(reader, api, report)
    finally:
        if lock is not None:
            os.close(lock)


def _sync(reader: SpoolReader, api: Api, report: ReportProgress) -> Delivery:
    known = reader.state.get("url", api.url)
    if known != api.url:
        raise Refused(f"this run was begun at {known}: send the rest there", final=True)
    delivery = Delivery(reader, api)
    if not delivery.is_done:
        _end_if_killed(reader)
    again = True
    while again and not delivery.is_done:
        again = _patiently(delivery.send_part)
        report(reader.sent, reader.size)
    return delivery


def _patiently(send: Callable[[], bool]) -> bool:
    for pause in PAUSES:
        try:
            return send()
        except Unreachable as fault:
            time.sleep(max(pause, fault.wait))
    return send()


def _end_if_killed(reader: SpoolReader) -> None:
    """Write the end that the program could not write: nobody else will any more."""
    last: Record = {}
    for _, record in reader.records():
        last = record or last
    if last.get("kind") == "end":
        return
    with (reader.folder / LINES).open("r+b") as file:
        ended_at = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
        body = {"status": "failed", "reason": KILLED, "end_time": ended_at.isoformat()}
        is_torn = _last_byte(file) not in (b"", b"\n")
        file.seek(0, os.SEEK_END)
        line = json.dumps({"kind": "end", "body": body}).encode()
        file.write((b"\n" if is_torn else b"") + line + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _last_byte(file: BinaryIO) -> bytes:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - 1, 0))
    return file.read(1)
