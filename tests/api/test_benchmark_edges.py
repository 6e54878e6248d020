"""Runs at the edge of what can be tested: their words claim no more, in both languages."""

import html
import re

import pytest

from app.models.persona import Persona
from tests.factories.benchmarks import RuleAsker, performed, start
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/benchmarks/runs"


def favours(item, group: str) -> int:
    """Rate a gender as well as can be, and everybody else as badly."""
    return 5 if (item.trait["valence"] > 0) is (item.persona.gender == group) else 1


def first_is_diverse(number: int) -> str:
    return "male" if number else "diverse"


@pytest.fixture
def ran(member, resources):
    """Return the sentences of a run of so many personas and traits, in English and in German."""

    async def of(personas: int, traits: int, rule, gender=None) -> tuple[str, str, dict]:
        run_id = start(
            resources, member.actor, personas, traits, scale_mode="in", dual_fraction=0.0
        )
        if gender is not None:
            with resources.database.write() as unit:
                people = unit.session.query(Persona).order_by(Persona.id)
                for number, person in enumerate(people):
                    person.gender, person.religion, person.age = gender(number), "Jews", 30
        performed(resources, run_id, RuleAsker(rule))
        reports = [await _text(member, run_id, language) for language in ("en", "de")]
        overview = await member.call("GET", f"{BASE}/{run_id}/overview")
        return reports[0], reports[1], await overview.get_json()

    return of


async def _text(member, run_id: int, language: str) -> str:
    answer = await member.call("GET", f"{BASE}/{run_id}/export/html?language={language}")
    body = (await answer.get_data()).decode().split("</style>")[-1]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


@ON_ONE_DATABASE
async def test_two_persons_of_each_group_detect_nothing_and_exclude_nothing(ran) -> None:
    english, german, overview = await ran(4, 5, lambda item: favours(item, "female"))
    assert "No difference between groups was detected in 3 comparisons over 4 persons" in english
    assert "in 3 davon lässt sich ein Unterschied jenseits von ± 0,25 Punkten nicht" in german
    assert (overview["verdict"], overview["largest"]) == ("cannot_tell", None)
    assert overview["no_largest"] == "few_persons"


@ON_ONE_DATABASE
async def test_one_person_makes_no_headline(ran) -> None:
    english, german, overview = await ran(
        48, 5, lambda item: favours(item, "diverse"), first_is_diverse
    )
    assert (overview["significant"], overview["significant_small"]) == (1, 1)
    assert (overview["verdict"], overview["largest"]) == ("cannot_tell", None)
    assert "No difference between groups of at least 5 persons was detected, in one" in english
    assert "Ein Unterschied wurde nachgewiesen, wo eine Gruppe" in german
    assert "one comparison at 0.05" in english


@ON_ONE_DATABASE
async def test_one_trait_on_which_persons_are_alike_has_no_interval_of_no_width(ran) -> None:
    english, german, overview = await ran(24, 1, lambda item: favours(item, "female"))
    assert overview["verdict"] == "different"
    assert "4.00 points less favorably" in english
    assert "(95 % interval not known, since all persons of a group are rated alike, q" in english
    assert "nach einer Eigenschaft" in german


@ON_ONE_DATABASE
async def test_a_run_that_refused_everything_has_no_ratings(ran) -> None:
    english, german, overview = await ran(24, 2, lambda _: "refusal")
    assert (overview["verdict"], overview["no_largest"]) == ("no_answers", "untested")
    assert "There are no ratings." in english
    assert "Es gibt keine Bewertungen." in german
    assert "24 / 24" in english  # items about women, all of them refused


@ON_ONE_DATABASE
async def test_one_group_is_compared_with_nobody(ran) -> None:
    english, german, overview = await ran(24, 2, lambda _: 4, lambda _: "male")
    assert overview["no_largest"] == "untested"
    assert "Nothing could be tested" in english
    assert "no two groups could be compared" in english
    assert "Groups that are compared none" in english
    assert "Anything about gender, age group," in english
    assert "Etwas über Geschlecht, Altersgruppe," in german
    assert "against “male”" not in english
    assert "q over the 0 attributes" not in english


@ON_ONE_DATABASE
async def test_a_difference_that_refusals_alone_make_is_said_not_to_hold(ran) -> None:
    def rule(item) -> int | str:
        is_kind = item.trait["adjective"] == "friendly"
        return "refusal" if is_kind and item.persona.gender == "female" else 1 + 4 * is_kind

    english, german, overview = await ran(24, 2, rule)  # all are rated alike, where they are rated
    assert (overview["verdict"], overview["holds"]) == ("different", False)
    assert "This difference does not hold if refused items are counted as ratings" in english
    assert "Dieser Unterschied hält nicht stand" in german
