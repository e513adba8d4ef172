"""The one catalogue of sentences; a language is a value, so that another one is another module and nothing else."""

from homecharge.domain.texts.catalogue import Language, ReasonText, Sentences
from homecharge.domain.texts.en import ENGLISH

LANGUAGES = {ENGLISH.tag: ENGLISH}
DEFAULT = ENGLISH

__all__ = ["DEFAULT", "LANGUAGES", "Language", "ReasonText", "Sentences", "find_language"]


def find_language(tag: str | None) -> Language:
    """The language of an RFC 5646 tag (`en-GB` is `en`), English where there is no other."""
    return LANGUAGES.get((tag or "").partition("-")[0].lower(), DEFAULT)
