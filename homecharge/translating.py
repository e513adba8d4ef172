"""The `homecharge texts` command: bring the catalogues up to the English sentences, and tell what they lack."""

import argparse
import sys
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import PoFileError, write_po

from homecharge.adapters.catalogues import TRANSLATED, read_catalogue, sentences_of
from homecharge.domain.texts import ENGLISH
from homecharge.domain.texts.translating import texts_of
from homecharge.domain.texts.values import MOMENTS

LOCALES = Path("homecharge/locale")
_PACKAGE = Path(__file__).parent
_SPOKEN = (
    ("services/support_search.py", "python"),
    ("web/pictures/session_picture.py", "python"),
    ("web/console/**.py", "python"),
    ("web/console/templates/**.html", "jinja2"),
)
"""Where sentences stand in the place where they are said, as `say("…")`, and how they are found there."""
_WIDTH = 120
_HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: Homecharge\\n"
"Language: {tag}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def add_arguments(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type of its subparsers to itself
    """The actions of the command."""
    actions = commands.add_parser("texts", help="translations").add_subparsers(required=True, metavar="ACTION")
    updating = actions.add_parser("update", help=f"bring {LOCALES} up to the English sentences")
    updating.set_defaults(act=_update)
    checking = actions.add_parser("check", help="fail where a sentence lacks a translation that can be said")
    checking.set_defaults(act=_check)


def updated(catalogue: Catalog, tag: str) -> str:
    """A catalogue with every English text in its order and its translation, if any; a guess at it is marked fuzzy."""
    fresh = _template()
    catalogue.update(fresh)
    catalogue.obsolete.clear()
    for message in catalogue:
        message.flags -= {"python-format", "python-brace-format"}  # guesses: "{percent} % by …" is neither
    written = BytesIO()
    write_po(written, catalogue, width=_WIDTH, omit_header=True)
    return _HEADER.format(tag=tag) + written.getvalue().decode()


def problems_of(catalogue: Catalog) -> Iterator[str]:
    """What keeps a catalogue from being complete and right, a line for each."""
    wanted = {_key(message): message for message in _template() if message.id}
    found = {_key(message): message for message in catalogue if message.id}
    for key in wanted.keys() - found.keys():
        yield f"missing: {_shown(wanted[key])}"
    for key in found.keys() - wanted.keys():
        yield f"no longer said: {_shown(found[key])}"
    for message in found.values():
        english, translation = sentences_of(message)
        if not translation:
            yield f"not translated: {_shown(message)}"
        elif message.fuzzy:
            yield f"not certain (fuzzy): {_shown(message)}"
        elif parameters_of(translation) != parameters_of(english):
            yield f"other placeholders than the English has: {_shown(message)}"


def parameters_of(sentence: str) -> set[str]:
    """The parameters that a sentence says; whether with their preposition (`{at_since}`) is each language's own."""
    try:
        names = {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
    except ValueError:
        return {"{"}
    return {_without_preposition(name) for name in names}


def _without_preposition(name: str) -> str:
    moment, _, parameter = name.partition("_")
    return parameter if moment in MOMENTS and parameter else name


def _template() -> Catalog:
    template = Catalog()
    for text in texts_of(ENGLISH):
        template.add(text.sentence, context=text.context, auto_comments=[text.place])
    for place, sentence in _sentences_elsewhere():
        template.add(sentence, auto_comments=[place])
    return template


@cache
def _sentences_elsewhere() -> tuple[tuple[str, str], ...]:
    """Sentences that stand where they are said, each with its file, in an order of its own."""
    found = extract_from_dir(_PACKAGE, method_map=_SPOKEN, keywords={"say": None}, comment_tags=())
    return tuple((name, str(message)) for name, _, message, _, _ in sorted(found, key=lambda each: each[:2]))


def _key(message: Message) -> tuple[str | None, str]:
    return message.context, sentences_of(message)[0]


def _shown(message: Message) -> str:
    place = next(iter(message.auto_comments), "?")
    return f"{sentences_of(message)[0]!r} ({place})"


def _update(_: argparse.Namespace) -> int:
    for tag in TRANSLATED:
        file = LOCALES / tag / "LC_MESSAGES" / "homecharge.po"
        file.parent.mkdir(parents=True, exist_ok=True)
        catalogue = read_catalogue(tag, LOCALES) if file.exists() else Catalog(tag)
        file.write_text(updated(catalogue, tag), encoding="utf-8")
    return 0


def _check(_: argparse.Namespace) -> int:
    is_wrong = False
    for tag in TRANSLATED:
        try:
            problems = sorted(problems_of(read_catalogue(tag, LOCALES)))
        except (OSError, PoFileError) as broken:
            problems = [f"cannot be read: {broken}"]
        for problem in problems:
            is_wrong = True
            print(f"{tag}: {problem}", file=sys.stderr)
    return int(is_wrong)
