"""A scheduled session over the real processes: a killed trainer costs nothing and doubles nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from harness.eventually import PATIENCE_SECONDS, eventually
from harness.platform import Platform, running_platform

pytestmark = pytest.mark.full
SCHEDULES, EXECUTIONS = "/api/scheduler/schedules", "/api/scheduler/runs"
LONG = {"MODE": "Dense", "LAY": 1, "N": 16, "EP": 120}


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with running_platform(train_workers=1) as running:
        running.http.timeout = PATIENCE_SECONDS  # a sample is read by five processes
        yield running


def execution(platform: Platform, schedule_id: int) -> dict[str, Any]:
    query = {"schedule_id": schedule_id}
    (row,) = platform.call("GET", EXECUTIONS, params=query)["items"]
    return row


def test_a_trainer_that_is_killed_trains_on_and_the_forecast_comes(platform: Platform) -> None:
    made = platform.call("POST", "/api/training/sessions/sample", json={"sample": "load"})
    params = {"session_id": made["sessionId"], "models": [{"MODE": "LIN"}, LONG]}
    body = {"kind": "forecasting.session", "name": "Load", "params": params, "cron": "0 2 1 1 *"}
    schedule_id = platform.call("POST", SCHEDULES, json=body)["id"]
    platform.call("POST", f"{SCHEDULES}/{schedule_id}/run-now", json={})

    def second_run() -> int | None:
        result = execution(platform, schedule_id)["result"] or {}
        runs = result.get("runs", [])
        return runs[1] if len(runs) == 2 else None

    run_id = eventually(second_run, 500)
    eventually(lambda: platform.run(run_id)["status"] == "in_progress", 500)
    platform.kill("worker-train")
    ended = eventually(
        lambda: (
            (row := execution(platform, schedule_id))["state"] in ("succeeded", "failed") and row
        ),
        500,
    )
    result = ended["result"]
    assert (ended["state"], ended["attempt"], len(result["runs"])) == ("succeeded", 1, 2)
    assert {platform.run(one)["status"] for one in result["runs"]} == {"completed"}
    assert result["best_run_id"] in result["runs"]
    assert result["forecast"]["values"] > 0
    models = platform.call("GET", f"/api/training/sessions/{made['sessionId']}/models")["models"]
    assert [one["run_id"] for one in models] == result["runs"]
