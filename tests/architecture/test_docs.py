"""The documentation says what the code does, and its links lead somewhere."""

import re

import pytest

from app.settings_help import CLIENT_NAMES, RETIRED, describe
from docs.generate import FILES, PARTS, filled
from docs.typescript import typescript
from tests.architecture.sources import ROOT, named, tracked

LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
VARIABLE = re.compile(r"\bROUNDHOUSE_[A-Z_]+\b")


def pages():
    return [path for path in tracked() if path.suffix == ".md"]


@pytest.mark.parametrize("path", sorted(PARTS))
def test_what_the_code_writes_is_what_the_page_says(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    assert text == filled(text, PARTS[path]), "run: python -m docs.generate"


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_file_that_the_code_writes_is_the_one_in_the_tree(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    assert text == FILES[path](), "run: python -m docs.generate"


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        (int, "number"),
        (float | None, "number | null"),
        (list[str], "string[]"),
        (dict[str, float | None], "Record<string, number | null>"),
    ],
)
def test_types_of_events_are_those_of_the_pages(annotation, said):
    assert typescript(annotation) == said


def test_a_type_without_a_counterpart_is_an_error():
    with pytest.raises(TypeError, match="no counterpart"):
        typescript(bytes)


def test_a_page_without_its_marks_is_an_error():
    with pytest.raises(ValueError, match="stands 0 times"):
        filled("no marks", ("settings",))


def test_every_link_leads_to_a_file():
    links = [(path, link) for path in pages() for link in LINK.findall(path.read_text("utf-8"))]
    assert len(links) > 30
    assert [(named(path), link) for path, link in links if not (path.parent / link).exists()] == []


def test_every_variable_that_a_page_names_exists():
    known = {name for name, _, _ in describe()} | CLIENT_NAMES | set(RETIRED)
    told = {(named(p), name) for p in pages() for name in VARIABLE.findall(p.read_text("utf-8"))}
    assert {(page, name) for page, name in told if name not in known} == set()


def test_every_decision_is_in_the_list_of_decisions():
    index = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    numbered = sorted(path.name for path in (ROOT / "docs" / "adr").glob("0*.md"))
    assert re.findall(r"\((0\d+-[\w-]+\.md)\)", index) == numbered


def test_every_answer_to_where_something_is_leads_to_a_file():
    guide = (ROOT / "docs/how-to/develop.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| .*\? \| `([^`]+)` \|$", guide, re.MULTILINE)
    assert len(rows) >= 18
    assert [one for one in rows if "<" not in one and not (ROOT / one).exists()] == []


def test_every_answer_to_where_something_is_names_a_file_that_is_there():
    guide = (ROOT / "docs/how-to/develop.md").read_text(encoding="utf-8")
    section = guide.partition("## Where is")[2].partition("\n## ")[0]
    answers = re.findall(r"\| `([^`]+)` \|", section)
    assert len(answers) >= 18
    assert [one for one in answers if not list(ROOT.glob(one.replace("<domain>", "*")))] == []
