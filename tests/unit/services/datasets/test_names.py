"""What people may call their things."""

import pytest

from app.errors import Invalid
from services.datasets.names import checked_name, name_of_file

PERSIAN, SCIENTIST = "می\u200cخواهم", "👩\u200d🔬 run"


@pytest.mark.parametrize("name", [PERSIAN, SCIENTIST, "דגם", "x" * 200])
def test_a_name_may_be_of_any_script_and_of_joined_signs(name: str) -> None:
    assert checked_name(f"  {name}\n") == name


@pytest.mark.parametrize("name", ["", " \u200d \u200c", "\u3164", "a\u202eb", "a\x00b", "x" * 201])
def test_a_name_that_shows_nothing_or_turns_text_around_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match="printable characters"):
        checked_name(name)


def test_a_file_gives_its_name_unless_that_shows_nothing() -> None:
    assert name_of_file(f"../{PERSIAN}.csv", "Imported") == PERSIAN
    assert name_of_file("\u200d.csv", "Imported") == "Imported"
