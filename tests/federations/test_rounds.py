"""Rounds over a real SuperLink with three real SuperNodes, each in its own data folder.

The tests go on from one another's processes: what they kill they start again or leave for last.
"""

import json
import time
from importlib.metadata import version
from typing import Any

import pytest

from harness.eventually import eventually
from services.datasets.types import NO_DATA, TrainingData
from services.engine_kit.errors import TrainingFailedError
from services.federations.engine import grid_transport, patient_link
from services.federations.engine.train import SitesEngine
from services.federations.enrol import revoke_site
from services.federations.participants import participants_of_run
from services.runs.federated.domain.pooling import HELD_OUT, SITE_VALIDATION
from services.runs.training.config.field_spec import FEDERATED
from services.runs.training.fakes import MemoryRecorder
from services.runs.training.ports import TrainingResult
from tests.factories import training
from tests.factories.across_sites import AcrossSites, shared_out
from tests.federations.conftest import NAMES, SETTINGS

# a dozen interpreters begin with the first test, and on a busy machine each takes a minute
pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]
PATIENCE, DEADLINE = 120.0, 600.0  # seconds: no test waits for them
ONCE = {"evaluated_on": SITE_VALIDATION, "num_rounds": 1}


def train(
    across: AcrossSites, data: TrainingData, recorder: MemoryRecorder | None = None, **settings: Any
) -> tuple[TrainingResult, MemoryRecorder]:
    recorder = recorder or MemoryRecorder()
    resume = settings.pop("resume", None)
    held, _ = shared_out(data, SETTINGS)
    on = settings.pop("evaluated_on", HELD_OUT)
    here = held if on == HELD_OUT else NO_DATA
    config = {**SETTINGS, **settings}
    work = training.task(FEDERATED, here, config, resume=resume, evaluated_on=on)
    participants = participants_of_run(across.database, across.settings.home, across.run().id)
    return SitesEngine(participants, PATIENCE).train(work, recorder), recorder


class Once:
    """Does something once, in the middle of a round, when the training asks whether to stop."""

    def __init__(self, number: int, act: Any) -> None:
        self.number, self.act, self.done = number, act, False

    def __call__(self, recorder: MemoryRecorder) -> bool:
        if not self.done and len(recorder.begun) >= self.number:
            self.done = True
            self.act()
        return False


class Clock:
    """The module ``time`` as a part of the engine sees it, which the test puts forward."""

    def __init__(self, patch: pytest.MonkeyPatch, module: Any) -> None:
        self.ahead = self.step = 0.0  # seconds: so far, and more with each look
        patch.setattr(module, "time", self)

    def monotonic(self) -> float:
        self.ahead += self.step
        return time.monotonic() + self.ahead

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def statuses(recorder: MemoryRecorder, number: int) -> dict[str, str]:
    return {part.client: part.status for part in recorder.clients if part.round == number}


def test_across_sites_the_numbers_are_those_of_one_process(across, data):
    result, recorder = train(across, data)
    expected, alone = training.train(FEDERATED, data, **SETTINGS)
    assert result.status == "completed"
    assert recorder.series("global_loss") == pytest.approx(alone.series("global_loss"), rel=1e-6)
    assert result.test_metrics == pytest.approx(expected.test_metrics, rel=1e-6)
    assert {part.client for part in recorder.clients} == set(NAMES)
    assert all(part.training_seconds is not None for part in recorder.clients)
    assert_certificate_is_that_of_one_process(result, expected)


def assert_certificate_is_that_of_one_process(
    result: TrainingResult, expected: TrainingResult
) -> None:
    """Each site counted its own rows; the sums are those that one place counts of all rows."""
    made, whole = (
        json.loads(one.files["manifest.json"])["certificate"] for one in (result, expected)
    )
    assert (made["ok"], made["unknown"]) == (True, [])
    assert [(one["site"], one["reported"]) for one in made["sites"]] == [
        (name, True) for name in NAMES
    ]
    for key in ("filled", "unseen"):
        assert made[key] == whole[key]
    rows = [[(one["block"], one["rows"]) for one in kept["blocks"]] for kept in (made, whole)]
    assert rows[0] == rows[1]
    fits = [[(one["what"], one["column"], one["rows"]) for one in kept["fits"]]
            for kept in (made, whole)]  # fmt: skip
    assert fits[0] == fits[1]


@pytest.fixture(scope="module")
def measured(across, data) -> tuple[TrainingResult, MemoryRecorder]:
    """A round without data at the server: the sites measure the model."""
    return train(across, data, **ONCE)


def test_without_data_at_the_server_the_sites_measure_the_model_and_a_resume_goes_on(
    across, data, measured
):
    result, recorder = measured
    _, alone = training.train(FEDERATED, data, **{**SETTINGS, "num_rounds": 1})
    for ours, mean in (("global_loss", "clients_val_loss"), ("global_accuracy", "clients_val_acc")):
        expected = alone.series(mean)
        values = {step: value for step, value in recorder.series(ours).items() if step in expected}
        assert values == pytest.approx(expected, rel=1e-6)
    assert [one.round for one in recorder.evaluations] == [0, 1]
    assert {sum(map(sum, one.confusion)) for one in recorder.evaluations} == {
        recorder.evaluations[0].num_samples
    }
    assert (result.test_metrics, result.test_confusion) == ({}, None)
    manifest = json.loads(result.files["manifest.json"])
    assert manifest["evaluated_on"] == SITE_VALIDATION
    assert [site["site"] for site in manifest["sites"]] == list(NAMES)
    (kept,) = [one for one in recorder.checkpoints if one.step == 0]
    again, _ = train(across, data, resume=kept, **ONCE)
    assert again.files["last.safetensors"] == result.files["last.safetensors"]


