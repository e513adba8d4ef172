"""The catalogues of translations: all of what is said in English can be said, and what is missing is told."""

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from homecharge.adapters.catalogues import TRANSLATED, load_languages, read_catalogue
from homecharge.cli import main
from homecharge.domain.rejections import Code
from homecharge.translating import parameters_of, problems_of, updated

LOCALES = Path(__file__).parents[1] / "homecharge" / "locale"
tags = pytest.mark.parametrize("tag", TRANSLATED)


@tags
def test_every_sentence_has_a_translation_that_says_the_same_parameters(tag: str):
    assert list(problems_of(read_catalogue(tag))) == []


@tags
def test_a_catalogue_is_as_update_leaves_it(tag: str):
    file = LOCALES / tag / "LC_MESSAGES" / "homecharge.po"

    assert updated(read_catalogue(tag), tag) == file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("sentence", "parameters"),
    [
        ("Nothing.", set()),
        ("{who} at {at_at}", {"who", "at"}),
        ("{since_since}, {until_until}, {before_before}", {"since", "until", "before"}),
        ("{since} {at_began_at} {before}", {"since", "began_at", "before"}),
        ("{from_at}", {"from_at"}),
        ("{broken", {"{"}),
    ],
)
def test_a_preposition_makes_no_other_parameter(sentence: str, parameters: set[str]):
    assert parameters_of(sentence) == parameters


@pytest.mark.parametrize(
    ("english", "lines", "problem"),
    [
        ("Charger offline", 'msgstr ""', "not translated: 'Charger offline'"),
        ("Charger offline", None, "missing: 'Charger offline' (reasons.charger_offline.title)"),
        ("It ended: {value}", 'msgstr "Es endete"', "other placeholders than the English has: 'It ended: {value}'"),
        ("It ended: {value}", 'msgstr "Es endete: {valeu}"', "other placeholders than the English has"),
        ("It ended", '#, fuzzy\nmsgid "It ended"\nmsgstr "Es endete"', "not certain (fuzzy): 'It ended'"),
        ("Bye", 'msgstr "Tschüss"', "no longer said: 'Bye' (?)"),
    ],
)
def test_what_a_catalogue_lacks_is_told(english: str, lines: str | None, problem: str):
    catalogue = read_catalogue("de")
    catalogue.delete(english)
    if lines is not None:
        written = lines if lines.startswith("#") else f'msgid "{english}"\n{lines}'
        [message] = [each for each in read_po(BytesIO(written.encode()), locale="de") if each.id]
        catalogue[english] = message

    problems = list(problems_of(catalogue))

    assert len(problems) == 1
    assert problems[0].startswith(problem)


def test_an_update_brings_new_sentences_drops_old_ones_and_guesses_at_changed_ones():
    catalogue = Catalog("de")
    catalogue.add("Charger offline", "Wallbox offline")
    catalogue.add("Bye", "Tschüss")
    catalogue.add("The car needed no energy at all.", "Das Auto brauchte gar keine Energie.")

    text = updated(catalogue, "de")

    assert 'msgid "Charger offline"\nmsgstr "Wallbox offline"' in text
    assert "Tschüss" not in text
    assert 'msgid "It ended"\nmsgstr ""' in text
    assert 'msgctxt "words"\nmsgid "wrong password"\nmsgstr ""' in text
    assert '#, fuzzy\nmsgid "The car needed no energy."\nmsgstr "Das Auto brauchte gar keine Energie."' in text


def test_english_stands_in_for_what_is_not_translated(tmp_path: Path):
    for tag in TRANSLATED:
        folder = tmp_path / tag / "LC_MESSAGES"
        folder.mkdir(parents=True)
        text = 'msgid "Charger offline"\nmsgstr "Weg"\n\n#, fuzzy\nmsgid "Charger fault"\nmsgstr "Kaputt"\n'
        (folder / "homecharge.po").write_text(text, encoding="utf-8")

    german = load_languages(tmp_path).find("de")

    titles = [german.reasons[code].title for code in (Code.CHARGER_OFFLINE, Code.CHARGER_FAULTED, Code.CANCELLED)]
    assert titles == ["Weg", "Charger fault", "Cancelled"]


def test_the_command_updates_and_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)

    unread = main(["texts", "check"])
    updating = main(["texts", "update"])
    checking = main(["texts", "check"])

    told = capsys.readouterr().err
    assert (unread, updating, checking) == (1, 0, 1)
    assert "de: cannot be read" in told
    assert "nl: not translated: 'Charger offline' (reasons.charger_offline.title)" in told
