"""Same seed, same numbers; nothing of one run reaches another, the home folder or the network."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.runs.training.config.field_spec import CENTRALIZED, FEDERATED
from tests.factories.training import images, train

ROOT = Path(__file__).parents[2]
SCRIPT = """
import hashlib, json, os, sys
sys.path.insert(0, sys.argv[3])
from tests.factories.training import train
result, _ = train(sys.argv[1], seed=int(sys.argv[2]), **json.loads(sys.argv[4]))
print(json.dumps({
    "sha256": hashlib.sha256(result.files["model.safetensors"]).hexdigest(),
    "libraries": sorted({"lightning", "flwr", "ray", "sklearn", "monai"} & set(sys.modules)),
}))
"""
SETTINGS = {"batch_norm": True, "num_rounds": 5, "epochs": 5}
RUNS = [(FEDERATED, 1), (CENTRALIZED, 1)]  # tests/workers trains two federations at once


@dataclass
class Child:
    """A training in a process of its own, with a home and a working folder of its own."""

    folder: Path
    process: subprocess.Popen
    said: dict


@pytest.fixture(scope="module")
def children(tmp_path_factory):
    """A training of each mode at once, each in its own process."""
    running = {run: started(*run, tmp_path_factory.mktemp("child")) for run in RUNS}
    for child in running.values():
        child.said = json.loads(child.process.communicate()[0])
    return running


def started(mode, seed, folder):
    arguments = [mode, str(seed), str(ROOT), json.dumps(SETTINGS)]
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1", "HOME": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )
    return Child(folder, process, {})


@pytest.mark.parametrize("mode", [CENTRALIZED, FEDERATED])
def test_the_same_seed_gives_the_same_bits(mode):
    first, second = (train(mode, images(90), augmentation_strength=1.0)[0] for _ in range(2))
    assert first.files["last.safetensors"] == second.files["last.safetensors"]
    assert first.test_metrics == second.test_metrics


@pytest.mark.parametrize("mode", [CENTRALIZED, FEDERATED])
def test_another_seed_gives_other_weights(mode):
    assert (
        train(mode, seed=1)[0].files["model.safetensors"]
        != train(mode, seed=2)[0].files["model.safetensors"]
    )


@pytest.mark.full
@pytest.mark.parametrize(("mode", "seed"), RUNS)
def test_runs_at_once_do_not_disturb_each_other(children, mode, seed):
    alone, _ = train(mode, seed=seed, **SETTINGS)
    digest = hashlib.sha256(alone.files["model.safetensors"]).hexdigest()
    assert children[mode, seed].said["sha256"] == digest


@pytest.mark.full
@pytest.mark.parametrize(("mode", "library"), [(FEDERATED, "flwr"), (CENTRALIZED, "lightning")])
def test_each_mode_imports_its_own_library_only(children, mode, library):
    assert children[mode, 1].said["libraries"] == [library]


def test_nothing_is_written_to_the_home_or_the_working_folder(children):
    for child in children.values():
        assert child.process.returncode == 0
        assert list(child.folder.rglob("*")) == []
