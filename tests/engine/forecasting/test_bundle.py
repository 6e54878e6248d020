"""A bundle predicts the same outside of Roundhouse, with its own script and no other code."""

import json
import subprocess
import zipfile

import numpy as np
import pytest

from app.errors import Invalid
from services.engine_kit.serialization import sha256
from services.forecasting.engine import fit
from services.forecasting.engine.bundle import write_bundle
from services.forecasting.engine.ensemble import fit_ensemble
from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.families import MODES, read_settings
from services.forecasting.models.scalings import ColumnScaling
from services.forecasting.prediction.bundle import predict, read_bundle
from tests.factories.forecasting import blocks, context

LOAD = ColumnScaling(name="in0", data_min=0.0, data_max=1195.31)
FLAT = ColumnScaling(name="in1", data_min=7.0, data_max=7.0)
OUT = ColumnScaling(name="out0", data_min=-10.4, data_max=37.0, low=-1.0, minimum=0.0)
SMALL = {"LAY": 1, "N": 4, "EP": 1, "trees": 4, "KERNEL": "rbf"}


def trained(mode, data):
    return fit(read_settings({"MODE": mode, **SMALL}), data, context())


def expected(model, windows):
    """Return the forecast as the platform makes it: scale, predict, scale back, keep bounds."""
    scaled = np.stack([windows[:, :, 0] / 1195.31, np.zeros(windows.shape[:2])], axis=2)
    forecast = model.predict(scaled.astype(np.float32)).astype(float)
    return np.maximum((forecast + 1) / 2 * 47.4 - 10.4, 0.0)


def by_script(python, folder, windows):
    """Run predict.py as a stranger would: from its folder, in a bare environment, on a CSV."""
    lines = "\n".join(",".join(map(repr, row)) for row in windows.reshape(-1, 2).tolist())
    (folder / "windows.csv").write_text(f"in0,in1\n{lines}\n")
    command = [python, "-I", "predict.py", "windows.csv", "forecast.csv"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    header, *rows = (folder / "forecast.csv").read_text().splitlines()
    assert header == "out0"
    return np.array(rows, dtype=float).reshape(len(windows), -1, 1)


def windows(count=5):
    draw = np.random.default_rng(1)
    flat = np.full((count, 8), 7.0)
    return np.stack([draw.uniform(0, 1195, (count, 8)), flat], axis=2)


@pytest.fixture(scope="module")
def models():
    data = blocks(60)
    return {mode: trained(mode, data) for mode in MODES} | {
        "ensemble": fit_ensemble([trained(mode, data) for mode in ("LIN", "LGBMR", "Dense")], data)
    }


@pytest.mark.parametrize("mode", [*MODES, "ensemble"])
def test_the_script_in_the_bundle_says_what_the_platform_says(mode, models, tmp_path, bare_venv):
    bundle = tmp_path / "model.zip"
    manifest = write_bundle(models[mode], bundle, [LOAD, FLAT], [OUT], {"session": "7"})
    folder = tmp_path / "stranger"
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    x = windows()
    forecast = by_script(bare_venv, folder, x)
    np.testing.assert_allclose(forecast, expected(models[mode], x), atol=47.4e-5)
    assert manifest == json.loads((folder / "manifest.json").read_text())


def test_a_window_whose_forecast_overflows_is_refused_by_its_number(models, tmp_path):
    narrow = ColumnScaling(name="in0", data_min=0.0, data_max=1e-9)
    write_bundle(models["LIN"], tmp_path / "model.zip", [narrow, FLAT], [OUT])
    x = windows(2) * 1e-12
    x[1, :, 0] = 1e30
    with pytest.raises(Invalid, match="window 1 is no finite number"):
        predict(read_bundle(tmp_path / "model.zip"), x)


def test_the_manifest_names_every_file_with_its_hash(models, tmp_path):
    bundle = tmp_path / "model.zip"
    manifest = write_bundle(models["ensemble"], bundle, [LOAD, None], [OUT])
    with zipfile.ZipFile(bundle) as archive:
        files = {name: sha256(archive.read(name)) for name in archive.namelist()}
        scalers = json.loads(archive.read("scalers.json"))
    files.pop("manifest.json")
    assert manifest["files"] == files
    assert scalers["inputs"] == [LOAD.as_mapping(), None]
    assert sum(part["weight"] for part in manifest["parts"]) == pytest.approx(1)
    assert manifest["versions"]["numpy"] == np.__version__


def test_equal_models_have_equal_bundles(models, tmp_path):
    paths = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for path in paths:
        write_bundle(models["Dense"], path, [None, None], [None])
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_scalings_of_another_number_are_refused(models, tmp_path):
    with pytest.raises(InvalidModelParams, match=r"inputs is 1.*a list of 2"):
        write_bundle(models["LIN"], tmp_path / "x.zip", [LOAD], [OUT])


def test_the_script_needs_no_line_of_roundhouse_and_is_short(models, tmp_path):
    bundle = tmp_path / "model.zip"
    write_bundle(models["LIN"], bundle, [None, None], [None])
    with zipfile.ZipFile(bundle) as archive:
        script = archive.read("predict.py").decode()
    lines = [line for line in script.split('"""')[2].splitlines() if line.strip()]
    imports = {line.split()[1] for line in lines if line.startswith(("import", "from"))}
    assert imports == {"json", "sys", "pathlib", "numpy", "onnxruntime"}
    assert len(lines) <= 25
