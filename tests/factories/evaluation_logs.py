"""Logs of evaluations as Inspect and lm-eval write them, small, and with whatever is to be odd."""

import json
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from harness.archives import zip_bytes

CASES = Path(__file__).parents[1] / "cases" / "evaluations"
DEFLATED, ZSTD = 8, 93


def sample(identity: int | str = "a", epoch: int = 1, value: Any = "C", **more: Any) -> Any:
    """Return a sample with one score."""
    scores = {"match": {"value": value, "answer": "red"}}
    return {"id": identity, "epoch": epoch, "input": "?", "target": "red", "scores": scores, **more}


def header(*, accuracy: Any = 1.0, stderr: Any = 0.0, **more: Any) -> dict[str, Any]:
    """Return the header of a log with one scorer."""
    metrics = {
        "accuracy": {"name": "accuracy", "value": accuracy},
        "stderr": {"name": "stderr", "value": stderr},
    }
    spec = {"task": "colours", "model": "fixture/parrot", "dataset": {}, "config": {}}
    stats = {"started_at": "2026-01-02T03:04:05+00:00", "completed_at": "2026-01-02T03:04:15+00:00"}
    score = {"name": "match", "scorer": "match", "metrics": metrics}
    results = {"scores": [score]}
    log = {"version": 2, "status": "success", "eval": spec, "results": results, "stats": stats}
    return {**log, **more}


def eval_log(head: Any, *samples: Any, method: int = DEFLATED, **members: Any) -> bytes:
    """Return an ``.eval``: header, samples and further members by name; None leaves the header."""
    named = {f"samples/{one['id']}_epoch_{one['epoch']}.json": one for one in samples}
    files = {**named, **members, **({} if head is None else {"header.json": head})}
    content = {name: json.dumps(value).encode() for name, value in files.items()}
    return zip_bytes(content) if method == DEFLATED else zstd_zip(content)


def zstd_zip(members: Mapping[str, bytes], **lies: int) -> bytes:
    """Return a zip whose members are packed with Zstandard, which zipfile cannot write.

    ``lies`` replaces what is said of each member: ``size`` unpacked in bytes, ``crc``.
    """
    body, directory = b"", b""
    for name, data in members.items():
        packed = pa.compress(data, codec="zstd", asbytes=True)
        crc, size = lies.get("crc", zlib.crc32(data)), lies.get("size", len(data))
        encoded = name.encode()
        facts = struct.pack(
            "<HHHHHIIIHH", 20, 0x800, ZSTD, 0, 33, crc, len(packed), size, len(encoded), 0
        )
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + facts
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + encoded
        body += b"PK\x03\x04" + facts + encoded + packed
    count = len(members)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def results(**more: Any) -> dict[str, Any]:
    """Return a results file of lm-eval with one task of two samples."""
    row = {"alias": "sky", "acc,none": 0.5, "acc_stderr,none": 0.5}
    return {
        "results": {"sky": row},
        "group_subtasks": {"sky": []},
        "higher_is_better": {"sky": {"acc": True}},
        "n-samples": {"sky": {"original": 2, "effective": 2}},
        "config": {"model": "dummy", "model_args": "pretrained=fixture/parrot"},
        "model_name": "fixture/parrot",
        "date": 1_767_323_045.5,
        **more,
    }


def line(document: int, value: Any = 1.0, **more: Any) -> dict[str, Any]:
    """Return a line of the samples of a task."""
    given = {"doc_id": document, "filter": "none", "metrics": ["acc"], "acc": value}
    return {**given, "target": "0", "filtered_resps": ["0"], **more}


def lm_eval_zip(given: Any, samples: Mapping[str, list[Any]]) -> bytes:
    """Return a zip of a results file and the samples of tasks, as they lie in a folder."""
    time = "2026-01-02T03-04-05.678"
    files = {f"out/results_{time}.json": json.dumps(given)}
    for task, lines in samples.items():
        files[f"out/samples_{task}_{time}.jsonl"] = "\n".join(map(json.dumps, lines))
    return zip_bytes({name: text.encode() for name, text in files.items()})
