"""A real disk that is full: a small one is mounted where uploads lie (needs the right to mount)."""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.resources import Resources
from tests.factories.callers import Caller
from tests.factories.uploads import begin, offset_of, patch
from tests.support.databases import ON_ONE_DATABASE
from tests.support.small_disks import mounted

ROOM = 4 << 20


@pytest.fixture
def small_disk(resources: Resources) -> Iterator[Path]:
    """Mount 4 MiB on the folder of uploads."""
    with mounted(resources.settings.home / "uploads", ROOM) as folder:
        yield folder


@ON_ONE_DATABASE
async def test_a_full_disk_is_507_and_goes_on_when_there_is_room(
    member: Caller, small_disk: Path
) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(2 << 20))
    data = random.randbytes(3 << 20)
    path = await begin(member, len(data))
    answer = await patch(member, path, 0, data)
    assert (answer.status_code, answer.body["code"]) == (507, "disk_full")
    at = await offset_of(member, path)
    assert 0 < at <= 2 << 20
    assert (await patch(member, path, at, data[at:])).status_code == 507
    ballast.unlink()
    at = await offset_of(member, path)
    assert (await patch(member, path, at, data[at:])).status_code == 204
    assert (await member.get(path))["sha256"] == hashlib.sha256(data).hexdigest()
