"""A file of series read while it is still being sent, over HTTP."""

import pytest

from services.forecasting.files.early import cut_to_lines
from tests.api.test_forecasting_files import BASE, TEXT
from tests.factories.callers import Caller
from tests.factories.chunks import begun, cut, send_chunk
from tests.factories.uploads import begin, patch
from tests.support.databases import ON_ONE_DATABASE

pytestmark = [ON_ONE_DATABASE, pytest.mark.usefixtures("reads_here")]
DATA = TEXT.encode()


async def early(caller: Caller, upload: str, status: int = 200):
    answer = await caller.call("GET", f"{BASE}/uploads/{upload.rpartition('/')[2]}/reading")
    assert answer.status_code == status, answer.body
    return answer.body


async def test_whole_lines_that_are_here_are_read_and_nothing_is_kept(
    member: Caller, colleague: Caller
) -> None:
    upload = await begin(member, len(DATA))
    waiting = await early(member, upload)
    assert (waiting["status"], waiting["read"], waiting["series"]) == ("waiting", 0, [])
    await patch(member, upload, 0, DATA[:200])
    so_far = await early(member, upload)
    lines = DATA[:200].rpartition(b"\n")[0] + b"\n"
    assert (so_far["received"], so_far["length"], so_far["read"]) == (200, len(DATA), len(lines))
    (series,) = so_far["series"]
    assert series["fields"]["datenpunkte"] == lines.count(b"\n") - 1
    assert (series["fields"]["max"], len(series["fields"]["overview"]["counts"])) == (2.5, 40)
    assert so_far["reading"]["head"][0] == ["2024-01-01T00:00:00Z", 1.5]
    await early(colleague, upload, 404)
    await patch(member, upload, 200, DATA[200:])
    assert (await early(member, upload))["series"][0]["fields"]["datenpunkte"] == 24
    assert (await member.get(f"{BASE}/list-sessions"))["total_count"] == 0


async def test_of_a_file_in_chunks_those_before_the_first_missing_one_are_read(
    member: Caller, colleague: Caller
) -> None:
    session, pieces = await begun(member), cut(DATA, 4)
    upload = (await send_chunk(member, session, pieces, 1))["uploadId"]
    waiting = await early(member, upload)
    assert (waiting["status"], waiting["received"]) == ("waiting", len(pieces[1]))
    await send_chunk(member, session, pieces, 3)
    await send_chunk(member, session, pieces, 0)
    so_far = await early(member, upload)
    lines = (pieces[0] + pieces[1]).rpartition(b"\n")[0] + b"\n"
    assert (so_far["read"], so_far["length"]) == (len(lines), None)
    (series,) = so_far["series"]
    assert series["fields"]["datenpunkte"] == lines.count(b"\n") - 1
    assert len(series["fields"]["overview"]["counts"]) == 40
    await early(colleague, upload, 404)
    whole = await send_chunk(member, session, pieces, 2)
    (series,) = (await early(member, upload))["series"]
    assert whole["complete"]
    assert series["fields"]["datenpunkte"] == 24


async def test_bytes_that_are_no_table_are_refused_and_the_upload_goes_on(member: Caller) -> None:
    upload = await begin(member, 4000)
    await patch(member, upload, 0, b"\0\xff\n" * 500)
    assert (await early(member, upload, 400))["success"] is False
    assert (await patch(member, upload, 1500, b"x" * 100)).status_code == 204


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (b"a;b\n1;2\n3", b"a;b\n1;2\n"),
        ("\ufeffa\n1\n\u0a00".encode("utf-16-le")[:-1], "\ufeffa\n1\n".encode("utf-16-le")),
        ("\ufeffa\n1\n\u0a00b".encode("utf-16-be")[:-1], "\ufeffa\n1\n".encode("utf-16-be")),
    ],
)
def test_a_cut_file_ends_with_its_last_whole_line(tmp_path, data: bytes, kept: bytes) -> None:
    path = tmp_path / "head"
    path.write_bytes(data)
    assert cut_to_lines(path) == len(kept)
    assert path.read_bytes() == kept


def test_without_a_whole_line_nothing_is_read(tmp_path) -> None:
    (tmp_path / "head").write_bytes(b"no line")
    assert cut_to_lines(tmp_path / "head") == 0
