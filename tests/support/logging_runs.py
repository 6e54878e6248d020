"""Logging drawn runs to a platform: by the Python client in a program of its own, or over HTTP."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from app.cli.accounts import ACCOUNTS
from app.cli.common import call_module
from app.supervisor.child import ROOT
from harness.platform import Platform
from tests.support.logged_runs import LoggedRun

PROGRAM = """
import json, sys, roundhouse
for told in json.load(sys.stdin):
    run = roundhouse.init(told["name"], params=told["params"], tags=told["tags"],
                          training_mode=told["mode"], visibility="team")
    for name, goal in told["goals"].items():
        run.define_metric(name, goal)
    for batch in told["batches"]:
        steps = {step for points in batch.values() for step, _ in points}
        for step in steps:
            run.log({name: float("nan") if value is None else value
                     for name, points in batch.items() for at, value in points if at == step}, step)
    if told["said"]:
        run.log_result(**told["said"])
    for one in told["evaluations"]:
        run.log_evaluation(one["round"], {k: v for k, v in one.items() if k != "round"})
    run.finish("completed" if told["status"] == "in_progress" else told["status"])
    print(run.id)
"""


def log_by_client(platform: Platform, told: Sequence[LoggedRun], folder: Path) -> None:
    """Log runs by a program with the Python client, and give them their ids."""
    arguments = ["token", "create", "--name", "script", "--scopes", "read,write", "--json"]
    token = json.loads(call_module(ACCOUNTS, arguments, platform.settings))["token"]
    names = ("name", "mode", "params", "tags", "goals", "batches", "evaluations", "status", "said")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "ROUNDHOUSE_URL": platform.url,
        "ROUNDHOUSE_TOKEN": token,
        "ROUNDHOUSE_DIR": str(folder),
        "ROUNDHOUSE_QUIET": "1",
    }
    ids = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps([{name: getattr(run, name) for name in names} for run in told]),
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    for run, run_id in zip(told, ids, strict=True):
        run.id = int(run_id)
        run.status = "completed" if run.status == "in_progress" else run.status


def log_by_http(platform: Platform, run: LoggedRun) -> None:
    """Log a run over the HTTP routes, and give it its id."""
    assert run.start is not None
    assert run.end is not None
    body = {"name": run.name, "training_mode": run.mode, "params": run.params, "tags": run.tags}
    body |= {"visibility": "team", "heartbeat_seconds": None, "start_time": run.start.isoformat()}
    run.id = platform.call("POST", "/api/runs", json=body)["id"]
    path = f"/api/runs/{run.id}"
    for number, batch in enumerate(run.batches):
        series = [
            {"name": name, "steps": [s for s, _ in points], "values": [v for _, v in points]}
            for name, points in batch.items()
        ]
        platform.call("POST", f"{path}/series", json={"batch_id": f"{number}", "series": series})
    if run.goals:
        platform.call("PUT", f"{path}/metric-definitions", json={"definitions": run.goals})
    if run.evaluations:
        told = {"evaluations": run.evaluations}
        platform.call("POST", f"{path}/server-evaluations", json=told)
    if run.said is not None:
        platform.call("PATCH", path, json={"result": run.said})
    if run.status != "in_progress":
        end = {"status": run.status, "end_time": run.end.isoformat()}
        platform.call("PATCH", path, json=end)
