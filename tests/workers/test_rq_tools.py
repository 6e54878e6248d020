"""Who knows RQ looks into our queues with the tools of RQ: they open, list and count."""

import pytest
import rq_dashboard
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from rq.cli import main as rq_command

from app.db.doorbell import Dispatch
from app.jobs.dispatch import Dispatcher
from harness.eventually import eventually
from tests.support.databases import ON_ONE_DATABASE

pytestmark = ON_ONE_DATABASE


@pytest.fixture
def waiting(redis) -> list[int]:
    """Three calls that nobody takes."""
    for number in (41, 42, 43):
        call = Dispatch(queue="train", job_id=number, dispatch_id=f"call-{number}")
        Dispatcher(redis).dispatch(call)
    return [41, 42, 43]


@pytest.fixture
def dashboard(settings) -> FlaskClient:
    app = Flask("dashboard")
    app.config["RQ_DASHBOARD_REDIS_URL"] = settings.redis_url
    rq_dashboard.web.setup_rq_connection(app)
    app.register_blueprint(rq_dashboard.blueprint)
    return app.test_client()


def rq_info(settings) -> str:
    shown = CliRunner().invoke(rq_command, ["info", "--raw", "--url", settings.redis_url])
    assert shown.exit_code == 0, shown.output
    return shown.output


def test_rq_info_counts_the_calls_that_wait(settings, waiting) -> None:
    assert "queue train 3" in rq_info(settings)


def test_rq_info_knows_a_worker_and_its_queue_before_the_first_call(settings, toy_worker) -> None:
    toy_worker()
    eventually(lambda: "queue io 0" in rq_info(settings))
    assert "idle io" in rq_info(settings)


def test_rq_dashboard_lists_queues_and_the_calls_that_wait(dashboard, waiting) -> None:
    (queue,) = dashboard.get("/0/data/queues.json").json["queues"]
    assert (queue["name"], queue["count"]) == ("train", 3)
    calls = dashboard.get("/0/data/jobs/train/queued/8/asc/1.json").json["jobs"]
    assert [one["description"] for one in calls] == [
        f"workers.runtime.perform({number})" for number in waiting
    ]


@pytest.mark.parametrize("page", ["queues", "jobs", "workers", "job/call-41"])
def test_the_pages_of_rq_dashboard_open(dashboard, waiting, page: str) -> None:
    assert dashboard.get(f"/0/view/{page}", follow_redirects=True).status_code == 200


def test_what_rq_dashboard_would_queue_again_it_does_not_find(dashboard, waiting, redis) -> None:
    dashboard.post("/requeue/train")
    assert dashboard.get("/0/data/jobs/train/failed/8/asc/1.json").json["jobs"] == []
    assert redis.llen("rq:queue:train") == 3
