"""A language made of another one by saying each of its texts anew; by the same walk all its texts are found."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from homecharge.domain.texts.catalogue import Conventions, Language

TERMS = frozenset({"words", "schedules", "plans", "moments", "codes"})
"""The fields whose texts are parts of a sentence: what such a one means depends on where it stands."""
_NO_TEXTS = frozenset({"tag", "conventions", "elsewhere"})


@dataclass(frozen=True, slots=True)
class Text:
    """A text in its own language; of a part of a sentence, `context` is the field it stands in.

    `place` is where it is found in its language, for whoever translates it.
    """

    sentence: str
    context: str | None
    place: str


Say: TypeAlias = Callable[[Text], str]


def translated(language: Language, say: Say, *, tag: str, conventions: Conventions) -> Language:
    """Another language that says the same things, each as `say` says it."""
    fields = [field.name for field in dataclasses.fields(language) if field.name not in _NO_TEXTS]
    said = {name: _said(getattr(language, name), name, say, name if name in TERMS else None) for name in fields}
    return dataclasses.replace(language, tag=tag, conventions=conventions, **said)


def texts_of(language: Language) -> list[Text]:
    """Every text of a language, in the order in which it has them; the same one may stand in several places."""
    found: list[Text] = []

    def note(text: Text) -> str:
        found.append(text)
        return text.sentence

    translated(language, note, tag=language.tag, conventions=language.conventions)
    return found


def _said(value: Any, place: str, say: Say, context: str | None) -> Any:  # noqa: ANN401 - whatever a language is made of
    if isinstance(value, str):
        return say(Text(value, context, place)) if value else value
    if isinstance(value, tuple):
        return tuple(_said(each, place, say, context) for each in value)
    if isinstance(value, Mapping):
        return {key: _said(each, f"{place}.{_name(key)}", say, context) for key, each in value.items()}
    parts = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return type(value)(**{name: _said(part, f"{place}.{name}", say, context) for name, part in parts.items()})


def _name(key: object) -> str:
    return ".".join(map(str, key)) if isinstance(key, tuple) else str(key)
