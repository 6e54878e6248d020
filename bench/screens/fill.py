"""What the pictures show: people, datasets, runs, a study, a federation, sessions, benchmarks."""

import math
import random
from typing import Any

from bench.screens.benchmarks import fill_benchmarks
from bench.screens.sessions import fill_sessions
from harness.archives import csv_bytes, image_rows, image_zip
from harness.eventually import eventually
from harness.platform import Platform

STUDY_SECONDS = 240.0
LONG = {"local_epochs": 30, "batch_size": 8, "num_clients": 4}
# No client can be ready in time, so that a failed run is to be seen.
HOPELESS = {"num_clients": 3, "quorum": 3, "round_deadline_seconds": 0.001}


def fill(platform: Platform, model_address: str) -> dict[str, Any]:
    """Bring data and people, train, and ask the model; return what the addresses of pages name."""
    for role in ("member", "viewer"):
        platform.add_person(role)
    _upload(platform, "table", "ward.csv", _table(), "Blood values of one ward")
    _upload(platform, "images", "scans.zip", image_zip(image_rows(24)), "Small scans")
    shown = _presets(platform) | fill_sessions(platform)
    _keep_weights(platform, shown["finished"])
    shown |= {"study": _study(platform), "logged": _log(platform)}
    shown["federation"] = _federation(platform)
    shown["schedule"] = _schedules(platform)
    failing = platform.start_run("A deadline that nobody can meet", config=HOPELESS)
    platform.wait_for_run(failing, "failed")
    return shown | fill_benchmarks(platform, model_address)


def start_moving(platform: Platform) -> int:
    """Start a run that is under way for as long as pictures are taken."""
    return platform.start_run(
        "Four sites, many rounds", num_server_rounds=120, visibility="team", config=LONG
    )


def _schedules(platform: Platform) -> int:
    """Make two schedules, one of which has failed once; return that one."""
    last = 0
    for name, cron, more in (
        ("Digits by night", "0 2 * * *", {"epochs": 2}),
        ("Ward before the round", "30 6 * * 1-5", HOPELESS),
    ):
        mode = "federated" if more is HOPELESS else "centralized"
        body = {
            "kind": "training.run",
            "name": name,
            "params": {"dataset": "digits", "mode": mode, "config": more},
            "cron": cron,
            "timezone": "Europe/Berlin",
            "visibility": "team",
            "max_attempts": 1,
        }
        last = platform.call("POST", "/api/scheduler/schedules", json=body)["id"]
        run_now = platform.call("POST", f"/api/scheduler/schedules/{last}/run-now", json={})
        eventually(lambda of=run_now["status_url"]: _is_over(platform, of), seconds=STUDY_SECONDS)
    return last


def _is_over(platform: Platform, status_url: str) -> bool:
    state = platform.call("GET", status_url)["execution"]["state"]
    return state in ("succeeded", "failed")


def _presets(platform: Platform) -> dict[str, Any]:
    """Train what the form offers; return the runs of the demo."""
    presets = platform.call("GET", "/api/experiments/schema")["presets"]
    runs = {preset["name"]: _start(platform, preset) for preset in presets}
    for run_id in runs.values():
        platform.wait_for_run(run_id)
    return {"finished": runs["demo_federated"], "central": runs["demo_central"]}


def _study(platform: Platform) -> int:
    """Compare the ways to train two sites, over three seeds."""
    config = {"num_clients": 2, "num_rounds": 3, "local_epochs": 2}
    request = {"name": "Is it worth it?", "dataset": "breast_cancer", "seeds": 3, "config": config}
    study = int(platform.call("POST", "/api/studies", json=request)["id"])

    def is_over() -> bool:
        trainings = platform.call("GET", f"/api/studies/{study}")["trainings"]
        return all(one["status"] in ("completed", "failed") for one in trainings)

    eventually(is_over, STUDY_SECONDS)
    return study


def _federation(platform: Platform) -> int:
    """Make a federation with two sites that are invited."""
    request = {"name": "Northern hospitals", "host": "127.0.0.1", "visibility": "team"}
    federation = int(platform.call("POST", "/api/federations", json=request)["id"])
    for name in ("City hospital", "Harbour clinic"):
        platform.call("POST", f"/api/federations/{federation}/sites", json={"name": name})
    return federation


def _log(platform: Platform) -> int:
    """Log a run of an external program: a noisy curve with one spike and a gap."""
    draw = random.Random(7)
    loss = [math.exp(-step / 600) + draw.gauss(0, 0.04) for step in range(3_000)]
    loss[1_700] = 2.5
    recall = [round(1 - math.exp(-step / 8), 4) for step in range(30)]
    series = [
        {"name": "train/loss", "steps": list(range(3_000)), "values": loss},
        {"name": "val/recall", "steps": list(range(0, 3_000, 100)), "values": [*recall]},
    ]
    request = {"name": "Chest X-rays, another crop", "params": {"lr": 0.01, "optimizer": "adamw"}}
    request |= {"tags": {"site": "north"}, "visibility": "team", "heartbeat_seconds": None}
    run_id = int(platform.call("POST", "/api/runs", json=request)["id"])
    batch = {"batch_id": "all", "series": series}
    platform.call("POST", f"/api/runs/{run_id}/series", json=batch)
    done = {"status": "completed", "notes": "The **spike** at step 1,700 is one corrupt image."}
    platform.call("PATCH", f"/api/runs/{run_id}", json=done)
    return run_id


def _start(platform: Platform, preset: dict[str, Any]) -> int:
    request = {"dataset": preset["dataset"], "config": preset["config"], "visibility": "team"}
    return platform.start_run(preset["title"], mode=preset["mode"], **request)


def _upload(platform: Platform, kind: str, file: str, content: bytes, name: str) -> None:
    fields = {"kind": kind, "name": name}
    platform.call("POST", "/api/datasets", data=fields, files={"file": (file, content)})


def _keep_weights(platform: Platform, run_id: int) -> None:
    """Upload the weights of a run, as a person does who got them from elsewhere."""
    files = platform.call("GET", f"/api/runs/{run_id}/artifacts")["items"]
    model = next(one for one in files if one["name"].endswith("model.safetensors"))
    path = f"/api/runs/{run_id}/artifacts/{model['id']}/download"
    content = platform.http.get(path, follow_redirects=True).content
    file = {"file": ("five hospitals.safetensors", content)}
    platform.call("POST", "/api/weights", files=file)


def _table() -> bytes:
    draw = random.Random(5)
    rows = [
        {"iron": f"{draw.gauss(90, 20):.1f}", "age": draw.randint(18, 90), "Target": word}
        for word in ("healthy", "healthy", "deficient") * 40
    ]
    return csv_bytes(rows)
