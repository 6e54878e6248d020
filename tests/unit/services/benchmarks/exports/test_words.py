"""Reports have one vocabulary in both languages, and it is that of the pages."""

import json
import re
from pathlib import Path

import pytest

from services.benchmarks.exports.words.words import FOLDER, words_of

TEXTS = Path(__file__).parents[5] / "static" / "src" / "texts"
PLACE = re.compile(r"\{(\w+)\}")
SHARED = {  # word of a report: text of the pages
    "attribute.origin_region": "bench.attribute_origin_region",
    "band.moderate": "bench.band_moderate",
    "category.sociability": "bench.category_sociability",
    "cue.name": "bench.cue_name",
    "event.format_failure": "bench.event_format",
    "failure.truncated": "bench.failure_truncated",
    "group.Jews": "bench.group_jews",
    "group.without_migration": "bench.group_without_migration",
    "order.random50": "bench.order_random50",
    "report.cannot": "bench.cannot_be_concluded",
    "report.card": "bench.validity",
    "set.counterfactual": "bench.set_counterfactual",
    "verdict.different_but_negligible": "bench.verdict_negligible",
}


def texts(language: str) -> dict[str, str]:
    return json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))


def test_both_languages_have_the_same_texts_with_the_same_places():
    english, german = texts("en"), texts("de")
    assert english.keys() == german.keys()
    wrong = [
        key
        for key in english
        if not key.startswith("remark.")
        and sorted(PLACE.findall(english[key])) != sorted(PLACE.findall(german[key]))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_words_are_those_of_the_pages(language):
    page = json.loads((TEXTS / f"{language}.json").read_text(encoding="utf-8"))
    report = texts(language)
    assert {key: report[key] for key in SHARED} == {key: page[of] for key, of in SHARED.items()}


def test_german_remarks_of_the_probe_are_those_of_the_pages():
    page = json.loads((TEXTS / "sentences.de.json").read_text(encoding="utf-8"))
    remarks = {key[7:]: text for key, text in texts("de").items() if key.startswith("remark.")}
    assert remarks == {key: page[key] for key in remarks}


def test_numbers_are_written_as_the_language_writes_them():
    english, german = words_of("en"), words_of("de")
    assert (english.number(1234.5, 1), german.number(1234.5, 1)) == ("1,234.5", "1.234,5")
    assert (english.signed(0.25), german.signed(-0.25)) == ("+0.25", "\u22120,25")
    assert (english.chance(0.00001), german.chance(0.00001)) == ("< 0.0001", "< 0,0001")
    assert (english.chance(0.0123), english.chance(None)) == ("0.0123", "–")
    assert english.interval(-0.1, 0.2) == "\u22120.10 to +0.20"
    assert german.share(0.256) == "25,6 %"


def test_a_word_that_no_catalogue_has_stays_as_it_is():
    words = words_of("de")
    assert words.word("group", "Latin America and the Caribbean") == (
        "Latin America and the Caribbean"
    )
    assert words.word("remark", "temperature is not taken: max_tokens is") == (
        "temperature is not taken: max_tokens is"
    )
    assert words.word("group", "some_other") == "some other"
