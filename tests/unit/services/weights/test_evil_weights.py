"""Files that are no weights are refused by name, before anything in them is used."""

import pickle
from pathlib import Path

import pytest

from harness.archives import zip_bytes
from services.weights.errors import WeightsRefused
from services.weights.header import MAX_HEADER, MAX_TENSORS, read_summary
from tests.factories.tensors import raw_file, tensor, weights_file

EVIL = {
    "nothing": (b"", "0 bytes"),
    "text": (b"hello, I am a model", "no safetensors file"),
    "pickle": (pickle.dumps({"weight": [1.0]}), "pickle"),
    "zip": (zip_bytes({"archive/data.pkl": b"x"}), "zip archive"),
    "truncated": (weights_file()[:-1], "damaged"),
    "more than it says": (weights_file() + b"x", "damaged"),
    "only a header's length": (weights_file()[:8], "8 bytes"),
    "no JSON": (raw_file(b'{"a": '), "damaged"),
    "a header too long": (raw_file(b"{" + b" " * MAX_HEADER), "at most"),
    "a length beyond everything": (b"\xff" * 8 + b"{}", "header has"),
    "an offset outside": (raw_file({"a": tensor(0, 800, 200)}, b"x" * 8), "damaged"),
    "offsets backwards": (raw_file({"a": tensor(8, 0, 2)}, b"x" * 8), "damaged"),
    "a gap": (raw_file({"a": tensor(4, 8, 1)}, b"x" * 8), "damaged"),
    "a shape that does not fit": (raw_file({"a": tensor(0, 8, 3)}, b"x" * 8), "damaged"),
    "a shape that overflows": (raw_file({"a": tensor(0, 4, 2**62, 2**62)}, b"x" * 4), "damaged"),
    "a negative shape": (raw_file({"a": tensor(0, 4, -1)}, b"x" * 4), "damaged"),
    "an unknown type": (raw_file({"a": tensor(0, 4, 1, dtype="OBJ")}, b"x" * 4), "damaged"),
    "a type that is no number": (
        raw_file({"a": tensor(0, 2, 2, dtype="BOOL")}, b"xx"),
        "'a' is of the type BOOL",
    ),
    "overlapping": (
        raw_file({"a": tensor(0, 8, 2), "b": tensor(4, 12, 2)}, b"x" * 12),
        "damaged",
    ),
    "no tensors": (raw_file({}), "holds 0 tensors"),
    "too many tensors": (
        raw_file({str(i): tensor(0, 0, 0) for i in range(MAX_TENSORS + 1)}),
        "holds 10001 tensors",
    ),
}


@pytest.mark.parametrize("what", EVIL)
def test_a_file_that_is_no_whole_weights_is_refused(what: str, tmp_path: Path) -> None:
    content, said = EVIL[what]
    path = tmp_path / "evil.safetensors"
    path.write_bytes(content)
    with pytest.raises(WeightsRefused, match=said) as refused:
        read_summary(path)
    assert refused.value.errors == {"file": [refused.value.detail]}


def test_a_refused_pickle_says_how_to_save_instead(tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    path.write_bytes(pickle.dumps([1]))
    with pytest.raises(WeightsRefused, match=r"safetensors\.torch\.save_file"):
        read_summary(path)


def test_every_number_of_every_tensor_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "good.safetensors"
    path.write_bytes(weights_file(a=(2, 3), b=(4,), c=()))
    summary = read_summary(path)
    assert (summary.num_tensors, summary.num_parameters) == (3, 11)
