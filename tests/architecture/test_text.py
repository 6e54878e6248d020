"""What the text of the repository must not say, whatever the kind of file."""

import re

import pytest

from tests.architecture.sources import ROOT, named, tracked

ENCODED = "tests/cases/training/csv/"  # files as people have them, in many encodings
BINARY = {".png", ".jpg", ".ico", ".woff2", ".zip", ".db", ".eval"}
UNFINISHED = re.compile(r"\b(?:T[O]DO|F[I]XME|X[X]X)\b")
OUR_MACHINES = re.compile(r"(?<![\w.<{])/(?:work|root|home)/\w")
FOREIGN = re.compile(
    r"""(?:https?:)?//(?!www\.w3\.org/|127\.0\.0\.1|localhost|[\w.]*example\.)[\w-]+\.[a-z]{2,}"""
)


def texts():
    plain = [path for path in tracked() if not named(path).startswith(ENCODED)]
    return [path for path in plain if path.suffix not in BINARY and "lock" not in path.name]


def front_end():
    tops = ("static/src/", "static/index.html", "static/public/", "app/", "blueprints/")
    kinds = {".ts", ".svelte", ".css", ".html", ".svg", ".js"}
    return [p for p in tracked() if named(p).startswith(tops) and p.suffix in kinds]


def saying(pattern: re.Pattern[str], paths) -> list[str]:
    return [named(path) for path in paths if pattern.search(path.read_text(encoding="utf-8"))]


def test_nothing_is_left_for_later():
    assert saying(UNFINISHED, texts()) == []


def test_nothing_names_the_machine_it_was_written_on():
    assert saying(OUR_MACHINES, texts()) == []


def test_the_pages_load_nothing_from_elsewhere():
    assert saying(FOREIGN, front_end()) == []


def test_the_built_pages_name_no_script_or_style_from_elsewhere():
    pages = [ROOT / "static" / "index.html", *(ROOT / "static" / "dist").glob("*.html")]
    for page in pages:
        assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", page.read_text())


@pytest.mark.parametrize("text", ["see /wo" + "rk/main", "in /ro" + "ot/x", "TO" + "DO: later"])
def test_the_gates_see_what_they_look_for(text):
    assert OUR_MACHINES.search(text) or UNFINISHED.search(text)


def test_a_foreign_script_would_be_seen():
    assert FOREIGN.search('<script src="https://cdn.jsdelivr.net/x.js">')
    assert FOREIGN.search("url(//fonts.googleapis.com/css)")
    assert not FOREIGN.search('xmlns="http://www.w3.org/2000/svg"')