def test_what_sites_report_is_shown(across):
    sites = {site.name: site for site in across.view().sites}
    assert sites["berlin"].versions["flwr"] == version("flwr")
    assert sites["berlin"].data_check["ok"]
    assert sites["berlin"].data_check["rows"] > 30
    assert sites["berlin"].last_error is None


def test_a_run_resumes_from_its_last_round_after_its_superlink_was_killed(
    across, data, monkeypatch
):
    clock = Clock(monkeypatch, patient_link)

    def kill() -> None:
        across.kill_link()
        clock.step = PATIENCE

    recorder = MemoryRecorder(stop_when=Once(2, kill))
    with pytest.raises(TrainingFailedError, match="has not answered for 120 s"):
        train(across, data, recorder)
    clock.step = 0.0
    (kept,) = [one for one in recorder.checkpoints if one.step == 1]
    across.start_link()
    across.wait_for(*NAMES)
    result, rest = train(across, data, resume=kept)
    uninterrupted, whole = training.train(FEDERATED, data, **SETTINGS)
    assert [round_.number for round_ in rest.begun] == [2]
    assert set(statuses(rest, 2).values()) == {"completed"}, rest.clients
    assert rest.series("global_loss")[2] == pytest.approx(whole.series("global_loss")[2], rel=1e-6)
    assert result.test_metrics == pytest.approx(uninterrupted.test_metrics, rel=1e-6)


def test_a_round_goes_on_by_itself_when_the_superlink_is_back(across, data):
    def restart() -> None:
        across.kill_link()
        across.start_link()

    result, recorder = train(across, data, MemoryRecorder(stop_when=Once(1, restart)), num_rounds=1)
    assert result.status == "completed"
    assert set(statuses(recorder, 1).values()) == {"completed"}


def test_a_run_that_a_person_stops_keeps_the_best_so_far(across, data):
    wish = MemoryRecorder(stop_when=lambda recorder: len(recorder.begun) > 0)
    result, recorder = train(across, data, wish)
    assert (result.status, len(recorder.clients)) == ("cancelled", 0)
    assert "Stopped after round 0" in result.reason
    assert result.files["model.safetensors"]


def test_a_stop_while_the_sites_are_queried_ends_at_once(across, data):
    result, recorder = train(across, data, MemoryRecorder(stop_when=lambda _: True))
    assert (result.status, result.files, recorder.begun) == ("cancelled", {}, [])
    assert "nothing was trained" in result.reason


def test_a_resumed_run_that_is_stopped_while_querying_keeps_the_best_of_before(
    across, data, measured
):
    kept, wish = measured[1].checkpoints[-1], MemoryRecorder(stop_when=lambda _: True)
    result, _ = train(across, data, wish, resume=kept, evaluated_on=SITE_VALIDATION)
    assert (result.status, result.best_step, wish.begun) == ("cancelled", 1, [])
    assert "Stopped after round 1 of 2" in result.reason
    assert result.files["last.safetensors"] == kept.files["weights.safetensors"]


def test_a_killed_site_is_dropped_at_the_deadline_and_the_quorum_completes_the_round(
    across, data, monkeypatch
):
    clock = Clock(monkeypatch, grid_transport)
    kill = Once(1, lambda: across.kill_site("munich"))

    def kill_and_wait_for_the_others(recorder: MemoryRecorder) -> bool:
        done = {part.client for part in recorder.client_rounds if part.status == "completed"}
        if {"berlin", "hamburg"} <= done:
            clock.ahead = DEADLINE
        return kill(recorder)

    result, recorder = train(
        across,
        data,
        MemoryRecorder(stop_when=kill_and_wait_for_the_others),
        num_rounds=1,
        quorum=2,
        round_deadline_seconds=DEADLINE,
    )
    assert result.status == "completed"
    assert statuses(recorder, 1) == {
        "berlin": "completed",
        "hamburg": "completed",
        "munich": "refused",
    }
    (dropped,) = [part for part in recorder.clients if part.client == "munich"]
    assert "600 s of the round" in dropped.reason


def test_a_revoked_site_is_put_out_at_once_and_its_program_says_why(across):
    (site,) = [one for one in across.view().sites if one.name == "hamburg"]
    revoke_site(across.database, across.actor, str(across.number), str(site.id))
    eventually(lambda: across.sites["hamburg"].poll() is not None)
    assert across.sites.pop("hamburg").returncode == 2
    assert "may not take part" in across.said("hamburg")


def test_too_few_sites_fail_with_their_names(across, data):
    eventually(lambda: across.online() == {"berlin"})
    with pytest.raises(TrainingFailedError, match="munich"):
        train(across, data, quorum=2)
