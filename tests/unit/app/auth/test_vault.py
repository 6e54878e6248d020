"""What is sealed for a row is read for that row alone, with the same secret."""

from pathlib import Path

import pytest

from app.auth.vault import SecretUnreadable, Vault

VALUES = {"address": "https://hooks.example.org/x", "secret": None}


def test_values_come_back_for_the_row_that_they_were_sealed_for(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "some.secret", b"one purpose")
    kept = vault.seal(7, VALUES)
    assert "hooks" not in kept
    assert vault.unseal(7, kept) == VALUES


@pytest.mark.parametrize(("row_id", "purpose"), [(8, b"one purpose"), (7, b"another")])
def test_another_row_or_another_purpose_reads_nothing(
    tmp_path: Path, row_id: int, purpose: bytes
) -> None:
    kept = Vault(tmp_path / "some.secret", b"one purpose").seal(7, VALUES)
    with pytest.raises(SecretUnreadable):
        Vault(tmp_path / "some.secret", purpose).unseal(row_id, kept)
