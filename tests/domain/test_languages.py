"""Which language somebody is given, and how one is made of another."""

import dataclasses

import pytest

from homecharge.domain.rejections import Code
from homecharge.domain.texts import ENGLISH, languages_of
from homecharge.domain.texts.catalogue import Conventions
from homecharge.domain.texts.translating import Text, texts_of, translated

GERMAN = dataclasses.replace(ENGLISH, tag="de")
SWISS = dataclasses.replace(ENGLISH, tag="de-CH")
LANGUAGES = languages_of(GERMAN, SWISS)
CONVENTIONS = Conventions(decimal=",", weekdays=("lun",) * 7, months=("jan",) * 12)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([], "en"),
        ([None], "en"),
        (["de"], "de"),
        (["de-AT"], "de"),
        (["DE-ch"], "de-CH"),
        (["de-CH-1996"], "de-CH"),
        (["en-GB", "de"], "en"),
        (["xx", "de;"], "en"),
        (["xx-YY", "*", "de-DE"], "de"),
        (["deutsch"], "en"),
        (["ch", None], "en"),
    ],
)
def test_the_first_that_is_spoken_is_found_by_an_ever_broader_tag(wanted: list[str | None], found: str):
    assert LANGUAGES.find(*wanted).tag == found


def test_english_is_the_first_of_the_languages():
    assert LANGUAGES.tags == ("en", "de", "de-ch")


def test_a_translation_says_every_text_anew_and_keeps_its_place():
    shouting = translated(ENGLISH, lambda text: text.sentence.upper(), tag="xx", conventions=CONVENTIONS)

    assert (shouting.tag, shouting.conventions) == ("xx", CONVENTIONS)
    assert shouting.reasons[Code.CANCELLED].title == "CANCELLED"
    assert shouting.moments["at"] == ("ON {DAY} AT {CLOCK}", "AT {CLOCK}")
    assert [text.place for text in texts_of(shouting)] == [text.place for text in texts_of(ENGLISH)]
    assert all(text.sentence == text.sentence.upper() for text in texts_of(shouting))


def test_a_text_that_is_a_part_of_a_sentence_is_known_by_where_it_stands():
    found = texts_of(ENGLISH)

    assert Text("charging", "words", "words.charging") in found
    assert Text("Charging.", None, "steps.charging") in found
    assert Text("Skipped", None, "variants.cancelled.occurrence_skipped.title") in found


def test_what_is_left_empty_is_no_text():
    assert [text for text in texts_of(ENGLISH) if not text.sentence] == []
