"""Saved models: damaged, foreign and dangerous files are refused."""

import json
import pickle
import zipfile

import pytest

from services.forecasting.engine import fit, load
from services.forecasting.models.errors import UnreadableModel
from services.forecasting.models.families import read_settings
from tests.factories.forecasting import blocks, context


@pytest.fixture
def folder(tmp_path):
    fit(read_settings({"MODE": "SVR_dir", "KERNEL": "linear"}), blocks(40), context()).save(
        tmp_path
    )
    return tmp_path


class Attack:
    def __reduce__(self):
        return (exec, ("raise SystemExit('code ran')",))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("name", ["svr-0000.skops", "model.json"])
def test_a_foreign_pickle_is_refused_without_opening_it(folder, name, protocol):
    (folder / name).write_bytes(pickle.dumps(Attack(), protocol))
    with pytest.raises(UnreadableModel, match=r"is a pickle|first bytes"):
        load(folder)


def test_a_damaged_file_is_named(folder):
    path = folder / "model.onnx"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(UnreadableModel, match=r"model\.onnx is damaged"):
        load(folder)


def test_a_missing_file_is_named(folder):
    (folder / "svr-0000.skops").unlink()
    with pytest.raises(UnreadableModel, match=r"svr-0000\.skops is missing"):
        load(folder)


def change(folder, **values):
    path = folder / "model.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"format": "other"}, "not of the format"),
        ({"kind": "other"}, "unknown kind"),
        ({"files": {"../model.json": "0"}}, "no name of a model's file"),
        ({"files": {"model.sh": "0"}}, "missing"),
        ({"shape": {}}, "does not describe a model"),
        ({"history": {"odd": 1}}, "does not describe a model"),
        ({"files": {}}, "no file svr-0000"),
    ],
)
def test_a_document_that_is_not_ours_is_refused(folder, values, message):
    change(folder, **values)
    with pytest.raises(UnreadableModel, match=message):
        load(folder)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(UnreadableModel, match=r"no readable model\.json"):
        load(tmp_path)


def test_a_skops_file_with_a_foreign_type_is_refused(folder):
    path = folder / "svr-0000.skops"
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    schema = files["schema.json"].decode().replace('"sklearn.svm._classes"', '"subprocess"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**files, "schema.json": schema.encode()}.items():
            archive.writestr(name, content)
    from services.engine_kit.serialization import sha256

    listed = json.loads((folder / "model.json").read_text())["files"]
    change(folder, files={**listed, "svr-0000.skops": sha256(path.read_bytes())})
    with pytest.raises(UnreadableModel, match="not scikit-learn's own"):
        load(folder)
