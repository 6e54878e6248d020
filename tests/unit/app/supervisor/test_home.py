"""The list of processes in the home."""

from pathlib import Path

from structlog.testing import capture_logs

from app.supervisor.home import Home


def test_a_list_that_cannot_be_written_is_said_once_and_once_when_it_can_again(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path)
    in_its_way = tmp_path / "supervisor.draft"
    in_its_way.mkdir()
    with capture_logs() as lines:
        for _ in range(3):
            home.write("http://127.0.0.1:1", [])
        in_its_way.rmdir()
        for _ in range(2):
            home.write("http://127.0.0.1:1", [])
    assert [line["event"] for line in lines] == [
        "the list of processes cannot be written",
        "the list of processes can be written again",
    ]
    assert home.read()["url"] == "http://127.0.0.1:1"
