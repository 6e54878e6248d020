"""Forecasting sessions for the pictures: one that is trained, one that asks, one just begun."""

import uuid
from typing import Any

from harness.eventually import eventually
from harness.platform import Platform

BASE = "/api/training"
TRAINING_SECONDS = 300.0
DENSE = {"MODE": "Dense", "LAY": 2, "N": 64, "EP": 40}
AMBIGUOUS = "Date;kW\n" + "".join(
    f"0{day}/02/2024 {hour:02}:00;{abs(12 - hour) * 1.5 + day}\n"
    for day in range(1, 10)
    for hour in range(24)
)


def fill_sessions(platform: Platform) -> dict[str, Any]:
    """Create the sessions; return the one that shows every step, and the run of a network."""
    _create(platform, "District heating, winter")
    _ask(platform)
    made = _sample(platform)
    path = f"{BASE}/train-models/{made['sessionId']}"
    models = [model for model in made["models"] if model["MODE"] != "Dense"]
    body = {"models": [*models, DENSE], "training_split": made["training_split"]}
    runs = platform.call("POST", path, json=body)["run_ids"]
    for run_id in runs:
        eventually(lambda run=run_id: platform.run(run)["status"] == "completed", TRAINING_SECONDS)
    return {"session": made["sessionId"], "network": runs[-1]}


def _sample(platform: Platform) -> dict[str, Any]:
    body = {"sample": "load", "sessionName": "North grid load"}
    made: dict[str, Any] = platform.call("POST", f"{BASE}/sessions/sample", json=body)
    return made


def _create(platform: Platform, name: str) -> str:
    wire_id = f"session_{uuid.uuid4()}"
    body = {"sessionId": wire_id, "sessionName": name}
    platform.call("POST", f"{BASE}/sessions", json=body)
    return wire_id


def _ask(platform: Platform) -> None:
    """Bring a file whose dates can be read in two ways."""
    fields = {"sessionId": _create(platform, "Roof of the town hall"), "type": "output"}
    fields |= {"bezeichnung": "Solar power"}
    file = {"file": ("roof.csv", AMBIGUOUS.encode())}
    platform.call("POST", f"{BASE}/csv-files", data=fields, files=file)
