"""The secret that keys of models are encrypted with."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.models.benchmark import BenchmarkModel
from services.benchmarks.models.secret import SECRET_FILE, KeyVault


def test_whoever_comes_first_makes_the_one_secret(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda word: KeyVault(tmp_path).encrypt(word), "abcdefgh"))
    for token, word in zip(made, "abcdefgh", strict=True):
        assert KeyVault(tmp_path).key_of(BenchmarkModel(key_encrypted=token)) == word
    assert [one.name for one in tmp_path.iterdir()] == [SECRET_FILE]


def test_the_same_key_is_never_encrypted_alike(tmp_path: Path):
    vault = KeyVault(tmp_path)
    assert vault.encrypt("a key") != vault.encrypt("a key")
    assert vault.key_of(BenchmarkModel(key_encrypted=None)) is None
