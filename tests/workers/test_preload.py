"""A training worker's parent has the heavy libraries in memory, and has not computed with them."""

import subprocess
import sys

import pytest

LOOK = """
import sys, threading
from workers.queues import preload
preload({queue!r})
print(sorted({{"torch", "torch._dynamo", "flwr", "sklearn"}} & set(sys.modules)), threading.active_count())
"""


def loaded_by(queue: str) -> str:
    command = [sys.executable, "-c", LOOK.format(queue=queue)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.full
def test_the_parent_of_a_training_worker_imports_what_every_training_needs() -> None:
    assert loaded_by("train") == "['flwr', 'sklearn', 'torch', 'torch._dynamo'] 1"


def test_the_parents_of_other_workers_stay_small() -> None:
    assert loaded_by("io") == "[] 1"


@pytest.mark.full
def test_a_job_that_builds_datasets_imports_no_engine() -> None:
    """Its worker has none loaded, so each of its work-horses would import it anew."""
    code = "import sys, workers.forecasting_datasets; print({'torch', 'scipy'} & set(sys.modules))"
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "set()\n"
