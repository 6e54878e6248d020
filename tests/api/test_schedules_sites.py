"""Schedules that visit a page: a failed visit is tried again, an unchanged page is a success."""

import asyncio
from typing import Any

import pytest

from app.jobs import states
from app.models.job import Job
from services.scheduler.codes.errors import AttemptFailed
from services.scheduler.dispatch.tick import tick
from services.scheduler.executions.perform import WorkParts, perform_execution
from services.scheduler.topics import execution_id_of
from services.sites.perform import perform_analysis
from tests.factories.callers import Caller
from tests.factories.datasets import claimed
from tests.factories.schedules import RUNS, URL, end_job, later, make_due, open_job
from tests.support.databases import ON_ONE_DATABASE
from tests.support.web_sites import WebWorld, no_model, served

PAGE = "<html lang=en><title>Shop</title><h1>H</h1><p>" + "word " * 60
EACH_MINUTE = {"kind": "site.analyse", "name": "Shop", "cron": "* * * * *", "catch_up": "one"}


def visiting(**params: Any) -> dict[str, Any]:
    return EACH_MINUTE | {"params": {"url": "http://shop.example/"} | params}


def perform(resources, job: Job, world: WebWorld) -> None:
    """Do the job of an attempt as a worker does, in a world of our own."""
    parts = WorkParts(resources.database, resources.store, resources.settings)

    def call(_function, context, params):
        return perform_analysis(context, params, summarise=no_model, ports=world.ports())

    perform_execution(execution_id_of(job.subject), claimed(resources, job.id), parts, call)


async def test_a_visit_that_fails_is_tried_again_and_then_stored(member: Caller, resources) -> None:
    row = await member.post(URL, visiting(), 201)
    make_due(resources, row["id"])
    tick(resources.database)
    first = open_job(resources, row["id"])
    end_job(resources, first, states.FAILED, code="network")
    later(resources, 130)  # the kind waits 120 seconds
    second = open_job(resources, row["id"])
    with served(WebWorld({"shop.example": {"/": {"text": PAGE}}})) as world:
        await asyncio.to_thread(perform, resources, second, world)
    (execution,) = (await member.get(f"{RUNS}?schedule_id={row['id']}&state=succeeded"))["items"]
    number = execution["result"]["analysis_id"]
    assert execution["result"]["outcome"] == "analysed"
    shown = await member.get(f"/api/site-analyses/{number}")
    assert shown["analysis"]["facts"]["title"] == "Shop"


async def test_what_forbids_a_visit_is_the_code_of_the_attempt(member: Caller, resources) -> None:
    row = await member.post(URL, visiting(), 201)
    make_due(resources, row["id"])
    tick(resources.database)
    closed = {"/robots.txt": {"text": "User-agent: *\nDisallow: /"}}
    with (
        served(WebWorld({"shop.example": closed})) as world,
        pytest.raises(AttemptFailed) as refused,
    ):
        await asyncio.to_thread(perform, resources, open_job(resources, row["id"]), world)
    assert refused.value.code == "forbidden"


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"url": "http://169.254.169.254/"}, "url"),
        ({"url": "shop.example"}, "url"),
        ({"site_kind": "mine"}, "site_kind"),
        ({"max_links": 1000}, "max_links"),
        ({"owner_id": 1}, "owner_id"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
async def test_wrong_parameters_are_refused_by_name(
    member: Caller, params: dict[str, Any], field: str
) -> None:
    refused = await member.post(URL, visiting(**params), 422)
    assert list(refused["errors"]) == [f"params.{field}"]
