"""tus 1.0 as the protocol has it: every answer that a client may get."""

import hashlib

from tests.factories.uploads import BYTES, TUS, begin, metadata, offset_of, patch, send

DATA = bytes(range(256)) * 40


async def test_a_file_in_three_pieces_is_the_file(member):
    path = await begin(member, len(DATA))
    assert await offset_of(member, path) == 0
    for start, end in ((0, 5000), (5000, 5001), (5001, len(DATA))):
        answer = await patch(member, path, start, DATA[start:end])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(end))
    shown = await member.get(path)
    assert shown["state"] == "finished"
    assert shown["sha256"] == hashlib.sha256(DATA).hexdigest()
    assert (member.resources.settings.home / "uploads").stat().st_mode & 0o777 == 0o700
