"""The tus sequences of the given cases, played against the application."""

import pytest
from sqlalchemy import select

from app.models.upload import FINAL, FINISHED, PARTIAL, StoredUpload
from tests.factories.upload_cases import CASES, Player
from tests.support.databases import ON_ONE_DATABASE

SEQUENCES = [one for one in CASES["sequences"] if one["protocol"] == "tus"]


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda one: one["name"])
@ON_ONE_DATABASE
async def test_a_given_sequence_of_tus(member, colleague, expire, sequence):
    player = Player(member, colleague, expire)
    for step in sequence["steps"]:
        await player.play(step)
    with member.database.read() as session:
        there = session.scalars(select(StoredUpload)).all()
    stored = [
        {
            "type": row.details["fileType"],
            "fileName": row.filename,
            "label": row.details["bezeichnung"],
            "length": row.length,
            "sha256": row.sha256,
        }
        for row in there
        if row.state == FINISHED and row.concat in (None, FINAL) and row.concat != PARTIAL
    ]
    allowed = sequence["final"].get("files_allowed", [])
    assert [one for one in stored if one["fileName"] not in allowed] == sequence["final"]["files"]


def test_no_sequence_is_left_out():
    assert len(SEQUENCES) == 14
