"""Model files by their first bytes."""

import bz2
import gzip
import io
import lzma
import pickle
import zlib

import numpy as np
import pytest
from safetensors.numpy import save

from services.forecasting.models.errors import UnreadableModel
from services.forecasting.models.file_kinds import PICKLE, kind_of, require_kind

VALUES = {"coef": [1.0, 2.0], "name": "model"}


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_of_any_binary_protocol_is_known(protocol):
    assert kind_of(pickle.dumps(VALUES, protocol)) == PICKLE


@pytest.mark.parametrize("protocol", [0, 1])
@pytest.mark.parametrize("value", [VALUES, [1], {}, OverflowError("x"), np.float64(1)])
def test_a_pickle_in_text_is_known(value, protocol):
    assert kind_of(pickle.dumps(value, protocol)) == PICKLE


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zlib.compress])
def test_what_joblib_compresses_is_known(pack):
    assert kind_of(pack(pickle.dumps(VALUES))) == PICKLE


def test_a_file_of_torch_is_a_pickle_in_a_zip():
    import torch

    target = io.BytesIO()
    torch.save({"weight": torch.zeros(2)}, target)
    assert kind_of(target.getvalue()) == PICKLE


@pytest.mark.parametrize("columns", [1, 3, 10, 40, 100])
def test_safetensors_are_never_taken_for_a_pickle(columns):
    # the length of the header is the first byte: 0x80 among others
    for extra in range(130):
        content = save({f"w{n}": np.zeros(1) for n in range(columns)}, {"pad": "x" * extra})
        assert kind_of(content) == "safetensors"


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"{}", "json"), (b"tree\nversion=v4", "lightgbm"), (b"\x08\x09", "onnx"), (b"", "unknown"),
     (b"PK\x03\x04" + b"\0" * 26 + b"schema.json", "zip"), (b"\x89HDF\r\n", "unknown")],
)  # fmt: skip
def test_the_other_kinds_are_known(content, kind):
    assert kind_of(content) == kind


def test_a_pickle_is_refused_with_the_reason():
    with pytest.raises(
        UnreadableModel, match=r"model\.json is a pickle: opening it could run code"
    ):
        require_kind("model.json", pickle.dumps(VALUES))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [("model.onnx", b"{}", "is not onnx: its first bytes are those of json"),
     ("model.h5", b"\x89HDF", "not a file of a model: its first bytes are those of no known kind"),
     ("model", b"{}", "is not a file of a model")],
)  # fmt: skip
def test_a_file_that_is_not_what_it_is_called_is_refused(name, content, message):
    with pytest.raises(UnreadableModel, match=message):
        require_kind(name, content)
