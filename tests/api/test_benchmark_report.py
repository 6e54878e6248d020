"""The report of a run: one page, offline, in both languages, with nothing in it that could run."""

import re
from html.parser import HTMLParser

import pytest

from app.models.benchmark import BenchmarkFailure, BenchmarkModel
from app.models.persona import Persona
from services.benchmarks.simulated import SIMULATED_URL
from tests.factories.benchmarks import RuleAsker, performed, start
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/benchmarks/runs"
HOSTILE = "<script>alert('x')</script>"
VOID = {"meta", "br"}


class Page(HTMLParser):
    """Collects what a page refers to, and whether its elements are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def favours_women(item) -> int | str:
    """Rate women two points better, and refuse two items of one group."""
    if item.persona.religion == "Jews" and item.key.scale_order == "rev":
        return "refusal"
    return favours_women_always(item)


def favours_women_always(item) -> int:
    """Rate women two points better."""
    best = item.persona.gender == "female"
    rating = 4 if (item.trait["valence"] > 0) is best else 2
    return rating if item.key.scale_order == "in" else 6 - rating


@pytest.fixture
def run_id(member, resources) -> int:
    number = start(
        resources, member.actor, personas=24, traits=3, dual_fraction=1.0, name=f"Run {HOSTILE}"
    )
    with resources.database.write() as unit:
        unit.session.query(Persona).update({Persona.occupation: HOSTILE, Persona.name: HOSTILE})
    performed(resources, number, RuleAsker(favours_women))
    with resources.database.write() as unit:
        unit.session.query(BenchmarkFailure).update({BenchmarkFailure.answer_raw: HOSTILE})
    return number


async def page_of(member, run_id: int, language: str = "en") -> str:
    answer = await member.call("GET", f"{BASE}/{run_id}/export/html?language={language}")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    return (await answer.get_data()).decode()


async def test_a_report_says_the_finding_first_and_what_it_rests_on(member, run_id) -> None:
    text = await page_of(member, run_id)
    first = text.index("2.00 points")
    assert first < text.index("What cannot be concluded") < text.index("Groups against")
    shown = await member.get(f"{BASE}/{run_id}")
    for part in (
        shown["manifest_hash"],
        "95 % interval",
        "en-1-a-label",
        "refused to rate",
        "Interface",
        "Exact agreement",
        "order of the scale",
        "24 persons",
    ):
        assert part in text


@ON_ONE_DATABASE
async def test_a_report_refers_to_nothing_outside_and_runs_nothing(member, run_id) -> None:
    text = await page_of(member, run_id)
    page = Page(text)
    assert not page.open
    assert not {"script", "link", "img", "iframe", "object", "form", "a"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert not [name for name, _ in page.attributes if name in ("href", "src", "xlink:href")]
    assert not re.search(r"https?://|url\(|@import", text)
    assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text
    assert HOSTILE not in text
    assert text.count("&lt;script&gt;") >= 3  # the name, a persona, an answer


@ON_ONE_DATABASE
async def test_a_report_is_german_where_german_is_chosen(member, run_id) -> None:
    text = await page_of(member, run_id, "de")
    assert '<html lang="de">' in text
    for part in ("günstiger", "2,00 Punkte", "Was sich nicht schließen lässt", "weiblich",
                 "Bewertung verweigert", "Manifest"):  # fmt: skip
        assert part in text
    assert "What cannot be concluded" not in text
    refused = await member.get(f"{BASE}/{run_id}/export/html?language=fr", 422)
    assert "language" in refused["errors"]


@ON_ONE_DATABASE
async def test_a_card_follows_from_the_manifest_and_the_answers(member, run_id) -> None:
    card = await member.get(f"{BASE}/{run_id}/validity")
    assert card["groups"][0] == "gender"
    assert "migration_status" in card["not_shown"]
    assert {row["category"]: row["n_personas"] for row in card["group_sizes"]["gender"]} == {
        "female": 12,
        "male": 12,
    }
    said = " ".join(card["cannot_be_concluded"])
    assert "migration status" in said  # no prompt shows it
    assert "one paraphrase" in said
    assert "24 failed, 0 not asked" in said
    assert "both orders" not in said  # every item had both
    assert "Christians” (8)" in said  # fewer than ten persons
    german = await member.get(f"{BASE}/{run_id}/validity?language=de")
    assert len(german["cannot_be_concluded"]) == len(card["cannot_be_concluded"])
    assert not set(german["cannot_be_concluded"]) & set(card["cannot_be_concluded"])
    report = await member.get(f"{BASE}/{run_id}/export/json?language=de")
    assert report["validity"] == german
    names = [fact["name"] for fact in german["facts"]]
    assert names[:3] == ["model", "persons", "traits"]


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "the one item without an answer"), ("de", "die eine Frage ohne Antwort")],
)
async def test_one_item_without_an_answer_is_called_one(
    member, resources, language, sentence
) -> None:
    number = start(resources, member.actor, personas=1, traits=1)
    card = await member.get(f"{BASE}/{number}/validity?language={language}")
    assert sentence in " ".join(card["cannot_be_concluded"])


@ON_ONE_DATABASE
async def test_other_settings_give_another_card(member, resources) -> None:
    number = start(
        resources, member.actor, wordings=("a", "b"), cues=("name",), repeats=2, dual_fraction=0.5,
        traits=2, system_prompt="Be brief.", lenient=True,
    )  # fmt: skip
    card = await member.get(f"{BASE}/{number}/validity")
    said = " ".join(card["cannot_be_concluded"])
    for part in ("the run is not over", "a name hints", "system prompt of this run",
                 "read out of other text", "kind and unkind traits"):  # fmt: skip
        assert part in said
    for part in ("one paraphrase", "asked once", "both orders"):
        assert part not in said


@ON_ONE_DATABASE
async def test_twins_are_compared_as_pairs(member, resources) -> None:
    number = start(resources, member.actor, personas=12, traits=2)
    with resources.database.write() as unit:
        people = unit.session.query(Persona).order_by(Persona.id).all()
        for source, twin in zip(people[::2], people[1::2], strict=True):
            twin.role, twin.source_persona_id = "counterfactual", source.id
            twin.changed_attribute, twin.from_value, twin.to_value = "gender", "female", "male"
    performed(resources, number, RuleAsker(favours_women_always))
    text = await page_of(member, number)
    assert "Twins: the same person" in text
    assert "female \u2212 male" in text
    assert "+2.00 *" in text
    assert "over 6 pairs" in text


@ON_ONE_DATABASE
async def test_a_run_without_an_answer_has_a_report_that_says_so(member, resources) -> None:
    number = start(resources, member.actor)
    text = await page_of(member, number)
    assert "There are no ratings." in text
    assert "The run has no probe" in text
    Page(text)
    german = await page_of(member, number, "de")
    assert "Es gibt keine Bewertungen." in german


@ON_ONE_DATABASE
async def test_the_sample_is_said_to_be_simulated(member, resources) -> None:
    number = start(resources, member.actor)
    with resources.database.write() as unit:
        unit.session.query(BenchmarkModel).update({BenchmarkModel.base_url: SIMULATED_URL})
    card = await member.get(f"{BASE}/{number}/validity")
    assert "simulated" in card["cannot_be_concluded"][0]


@ON_ONE_DATABASE
async def test_a_foreign_run_has_no_report(viewer, run_id) -> None:
    for path in ("validity", "export/html", "export/json"):
        refused = await viewer.get(f"{BASE}/{run_id}/{path}", 404)
        assert refused["code"] == "benchmark_not_found"
