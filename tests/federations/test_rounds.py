"""Rounds over a real SuperLink with three real SuperNodes, each in its own data folder."""

from dataclasses import replace
from typing import Any

import pytest

from app.models.run import Run
from services.datasets.types import TrainingData
from services.federations.engine.train import SitesEngine
from services.federations.participants import participants_of_run
from services.runs.domain.settings import FEDERATED
from services.runs.fakes import MemoryRecorder
from services.runs.ports import TrainingResult
from tests.factories import training
from tests.factories.across_sites import AcrossSites, shared_out, until
from tests.federations.conftest import NAMES, SETTINGS


def train(
    across: AcrossSites, data: TrainingData, recorder: MemoryRecorder | None = None, **settings: Any
) -> tuple[TrainingResult, MemoryRecorder]:
    recorder = recorder or MemoryRecorder()
    resume = settings.pop("resume", None)
    held, _ = shared_out(data, SETTINGS)
    work = training.task(FEDERATED, held, {**SETTINGS, **settings}, resume=resume)
    participants = participants_of_run(across.database, across.settings.home, across.run().id)
    return SitesEngine(participants).train(work, recorder), recorder


def test_across_sites_the_numbers_are_those_of_one_process(across, data):
    result, recorder = train(across, data)
    expected, alone = training.train(FEDERATED, data, **SETTINGS)
    assert result.status == "completed"
    assert recorder.series("global_loss") == pytest.approx(alone.series("global_loss"), rel=1e-6)
    assert result.test_metrics == pytest.approx(expected.test_metrics, rel=1e-6)
