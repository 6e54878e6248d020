"""The predictions for single test rows that a run keeps, and the hash of its test rows."""

import json

import numpy as np
import pytest
import torch

from services.runs import predictions as files
from services.runs.training.config.field_spec import CENTRALIZED
from services.runs.training.data.split import hash_of_rows
from services.runs.training.engine.learning import learner_for
from services.runs.training.engine.predictions import predictions_file
from services.runs.training.engine.preparation import prepare
from services.runs.training.fakes import MemoryRecorder
from services.statistics.row_errors import row_errors
from tests.factories.training import QUICK, centralised, federated, table, task

SPELLED = {"f1_score": "f1"}


def kept(result):
    return files.from_parquet(result.files[files.FILE])


@pytest.mark.parametrize("train", [centralised, federated])
def test_the_kept_predictions_say_what_the_test_said(train):
    result, _ = train()
    of = kept(result)
    assert of.rows.tolist() == json.loads(result.files["split.json"])["test"]
    assert of.targets.tolist() == table().y[of.rows].tolist()
    for metric in ("accuracy", "auroc", "f1_score", "recall", "precision", "loss"):
        measured = result.test_metrics[SPELLED.get(metric, metric)]
        assert row_errors(metric, of).value == pytest.approx(measured, abs=1e-6)


def test_rows_of_one_patient_are_one_unit():
    of = kept(centralised()[0])
    _, patients = np.unique(table().patients, return_inverse=True)
    assert of.units.tolist() == patients[of.rows].tolist()


def test_all_arms_of_a_seed_say_that_they_are_tested_on_the_same_rows():
    runs = [centralised(), federated(), centralised(only_client="client_1")]
    hashes = {json.loads(r.files["manifest.json"])["test_rows_sha256"] for r, _ in runs}
    other = json.loads(centralised(seed=99)[0].files["manifest.json"])["test_rows_sha256"]
    assert len(hashes) == 1
    assert other not in hashes


def test_the_hash_of_rows_knows_the_data_and_no_order():
    rows = np.array([3, 1, 2])
    assert hash_of_rows("a", rows) == hash_of_rows("a", np.sort(rows))
    assert hash_of_rows("a", rows) != hash_of_rows("b", rows)
    assert hash_of_rows("a", rows[:0]) is None


def test_too_many_predictions_are_not_kept_and_the_log_says_so():
    asked = task(CENTRALIZED, table(), QUICK)
    prepared = prepare(asked.data, asked.config, CENTRALIZED, torch.device("cpu"))
    learner, recorder = learner_for(asked.config, prepared, None), MemoryRecorder()
    measured = learner.evaluate(torch.from_numpy(prepared.split.test), lambda: None)
    assert predictions_file(asked, recorder, learner, measured, max_values=10) == {}
    ((level, message),) = recorder.lines
    assert (level, "are not kept" in message, "at most 10" in message) == ("warning", True, True)
    assert list(predictions_file(asked, recorder, learner, measured)) == [files.FILE]
    assert predictions_file(asked, recorder, learner, None) == {}
