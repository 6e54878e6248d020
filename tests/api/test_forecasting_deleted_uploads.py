"""Uploads on their way to a session that is deleted: they end with it."""

from sqlalchemy import func, select

from app.models.upload import StoredUpload, UploadPart
from services.forecasting.topics import subject_of
from tests.factories.callers import Caller
from tests.factories.chunks import BASE, LOAD, begun, cut, send_chunk
from tests.factories.uploads import begin, patch
from tests.support.databases import ON_ONE_DATABASE

pytestmark = ON_ONE_DATABASE


async def test_a_deleted_session_ends_its_uploads_and_no_other(member: Caller) -> None:
    gone, stays = await begun(member), await begun(member)
    number = (await member.get(f"{BASE}/sessions/{gone}"))["session"]["id"]
    await send_chunk(member, gone, cut(LOAD, 2), 0)
    await send_chunk(member, stays, cut(LOAD, 2), 0)
    by_tus = await begin(
        member, 100, f"{BASE}/tus", sessionId=gone, fileType="input", bezeichnung="By tus"
    )
    of_page = await begin(member, 100, purpose=subject_of(number))
    other = await begin(member, 100)

    deleted = await member.call("DELETE", f"{BASE}/sessions/{gone}")
    assert deleted.status_code == 200
    assert (await patch(member, by_tus, 0, b"x" * 50)).status_code == 404
    assert (await patch(member, of_page, 0, b"x" * 50)).status_code == 404
    assert (await patch(member, other, 0, b"x" * 50)).status_code == 204
    with member.database.read() as session:
        uploads = session.scalar(select(func.count()).select_from(StoredUpload))
        parts = session.scalar(select(func.count()).select_from(UploadPart))
    assert (uploads, parts) == (2, 1)
