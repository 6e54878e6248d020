"""Commits of unknown outcome while a worker makes files: no row without its object."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from app.jobs.engine import JobEngine
from app.resources import Resources
from services.benchmarks.analysis_jobs.start import request_analysis
from services.benchmarks.analysis_jobs.types import EXPORT, AnalysisRequest
from services.benchmarks.exports.forms import FORMS
from services.domains import OBSERVERS, kept_objects
from services.forecasting.datasets.start import start_datasets
from tests.factories.benchmarks import performed, start
from tests.factories.databases import AnswerlessDatabase
from tests.factories.datasets import claimed, work_on
from tests.factories.people import make_actor
from tests.factories.sessions import make_session
from workers.attempt import Attempt
from workers.benchmarks import analyze

HOURS = 24 * 8
Work = Callable[[Attempt, Resources], None]
Next = Callable[[], tuple[int, Work]]
"""Queues one more job; returns its number and what a worker does."""


def samples(resources: Resources, folder: Path) -> Next:
    """Cut the samples of a session."""
    actor = make_actor(resources.database)

    def queue() -> tuple[int, Work]:
        wire_id = make_session(resources, actor, folder, HOURS)
        started = start_datasets(resources.database, actor, wire_id)
        return started.job_id, lambda attempt, own: work_on(own, attempt)

    return queue


def export(resources: Resources, _folder: Path) -> Next:
    """Write files of a benchmark run, each in another form."""
    actor, forms = make_actor(resources.database), iter(FORMS)
    run_id = start(resources, actor)
    performed(resources, run_id)

    def queue() -> tuple[int, Work]:
        request = AnalysisRequest(type=EXPORT, format=next(forms))
        answer = request_analysis(resources.database, actor, str(run_id), request)
        return answer["task_id"], analyze

    return queue


@pytest.mark.parametrize("kind", [samples, export])
def test_work_whose_last_commits_were_made_after_all_has_its_objects(
    kind: Callable[[Resources, Path], Next], resources: Resources, tmp_path: Path
) -> None:
    queue = kind(resources, tmp_path)
    commits = worked(resources, queue())
    before = named(resources)
    for number in (commits - 1, commits):
        with suppress(OperationalError):
            worked(resources, queue(), number)
        assert named(resources) <= {entry.key for entry in resources.store.list()}, number
    assert before < named(resources)  # the last commit did name what was made


def worked(resources: Resources, job: tuple[int, Work], number: int = 10**6) -> int:
    """Do the job; nobody hears of its commit of this ``number``. Return how many it made."""
    job_id, work = job
    database = AnswerlessDatabase(resources.database, number)
    claim = claimed(resources, job_id).claim
    jobs = JobEngine(database, OBSERVERS, 9.0)
    work(Attempt(jobs, claim), replace(resources, database=database, jobs=jobs))
    return database.commits


def named(resources: Resources) -> set[str]:
    with resources.database.read() as session:
        return kept_objects(session)
