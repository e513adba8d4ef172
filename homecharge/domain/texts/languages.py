"""The languages that people may read, and which of them somebody is given (RFC 4647 §3.4, lookup)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from homecharge.domain.texts.catalogue import Language
from homecharge.domain.texts.en import ENGLISH


@dataclass(frozen=True, slots=True)
class Languages:
    """By their tags (BCP 47), in lower case; English is among them."""

    by_tag: Mapping[str, Language]

    @property
    def tags(self) -> tuple[str, ...]:
        """Of all of them, English first."""
        return tuple(self.by_tag)

    def find(self, *wanted: str | None) -> Language:
        """The first that is wanted and spoken, `de-AT` being German; English where there is none."""
        return next(self._spoken(wanted), ENGLISH)

    def _spoken(self, wanted: Iterable[str | None]) -> Iterator[Language]:
        for tag in wanted:
            for known in _ever_broader((tag or "").lower()):
                if known in self.by_tag:
                    yield self.by_tag[known]


def languages_of(*others: Language) -> Languages:
    """English and others."""
    return Languages({language.tag.lower(): language for language in (ENGLISH, *others)})


def _ever_broader(tag: str) -> Iterator[str]:
    while tag:
        yield tag
        tag = tag.rpartition("-")[0]
