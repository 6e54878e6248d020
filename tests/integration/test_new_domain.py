"""A domain that the platform has never seen: its folders are all that it needs."""

import re
from functools import partial

import pytest

import tests.toy_domain.blueprints as toy_blueprints
import tests.toy_domain.services as toy_services
from app.auth.actor import SYSTEM
from app.auth.flags import place_of
from app.current_work import current_work
from app.domains import Upkeep
from app.errors import NotFound
from app.events.log import read_page
from app.factory import create_app
from app.http.gate import install_gate, open_gate
from app.resources import open_resources
from app.settings import Settings
from blueprints import routes_in
from services.domains import SEARCH, domains_in
from services.flags.read import list_flags
from services.flags.update import brake, change_flag
from services.lookup.find import Lookup, look_up
from services.tracking.catalogue import Catalogue
from tests.architecture.sources import ROOT
from tests.factories.callers import Caller
from tests.toy_domain.models import ToyBase
from workers.attempt import Attempt
from workers.queues import loading

(BELLS,) = domains_in(toy_services)
(JOB,) = BELLS.jobs
FLAGS = {one.name: one for one in BELLS.flags}
BLUEPRINTS, ACCESS = routes_in(toy_blueprints)


@pytest.fixture
def bells(settings: Settings, redis, doorbell):
    opened = open_resources(settings, {JOB.name: JOB.observer}, doorbell=doorbell)
    ToyBase.metadata.create_all(opened.database.engine)
    yield opened
    opened.close()


@pytest.fixture
def app(bells):
    app = create_app(bells, BLUEPRINTS, [BELLS])
    install_gate(app, open_gate(bells.settings, bells.database, ACCESS, BELLS.topics))
    return app


async def test_its_resource_its_job_its_event_and_its_topic_work(bells, app):
    owner, stranger = Caller(app, bells, "member"), Caller(app, bells, "member")
    made = await owner.post("/api/bells", {"name": "big"}, 201)
    claim = bells.jobs.claim(1, "a worker")
    bells.jobs.start(claim)
    loading(JOB.handler)(Attempt(bells.jobs, claim), bells)

    assert await owner.get(f"/api/bells/{made['id']}") == made | {"strikes": 1}
    await stranger.get(f"/api/bells/{made['id']}", 404)
    with bells.database.read() as session:
        page = read_page(session, f"bell:{made['id']}", 0)
    assert [(one["type"], one["data"]) for one in page.events] == [("bell_rang", {"strikes": 1})]
    gate = app.extensions["gate"].sockets
    gate.require_topic(owner.actor, f"bell:{made['id']}")
    with pytest.raises(NotFound):
        gate.require_topic(stranger.actor, f"bell:{made['id']}")


async def test_it_is_switched_off_for_a_share_of_the_people_at_once(bells, app):
    people = [Caller(app, bells, "member") for _ in range(20)]
    admin = Caller(app, bells, "admin")
    switch = partial(change_flag, bells.database, admin.actor, FLAGS, "bells", reason="slow")
    for percent in (0, 60, 100):
        switch(percent=percent)
        having = [place_of("bells", one.id) < percent for one in people]
        answers = [await one.call("GET", "/api/bells/1") for one in people]
        details = [one.body["detail"] != "There is nothing here." for one in answers]
        assert (details, {one.status_code for one in answers}) == (having, {404})


def test_a_brake_stops_a_roll_out_and_nothing_else(bells):
    for percent, braked in ((0, False), (25, True), (100, False)):
        change_flag(bells.database, SYSTEM, FLAGS, "bells", percent=percent, reason="try")
        with bells.database.write() as unit:
            assert brake(unit, "bells", "12 % of the executions failed.") is braked
        (state,) = list_flags(bells.database, FLAGS)
        assert state.percent == (0 if braked else percent)
        assert (state.reason == "try") is not braked


async def test_its_work_is_shown_with_its_name_to_those_who_may_see_it(bells, app):
    owner, stranger = Caller(app, bells, "member"), Caller(app, bells, "member")
    await owner.post("/api/bells", {"name": "big"}, 201)
    bells.jobs.start(bells.jobs.claim(1, "a worker"))
    subjects = {JOB.name: JOB.subject}
    (own,) = current_work(bells.database, owner.actor, subjects)
    (others,) = current_work(bells.database, stranger.actor, subjects)
    assert (own.name, own.subject, others.name, others.subject) == ("big", "bell:1", None, None)


def test_its_periodic_task_runs_on_what_the_clock_hands_over(bells, tmp_path):
    (task,) = BELLS.tasks
    upkeep = Upkeep(
        database=bells.database,
        store=bells.store,
        folder=tmp_path,
        minutes=bells.minutes,
        settings=bells.settings,
    )
    assert task.run(upkeep) == 0


async def test_its_pages_are_served(bells, app):
    visitor = Caller(app, bells, "member")
    answers = [await visitor.call("GET", path) for path in ("/bells", "/bells/7", "/gongs")]
    assert [one.status_code for one in answers] == [200, 200, 404]


async def test_the_palette_finds_its_things_for_those_who_may_see_them(bells, app):
    owner, stranger = Caller(app, bells, "member"), Caller(app, bells, "member")
    bell = await owner.post("/api/bells", {"name": "big"}, 201)
    kinds = (*SEARCH, *BELLS.search)
    for text in ("big", "glocke", str(bell["id"])):
        lookup = Lookup(q=text, limit=5)
        (match,) = look_up(bells.database, owner.actor, lookup, kinds)
        assert (match.kind, match.id, match.name, match.status) == ("bell", bell["id"], "big", None)
        assert look_up(bells.database, stranger.actor, lookup, kinds) == []


def test_its_metric_has_a_direction_under_every_usual_name():
    catalogue = Catalogue(lambda: [BELLS])
    rows = [catalogue.metric_of(name) for name in ("val_cents_off", "test/detuning")]
    assert [(row.name, row.goal, row.unit) for row in rows] == [("detuning", "min", "ct")] * 2


def test_the_guide_names_at_most_eight_files_outside_the_folders_of_a_new_domain():
    guide = (ROOT / "docs/how-to/develop.md").read_text(encoding="utf-8")
    section = guide.partition("## To add a domain")[2].partition("\n## ")[0]
    outside = re.findall(r"^\d+\. `([^`]+)`", section, re.MULTILINE)
    assert 1 <= len(outside) <= 8
    assert [one for one in outside if not (ROOT / one).exists()] == []
