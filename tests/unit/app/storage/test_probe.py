from pathlib import Path

import pytest

from app.storage import LocalStore, StorageUnavailable
from app.storage.probe import INTERVAL_SECONDS, KEY, StorageProbe


class Clock:
    """A clock that a test puts forward."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """Return the time of this clock."""
        return self.seconds


def break_store(folder: Path) -> None:
    """Put a file where the folder of a store was."""
    folder.rmdir()
    folder.write_text("no folder")


def test_a_store_that_takes_bytes_is_left_as_it_was(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "objects")
    StorageProbe(Clock()).check(store)
    assert not list(store.list())
    assert not store.exists(KEY)


def test_a_refusal_is_repeated_until_the_next_probe_and_ends_with_it(tmp_path: Path) -> None:
    folder, clock = tmp_path / "objects", Clock()
    store, probe = LocalStore(folder), StorageProbe(clock)
    break_store(folder)
    with pytest.raises(StorageUnavailable, match="took nothing: Not a directory"):
        probe.check(store)
    folder.unlink()
    with pytest.raises(StorageUnavailable):
        probe.check(store)
    clock.seconds += INTERVAL_SECONDS
    probe.check(store)


def test_many_who_ask_write_once(tmp_path: Path) -> None:
    folder, clock = tmp_path / "objects", Clock()
    store, probe = LocalStore(folder), StorageProbe(clock)
    probe.check(store)
    break_store(folder)
    clock.seconds += INTERVAL_SECONDS - 0.1
    probe.check(store)
