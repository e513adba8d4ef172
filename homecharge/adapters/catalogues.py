"""Languages read from their gettext catalogues, which come with the package; numbers and days from the CLDR."""

import dataclasses
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from homecharge.domain.texts import ENGLISH, Language, Languages, languages_of
from homecharge.domain.texts.catalogue import Conventions
from homecharge.domain.texts.translating import Text, translated

TRANSLATED = ("de", "fr", "nl")
"""The tags of the languages that there are catalogues of."""
FOLDER: Traversable = files("homecharge") / "locale"


@cache
def load_languages(folder: Traversable = FOLDER) -> Languages:
    """English, and every language that there is a catalogue of; read once, for what comes with a package stays."""
    return languages_of(*(_load(tag, folder) for tag in TRANSLATED))


def read_catalogue(tag: str, folder: Traversable = FOLDER) -> Catalog:
    """The catalogue of a language, as its translators left it. Raises OSError, and PoFileError where it is broken."""
    text = (folder / tag / "LC_MESSAGES" / "homecharge.po").read_bytes()
    return read_po(BytesIO(text), locale=tag, abort_invalid=True)


def sentences_of(message: Message) -> tuple[str, str]:
    """What a message translates, and into what; nothing of ours has a plural."""
    return str(message.id), str(message.string or "")


def _load(tag: str, folder: Traversable) -> Language:
    """English stands in for what is not translated, or not for certain."""
    known = dict(_translations(read_catalogue(tag, folder)))

    def say(text: Text) -> str:
        return known.get((text.context, text.sentence), text.sentence)

    language = translated(ENGLISH, say, tag=tag, conventions=_conventions(Locale.parse(tag)))
    return dataclasses.replace(
        language, elsewhere={english: said for (context, english), said in known.items() if not context}
    )


def _translations(catalogue: Catalog) -> Iterator[tuple[tuple[str | None, str], str]]:
    for message in catalogue:
        english, translation = sentences_of(message)
        if english and translation and not message.fuzzy:
            yield (message.context, english), translation


def _conventions(locale: Locale) -> Conventions:
    weekdays, months = locale.days["format"]["abbreviated"], locale.months["format"]["abbreviated"]
    return Conventions(
        decimal=locale.number_symbols["latn"]["decimal"],
        weekdays=tuple(weekdays[number] for number in range(7)),
        months=tuple(months[number] for number in range(1, 13)),
    )
