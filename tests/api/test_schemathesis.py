"""Made-up requests against every route: no server error, and no answer its schema forbids."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.db.doorbell import NullDoorbell
from app.resources import Resources, open_resources
from app.settings import Settings
from services.benchmarks.builtin_rows import ensure_builtin_benchmarks
from services.datasets.builtin_rows import ensure_builtin_datasets
from services.domains import OBSERVERS
from tests.factories.alive import all_alive
from tests.factories.callers import Caller
from tests.factories.runs import add_client, make_job, make_known_centralized, make_known_federated
from tests.factories.session_rows import make_session_row
from tests.support.depth import deep, examples
from wsgi import create_web

pytestmark = pytest.mark.full

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]
FORMS = ["csv", "json", "summary", "parquet", "html", "cvs"]
EXAMPLES = {"viewer": 1, "member": 2, "stranger": 1, "admin": 3}  # an admin may delete: the last
# each reads a file in a process of its own
SLOW = {"/api/training/sessions/sample", "/api/training/csv-files"}
PATIENCE_SECONDS = 120  # a busy machine is no fault
STORIES = {"viewer": 5, "member": 15, "admin": 10}
FUZZ = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def resources(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, redis_socket: Path
) -> Iterator[Resources]:
    """Open resources that all made-up requests share."""
    home = tmp_path_factory.mktemp("home")
    shutil.copy(sqlite_template, home / "roundhouse.db")
    environment = {
        "ROUNDHOUSE_HOME": str(home),
        "REDIS_URL": f"unix://{redis_socket}?db=0",
        "ROUNDHOUSE_TRUSTED_HOSTS": "testserver",
    }
    opened = open_resources(Settings.from_env(environment), OBSERVERS, doorbell=NullDoorbell())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def world(resources: Resources) -> tuple[Any, dict[str, Caller]]:
    """The description of the application, and people who see a run of each mode."""
    app = create_web(resources)
    ensure_builtin_datasets(resources.database)
    ensure_builtin_benchmarks(resources.database)
    people = {role: Caller(app, resources, role) for role in ("viewer", "member", "admin")}
    owner, database = people["member"].id, resources.database
    make_job(database, make_known_centralized(database, owner, visibility="team"), "failed")
    federated = make_known_federated(database, owner, visibility="team")
    all_alive(resources, lasting=timedelta(hours=1))
    add_client(resources.database, federated, "site-1", rounds={1: "completed"})
    people["stranger"] = Caller(app, resources, None)
    return schemathesis.openapi.from_asgi("/api/openapi.json", app), people


def fuzz(operation: Any, headers: dict[str, str], many: int, names: dict[str, str]) -> None:
    """Send what the description allows and what it forbids, to things that exist half of the time.

    ``names`` are those of things that have other names than 1 and 2, by parameter.
    """

    right = operation.as_strategy()
    wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @settings(FUZZ, max_examples=many)
    @given(
        case=right | wrong,
        known=st.sampled_from(["1", "2", None]),
        form=st.sampled_from(FORMS),
    )
    def send(case: Any, known: str | None, form: str) -> None:
        if known is not None:
            parameters = dict.fromkeys(case.path_parameters or {}, known)
            case.path_parameters = {name: names.get(name, known) for name in parameters}
            if isinstance(case.body, dict) and "sessionId" in case.body:
                case.body["sessionId"] = names["session_id"]
            if "format" in case.path_parameters:
                case.path_parameters["format"] = form
        case.call_and_validate(headers=headers, checks=CHECKS, timeout=PATIENCE_SECONDS)

    send()


@pytest.mark.parametrize("who", EXAMPLES)
def test_no_request_breaks_the_server_or_its_promises(
    world: tuple[Any, dict[str, Caller]], resources: Resources, who: str
) -> None:
    schema, people = world
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) > 40
    for place, operation in enumerate(operations):
        if not deep((place + list(EXAMPLES).index(who)) % 2 == 0, True):
            continue  # by day two of the four in each operation, at night all of them
        session_id, file_id = make_session_row(resources, people["member"].id, "team")
        names = {"session_id": session_id, "file_id": file_id}  # an operation may delete them
        many = 1 if operation.path in SLOW else examples(EXAMPLES[who])
        fuzz(operation, people[who].headers, many, names)


@pytest.mark.parametrize("who", STORIES)
def test_no_story_of_requests_breaks_the_server_or_its_promises(
    world: tuple[Any, dict[str, Caller]], who: str
) -> None:
    """Follow what answers lead to: what was made is read, changed and taken away."""
    schema, people = world
    machine = schema.as_state_machine()
    assert schema.operations_with_incoming_links()
    failures: list[BaseException] = []

    class Story(machine):
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": people[who].headers}

        def validate_response(self, response: Any, case: Any, **more: Any) -> None:
            try:
                case.validate_response(response, checks=CHECKS)
            except (Failure, FailureGroup) as failure:
                failures.append(failure)
                raise

    profile = settings(FUZZ, max_examples=examples(STORIES[who]), stateful_step_count=8)
    with suppress(Flaky):  # the machine learns which links lead on: no story repeats exactly
        run_state_machine_as_test(Story, settings=profile)
    assert not failures
